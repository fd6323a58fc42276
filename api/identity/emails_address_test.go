package identity_test

import (
	"regexp"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/identity"
)

func TestNormalAddress(t *testing.T) {
	long := strings.Repeat("a", 63)
	for typed, want := range map[string]string{
		"ada@example.org":                                       "ada@example.org",
		" Ada.Baker+list@Example.ORG\n":                         "ada.baker+list@example.org",
		"ada@bäckerei.example":                                  "ada@xn--bckerei-5wa.example",
		"ada@XN--BCKEREI-5WA.example":                           "ada@xn--bckerei-5wa.example",
		"ada@straße.example":                                    "ada@xn--strae-oqa.example",
		"o'hara&co=x!#$%*/?^_`{|}~-@example.org":                "o'hara&co=x!#$%*/?^_`{|}~-@example.org",
		"ada@example。org":                                       "ada@example.org",
		"ada@1.example2":                                        "ada@1.example2",
		long + "@example.org":                                   long + "@example.org",
		"a@" + long + "." + long + "." + long[:58] + ".example": "a@" + long + "." + long + "." + long[:58] + ".example",

		"":                                       "",
		"ada":                                    "",
		"@example.org":                           "",
		"ada@":                                   "",
		"ada@example":                            "",
		"ada@localhost":                          "",
		"ada@example.org.":                       "",
		"ada@.example.org":                       "",
		"ada@example..org":                       "",
		"ada@@example.org":                       "",
		"ada@b@example.org":                      "",
		"ada@example.org@b":                      "",
		".ada@example.org":                       "",
		"ada.@example.org":                       "",
		"a..da@example.org":                      "",
		`"ada"@example.org`:                      "",
		`"a@b"@example.org`:                      "",
		"ada(baker)@example.org":                 "",
		"ada@example.org(bakery)":                "",
		"Ada <ada@example.org>":                  "",
		"ada@[192.0.2.7]":                        "",
		"ada@[IPv6:2001:db8::1]":                 "",
		"ada@192.0.2.7":                          "",
		"ada@2130706433":                         "",
		"ada baker@example.org":                  "",
		"ada@exa mple.org":                       "",
		"ada\r\nBcc: b@example.org":              "",
		"ada@example.org\r\nBcc: b":              "",
		"ada\x00@example.org":                    "",
		"ada@exam\x7fple.org":                    "",
		"ada@example.org\u202e":                  "",
		"ädä@example.org":                        "",
		"ada@example.org,b@x.org":                "",
		"ada@-example.org":                       "",
		"ada@exa_mple.org":                       "",
		"ada@xn--zzzzzz.example":                 "",
		"ada@exa%mple.org":                       "",
		"ada@example.org/..":                     "",
		"ada＠example.org":                        "",
		"a@b.c＠example.org":                      "",
		"\xff@example.org":                       "",
		"ada@\xff.org":                           "",
		strings.Repeat("a", 65) + "@example.org": "",
		"a@" + long + "." + long + "." + long + "." + long + ".example":                      "",
		strings.Repeat("a", 64) + "@" + long + "." + long + "." + long[:55] + ".examplelong": "",
		strings.Repeat("a", 4000) + "@example.org":                                           "",
	} {
		got, ok := identity.NormalAddress(typed)
		if ok != (want != "") || ok && got != want {
			t.Errorf("normalAddress(%q) = %q, %v, want %q", typed, got, ok, want)
		}
	}
}

var stored = regexp.MustCompile("^[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([a-z0-9]([a-z0-9-]*[a-z0-9])?\\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$")

// FuzzNormalAddress: what comes out is ASCII of one form, fits the column, and stays as it is.
func FuzzNormalAddress(f *testing.F) {
	for _, typed := range []string{"Ada@Example.org", "a@bäckerei.example", `"a b"@x.org`, "a@[::1]", "a@xn--a.b", "a@ß.x", "a@٠.example", "a@b.1", "a@\u200dx.y"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		got, ok := identity.NormalAddress(typed)
		if !ok {
			return
		}
		if len(got) > 254 || !stored.MatchString(got) {
			t.Fatalf("normalAddress(%q) = %q", typed, got)
		}
		if again, ok := identity.NormalAddress(got); !ok || again != got {
			t.Fatalf("normalAddress(%q) = %q, then %q, %v", typed, got, again, ok)
		}
		if upper, ok := identity.NormalAddress(strings.ToUpper(got)); !ok || upper != got {
			t.Fatalf("normalAddress of %q in capitals = %q, %v", got, upper, ok)
		}
	})
}
