package etag_test

import (
	"fmt"
	"testing"

	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/problem"
)

func ExampleRequired() {
	version, err := etag.Required(etag.Of(7, "Bakery"))
	fmt.Println(version, err)
	// Output: 7 <nil>
}

func TestOfTellsApartWhatIsShown(t *testing.T) {
	first, again := etag.Of(1, "a"), etag.Of(1, "a")
	if first == etag.Of(1, "b") || first == etag.Of(2, "a") || first != again {
		t.Error("Of does not follow version and content")
	}
}

func TestRequired(t *testing.T) {
	for ifMatch, code := range map[string]string{
		"": "precondition_required", "*": "precondition_required", "abc": "precondition_failed",
		`"v"`: "precondition_failed", `W/"v1-a"`: "precondition_failed", `"1"`: "precondition_failed",
	} {
		if _, err := etag.Required(ifMatch); problem.Code(err) != code {
			t.Errorf("Required(%q) = %v, want %s", ifMatch, err, code)
		}
	}
}

func FuzzOptional(f *testing.F) {
	f.Add(`"v1-abc"`)
	f.Fuzz(func(t *testing.T, s string) {
		if _, err := etag.Optional(s); err != nil && problem.Code(err) != "precondition_failed" {
			t.Fatal(err)
		}
	})
}
