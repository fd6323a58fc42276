package id_test

import (
	"fmt"
	"testing"

	"github.com/google/uuid"
	"pgregory.net/rapid"

	"rose-ash.com/roseash/api/shared/id"
)

type orderID string

func ExampleFormat() {
	u := uuid.MustParse("019ab3f4-7c2e-7d06-b8a1-f0c2d3e4f506")
	fmt.Println(id.Format[orderID]("ord", u))
	// Output: ord_019ab3f47c2e7d06b8a1f0c2d3e4f506
}

func TestParseReadsWhatFormatWrites(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var u uuid.UUID
		copy(u[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(t, "bytes"))
		got, ok := id.Parse("ord", id.Format[orderID]("ord", u))
		if !ok || got != u {
			t.Fatalf("Parse(Format(%v)) = %v, %v", u, got, ok)
		}
	})
}

func TestParseRefuses(t *testing.T) {
	for _, s := range []string{
		"", "ord", "ord_", "019ab3f47c2e7d06b8a1f0c2d3e4f506",
		"post_019ab3f47c2e7d06b8a1f0c2d3e4f506",
		"ord_019AB3F47C2E7D06B8A1F0C2D3E4F506",
		"ord_019ab3f4-7c2e-7d06-b8a1-f0c2d3e4f506",
		"ord_019ab3f47c2e7d06b8a1f0c2d3e4f50g",
		"ord_019ab3f47c2e7d06b8a1f0c2d3e4f5060",
	} {
		if _, ok := id.Parse("ord", s); ok {
			t.Errorf("Parse(%q) took it for an id", s)
		}
	}
}
