package safehtml_test

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/shared/safehtml"
	"rose-ash.com/roseash/api/shared/urls"
)

var (
	loaf  = "/media/" + strings.Repeat("a1", 32) + "/loaf.jpg"
	leek  = "/media/" + strings.Repeat("b2", 32) + "/leek.svg"
	other = "/media/" + strings.Repeat("c3", 32) + "/other.png" // nobody knows how large
)

// known are the sizes of the pictures above.
func known(hash string) (width, height int) {
	switch hash {
	case loafHash():
		return 1000, 500
	case strings.Split(leek, "/")[2]:
		return 40, 20
	}
	return 0, 0
}

func loafHash() string { return strings.Split(loaf, "/")[2] }

const late = ` loading="lazy" decoding="async"/>`

func TestPictures(t *testing.T) {
	set := func(address string, candidates ...string) string {
		base := strings.TrimSuffix(address, "loaf.jpg")
		base = strings.TrimSuffix(base, "other.png")
		for i, c := range candidates {
			candidates[i] = base + c
		}
		return ` srcset="` + strings.Join(candidates, ", ") + `"`
	}
	loafSet := set(loaf, "w400.webp 400w", "w800.webp 800w", "w1200.webp 1000w")
	text := ` sizes="(min-width: 42rem) 39rem, 100vw"`
	for name, tt := range map[string]struct{ in, want string }{
		"none":         {`<p>a &amp; b</p>`, `<p>a &amp; b</p>`},
		"known":        {`<p>a<img src="` + loaf + `" alt="A &#34;loaf&#34;"` + late + `b</p>`, `<p>a<img src="` + loaf + `" alt="A &#34;loaf&#34;" loading="lazy" decoding="async" width="1000" height="500"` + loafSet + text + `/>b</p>`},
		"sized":        {`<img src="` + loaf + `" width="1000" height="500">`, `<img src="` + loaf + `" width="1000" height="500"` + loafSet + text + late},
		"shown small":  {`<img src="` + loaf + `" width="300" height="150">`, `<img src="` + loaf + `" width="300" height="150"` + loafSet + ` sizes="(max-width: 300px) 100vw, 300px"` + late},
		"misshapen":    {`<img src="` + loaf + `" width="300" height="300">`, `<img src="` + loaf + `" width="300" height="150"` + loafSet + ` sizes="(max-width: 300px) 100vw, 300px"` + late},
		"half a size":  {`<img src="` + loaf + `" width="300">`, `<img src="` + loaf + `" width="1000" height="500"` + loafSet + text + late},
		"vector":       {`<img src="` + leek + `">`, `<img src="` + leek + `" width="40" height="20"` + late},
		"not known":    {`<img src="` + other + `">`, `<img src="` + other + `"` + set(other, "w400.webp 400w", "w800.webp 800w", "w1200.webp 1200w", "w1600.webp 1600w") + text + late},
		"what it says": {`<img src="` + other + `" width="500" height="20">`, `<img src="` + other + `" width="500" height="20"` + set(other, "w400.webp 400w", "w800.webp 500w") + ` sizes="(max-width: 500px) 100vw, 500px"` + late},
		"wide":         {`<figure class="kg-card kg-width-wide"><img src="` + loaf + `"></figure><img src="` + loaf + `">`, `<figure class="kg-card kg-width-wide"><img src="` + loaf + `" width="1000" height="500"` + loafSet + ` sizes="(min-width: 66rem) 62rem, 100vw"` + late + `</figure><img src="` + loaf + `" width="1000" height="500"` + loafSet + text + late},
		"others'":      {`<IMG src='https://elsewhere.example` + loaf + `' alt=x>`, `<IMG src='https://elsewhere.example` + loaf + `' alt=x>`},
		"in a comment": {`<!-- <img src="` + loaf + `"> --><p title='<img src="` + loaf + `">'>`, `<!-- <img src="` + loaf + `"> --><p title='<img src="` + loaf + `">'>`},
		"cut off":      {`<p>a</p><img src="` + loaf, `<p>a</p><img src="` + loaf},
	} {
		t.Run(name, func(t *testing.T) {
			got := safehtml.Pictures(tt.in, "", known)
			if got != tt.want {
				t.Errorf("Pictures(%q)\n= %q\nwant %q", tt.in, got, tt.want)
			}
			if again := safehtml.Pictures(got, "", known); again != got {
				t.Errorf("again it is %q", again)
			}
		})
	}
	if got := safehtml.Pictures(`<img src="`+loaf+`">`, "", nil); !strings.Contains(got, "w1600.webp 1600w") || strings.Contains(got, "width=") {
		t.Errorf("where no size is known: %q", got)
	}
}

func TestPictureHashes(t *testing.T) {
	body := `<img src="` + other + `"><p><img src="` + loaf + `"><img src="https://elsewhere.example/a.png"><img src="https://cdn.example/m/` + loafHash() + `/loaf.jpg"></p>`
	want := []string{strings.Split(other, "/")[2], loafHash()}
	if got := safehtml.PictureHashes(body, urls.Media("https://cdn.example/m")); !slices.Equal(got, want) {
		t.Errorf("PictureHashes = %v, want %v", got, want)
	}
	if got := safehtml.PictureHashes("<p>a</p>", ""); got != nil {
		t.Errorf("PictureHashes of no picture = %v", got)
	}
}

// FuzzPictures: whatever is clean stays clean but for the widths, and says the
// same words.
func FuzzPictures(f *testing.F) {
	for _, s := range []string{
		`<p>a<img src="` + loaf + `" alt="b"></p>`, `<figure class="kg-width-full"><img src=` + other + `></figure>`,
		`<img src="` + loaf + `" width="99999" height="">`, `<img/src="` + loaf + `"`, `<p title="<img src='` + loaf + `'>">`, "<img\x00src=" + loaf + ">",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		clean, err := safehtml.Clean(source)
		if err != nil {
			return
		}
		got := safehtml.Pictures(clean, "", known)
		if again := safehtml.Pictures(got, "", known); again != got {
			t.Errorf("twice: %q, once: %q", again, got)
		}
		if safehtml.Text(got) != safehtml.Text(clean) {
			t.Errorf("the words of %q are %q", clean, safehtml.Text(got))
		}
		before, after := elements(clean), elements(got)
		if !slices.Equal(before, after) {
			t.Errorf("%q has the elements %v, and then %v", clean, before, after)
		}
		if what := safehtml.Active(got); what != "" {
			t.Errorf("%q has %s", got, what)
		}
	})
}

// elements are a document's, with their addresses, in order.
func elements(source string) (list []string) {
	z := html.NewTokenizer(strings.NewReader(source))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return list
		case html.StartTagToken, html.SelfClosingTagToken:
			t := z.Token()
			for _, a := range t.Attr {
				if a.Key == "src" || a.Key == "href" {
					t.Data += " " + a.Val
				}
			}
			list = append(list, t.Data)
		}
	}
}
