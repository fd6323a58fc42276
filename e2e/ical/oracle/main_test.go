package main

import (
	"slices"
	"strings"
	"testing"
)

func TestJudge(t *testing.T) {
	const rfc = "RFC 5545 section 3.3.5: so it is."
	known := difference{"a", "engine", []string{"-1", "+2"}, rfc}
	for name, test := range map[string]struct {
		found, known []difference
		want         string
	}{
		"as known":       {[]difference{{"a", "engine", []string{"-1", "+2"}, ""}}, []difference{known}, ""},
		"not known":      {[]difference{{"a", "other", []string{"-1"}, ""}}, nil, "no entry"},
		"other value":    {[]difference{{"a", "engine", []string{"-1"}, ""}}, []difference{known}, "the entry has -1 +2"},
		"no longer":      {nil, []difference{known}, "no difference any more"},
		"twice":          {[]difference{{"a", "engine", []string{"-1", "+2"}, ""}}, []difference{known, known}, "two entries"},
		"without reason": {[]difference{{"a", "engine", []string{"-1"}, ""}}, []difference{{"a", "engine", []string{"-1"}, "because"}}, "names no section"},
	} {
		wrong := judge(test.found, test.known)
		if test.want == "" && len(wrong) > 0 || test.want != "" && (len(wrong) == 0 || !strings.Contains(wrong[0], test.want)) {
			t.Errorf("%s: %q, want %q", name, wrong, test.want)
		}
	}
}

func TestUnlike(t *testing.T) {
	if got := unlike([]string{"1", "2", "2"}, []string{"2", "3", "3"}); !slices.Equal(got, []string{"-1", "-2", "+3", "+3"}) {
		t.Errorf("unlike = %q", got)
	}
	if got := unlike([]string{"2", "1"}, []string{"1", "2"}); got != nil {
		t.Errorf("unlike of the same = %q", got)
	}
}
