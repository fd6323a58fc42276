package cursor_test

import (
	"fmt"
	"testing"

	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/problem"
)

type key struct {
	Name string `json:"n"`
}

func ExampleEncode() {
	next := cursor.Encode(key{Name: "beetroot"})
	var k key
	fmt.Println(cursor.Decode(next, &k), k.Name)
	// Output: <nil> beetroot
}

func TestDecodeRefuses(t *testing.T) {
	for _, s := range []string{"%", "bm90IGpzb24", "eyJuIjoxfQ", "e", cursor.Encode(key{"a\x00b"})} {
		var k key
		if err := cursor.Decode(s, &k); problem.Code(err) != "invalid_cursor" {
			t.Errorf("Decode(%q) = %v, want invalid_cursor", s, err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add(cursor.Encode(key{Name: "a"}))
	f.Fuzz(func(t *testing.T, s string) {
		var k key
		if err := cursor.Decode(s, &k); err != nil && problem.Code(err) != "invalid_cursor" {
			t.Fatalf("Decode(%q): %v", s, err)
		}
	})
}
