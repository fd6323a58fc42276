package blog

import (
	"strings"
	"testing"

	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
)

func TestSplitBody(t *testing.T) {
	const paid = `<!--kg-gated-block:begin nonMember:false memberSegment:"status:-free" --><p>PAID</p><!--kg-gated-block:end-->`
	const anon = `<!--kg-gated-block:begin nonMember:true memberSegment:"" --><p>SIGN UP</p><!--kg-gated-block:end-->`
	for name, c := range map[string]struct {
		document   string
		visibility contract.Visibility
		html       string
		members    string
	}{
		"public":                        {`<p>a</p>`, "public", `<p>a</p>`, ``},
		"public, marker":                {`<p>a</p><!--members-only--><p>b</p>`, "public", `<p>a</p><p>b</p>`, ``},
		"members, marker":               {`<p>a</p><!--members-only--><p>b</p>`, "members", `<p>a</p>`, `<p>a</p><p>b</p>`},
		"members, marker with blanks":   {`<p>a</p><!-- Members-Only --><p>b</p>`, "paid", `<p>a</p>`, `<p>a</p><p>b</p>`},
		"members, no marker":            {`<p>a</p>`, "tiers", ``, `<p>a</p>`},
		"hidden block":                  {`<p>a</p>` + paid + `<p>b</p>`, "public", `<p>a</p><p>b</p>`, `<p>a</p><p>PAID</p><p>b</p>`},
		"block for strangers":           {`<p>a</p>` + anon, "public", `<p>a</p><p>SIGN UP</p>`, `<p>a</p>`},
		"block without end":             {`<p>a</p>` + strings.TrimSuffix(paid, `<!--kg-gated-block:end-->`) + `<p>b</p>`, "public", `<p>a</p>`, `<p>a</p><p>PAID</p><p>b</p>`},
		"block within a hidden block":   {strings.Replace(paid, `<p>PAID</p>`, `<p>X</p>`+anon+`<p>Y</p>`, 1) + `<p>b</p>`, "public", `<p>b</p>`, `<p>X</p><p>Y</p><p>b</p>`},
		"end without begin":             {`<p>a</p><!--kg-gated-block:end--><p>b</p>`, "public", `<p>a</p><p>b</p>`, ``},
		"block across the marker":       {`<p>a</p>` + strings.Replace(paid, `PAID`, `P</p><!--members-only--><p>Q`, 1), "members", `<p>a</p>`, `<p>a</p><p>P</p><p>Q</p>`},
		"marker in a gated block's tag": {`<p>a</p><!--kg-gated-block:begin-->SECRET<!--kg-gated-block:end-->`, "public", `<p>a</p>`, ``},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := splitBody(c.document, c.visibility)
			if err != nil || b.html != c.html || b.members != c.members {
				t.Errorf("splitBody = %q and %q, %v, want %q and %q", b.html, b.members, err, c.html, c.members)
			}
		})
	}
}

func TestRenderMarkdown(t *testing.T) {
	b, err := renderMarkdown("Free *words*.\n\n<!--members-only-->\n\nGated words.", contract.VisibilityMembers)
	if err != nil || b.html != "<p>Free <em>words</em>.</p>" || b.plaintext != "Free words." || !strings.Contains(b.members, "Gated words.") {
		t.Errorf("renderMarkdown = %+v, %v", b, err)
	}
	for _, source := range []string{"<script>x</script>", "a <svg onload=x()>", "<p onclick=x>", "<a href='javascript:x'>a</a>"} {
		if _, err := renderMarkdown(source, contract.VisibilityPublic); problem.Code(err) != "unsafe_html" {
			t.Errorf("renderMarkdown(%q): %v, want unsafe_html", source, err)
		}
	}
}

func TestExcerptOf(t *testing.T) {
	long := strings.Repeat("pumpkin ", 100)
	if got := excerptOf("", long); len(got) > excerptLength+5 || !strings.HasSuffix(got, "pumpkin …") {
		t.Errorf("excerptOf(long) = %q", got)
	}
	if got := excerptOf("Mine.", long); got != "Mine." {
		t.Errorf("excerptOf(custom) = %q", got)
	}
}

