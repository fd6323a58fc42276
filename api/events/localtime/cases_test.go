package localtime_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/api/events/localtime"
	"rose-ash.com/roseash/api/shared/zones"
)

var update = flag.Bool("update", false, "write what comes out into testdata/cases; read it before you commit it")

// A case is a series and its dates before Until, each "WALL INSTANT [gap|overlap]"; Ends, where
// there is an End, are the instants at which they end. e2e/ical compares the same files with
// other engines.
type aCase struct {
	Name    string   `json:"name"`
	Note    string   `json:"note,omitempty"`
	Zone    string   `json:"zone"`
	AllDay  bool     `json:"all_day,omitempty"`
	Start   string   `json:"start"`
	End     string   `json:"end,omitempty"`
	Rule    string   `json:"rule,omitempty"`
	RDates  []string `json:"rdates,omitempty"`
	ExDates []string `json:"exdates,omitempty"`
	Until   string   `json:"until"`
	Want    []string `json:"want"`
	Ends    []string `json:"ends,omitempty"`
}

func TestCases(t *testing.T) {
	files, err := filepath.Glob("testdata/cases/*.json")
	if err != nil || len(files) < 5 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	names := map[string]bool{}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var cases []aCase
		if err := json.Unmarshal(raw, &cases); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		for i, c := range cases {
			if names[c.Name] {
				t.Errorf("two cases are called %s", c.Name)
			}
			names[c.Name] = true
			t.Run(c.Name, func(t *testing.T) {
				dates, err := c.series(t).Expand(wall(t, c.Until, c.AllDay), 800)
				if err != nil {
					t.Fatal(err)
				}
				got, ends := []string{}, []string(nil)
				for _, d := range dates {
					got = append(got, strings.TrimSpace(localtime.Format(d.Recurrence, c.AllDay)+" "+d.At.Format(time.RFC3339)+" "+string(d.How)))
					if c.End != "" {
						ends = append(ends, d.Until.Format(time.RFC3339))
					}
				}
				if *update {
					cases[i].Want, cases[i].Ends = got, ends
					return
				}
				if diff := cmp.Diff(c.Want, got); diff != "" {
					t.Errorf("dates (-want +got):\n%s", diff)
				}
				if diff := cmp.Diff(c.Ends, ends); diff != "" {
					t.Errorf("ends (-want +got):\n%s", diff)
				}
			})
		}
		if *update {
			var out bytes.Buffer
			e := json.NewEncoder(&out)
			e.SetEscapeHTML(false)
			e.SetIndent("", "\t")
			if err := e.Encode(cases); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, out.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	if len(names) < 42+60 {
		t.Errorf("%d cases", len(names))
	}
}

// series is what a case is about. Without an End it lasts a moment, or a day.
func (c aCase) series(t testing.TB) localtime.Series {
	t.Helper()
	zone, err := zones.Load(c.Zone)
	if err != nil {
		t.Fatal(err)
	}
	s := localtime.Series{Zone: zone, AllDay: c.AllDay, Rule: c.Rule, Start: wall(t, c.Start, c.AllDay)}
	switch {
	case c.End != "":
		s.End = wall(t, c.End, c.AllDay)
	case c.AllDay:
		s.End = s.Start.AddDate(0, 0, 1)
	default:
		s.End = s.Start
	}
	for _, text := range c.RDates {
		s.RDates = append(s.RDates, wall(t, text, c.AllDay))
	}
	for _, text := range c.ExDates {
		s.ExDates = append(s.ExDates, wall(t, text, c.AllDay))
	}
	return s
}

func wall(t testing.TB, text string, allDay bool) time.Time {
	t.Helper()
	w, err := localtime.Parse(text, allDay)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return w
}