// FuzzSplitBody looks for words behind a gate that come through it.
func FuzzSplitBody(f *testing.F) {
	f.Add("<p>a</p>", "<b>", "</b>")
	f.Add("<!--kg-gated-block:begin nonMember:true memberSegment:\"\" -->", "x", "<!--kg-gated-block:end-->")
	f.Add("<!-- kg-gated-block:end-->", "--", "<!--")
	f.Fuzz(func(t *testing.T, before, inside, after string) {
		const canary = "qzxcanary"
		if gate.MatchString(inside) || strings.Contains(before+inside+after, canary) || strings.Contains(before, "<!") || strings.Contains(inside, "--") {
			return
		}
		document := before + `<!--kg-gated-block:begin nonMember:false memberSegment:"status:free" -->` + inside + canary + `<!--kg-gated-block:end-->` + after
		b, err := splitBody(document, contract.VisibilityPublic)
		if err == nil && strings.Contains(b.html+b.plaintext, canary) {
			t.Fatalf("splitBody(%q) shows what is gated: %q", document, b.html)
		}
	})
}

// TestBodyFor: each reader gets what is theirs of one document.
func TestBodyFor(t *testing.T) {
	block := func(parameters, text string) string {
		return `<!--kg-gated-block:begin ` + parameters + ` --><p>` + text + `</p><!--kg-gated-block:end-->`
	}
	document := `<p>Free</p>` + block(`nonMember:true memberSegment:""`, "STRANGERS") + block(`nonMember:false memberSegment:"status:free"`, "POOR") +
		block(`nonMember:false memberSegment:"status:-free"`, "RICH") + block(`nonMember:true memberSegment:"status:free,status:-free"`, "ALL") +
		block(`nonMember:false memberSegment:"status:odd"`, "NOBODY") + `<!--members-only--><p>Behind</p>`
	readers := map[string]Reader{
		"stranger": {}, "member": {Member: true}, "payer": {Member: true, Paid: true}, "gold": {Member: true, Paid: true, Tiers: []string{"gold"}}, "editor": {Everything: true},
	}
	for visibility, want := range map[contract.Visibility]map[string]string{
		contract.VisibilityPublic: {
			"stranger": "Free STRANGERS ALL Behind", "member": "Free POOR ALL Behind", "payer": "Free RICH ALL Behind",
			"gold": "Free RICH ALL Behind", "editor": "Free POOR RICH ALL NOBODY Behind",
		},
		contract.VisibilityMembers: {"stranger": "Free STRANGERS ALL", "member": "Free POOR ALL Behind", "editor": "Free POOR RICH ALL NOBODY Behind"},
		contract.VisibilityPaid:    {"stranger": "Free STRANGERS ALL", "member": "Free POOR ALL", "payer": "Free RICH ALL Behind"},
		contract.VisibilityTiers:   {"member": "Free POOR ALL", "payer": "Free RICH ALL", "gold": "Free RICH ALL Behind", "editor": "Free POOR RICH ALL NOBODY Behind"},
	} {
		stored, err := splitBody(document, visibility)
		if err != nil || stored.document != document {
			t.Fatalf("%s: splitBody keeps %q, %v", visibility, stored.document, err)
		}
		row := blogdb.Post{Visibility: string(visibility), Tiers: []string{"gold"}}
		stored.into(&row)
		for name, text := range want {
			b, err := bodyFor(row, readers[name])
			if err != nil || b.plaintext != text {
				t.Errorf("%s, %s: %q, %v, want %q", visibility, name, b.plaintext, err, text)
			}
			if name == "stranger" && b.html != row.Html {
				t.Errorf("%s: a stranger reads %q, and the page has %q", visibility, b.html, row.Html)
			}
		}
	}
	// Without gates there is one body.
	if b, err := bodyFor(blogdb.Post{Visibility: "public", Html: "<p>x</p>"}, Reader{}); err != nil || b.html != "<p>x</p>" {
		t.Errorf("%q, %v", b.html, err)
	}
}
