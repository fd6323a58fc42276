package blog

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"rose-ash.com/roseash/api/blog/ghost"
)

// paths are the files that an object shows, Ghost's by their paths.
func paths(o ghost.Object) []string {
	list := []string{}
	for _, f := range newFileAddresses("https://ghost.example/blog/", o.URL).filesOf(o).files {
		sort := []string{"picture", "media", "other"}[f.sort]
		if f.ghost {
			list = append(list, strings.TrimPrefix(f.url, "https://ghost.example/blog")+" "+sort)
		} else {
			list = append(list, f.url+" "+sort)
		}
	}
	slices.Sort(list)
	return list
}

func lexicalOf(t testing.TB, nodes string) string {
	t.Helper()
	document := `{"root":{"type":"root","children":[` + nodes + `]}}`
	if !json.Valid([]byte(document)) {
		t.Fatalf("no JSON: %s", document)
	}
	return document
}

func TestFilesOf(t *testing.T) {
	const g = "https://ghost.example/blog/content"
	for name, tt := range map[string]struct {
		document ghost.Object
		want     []string
	}{
		"fields": {ghost.NewObject(ghost.Post{ID: "1", FeatureImage: "__GHOST_URL__/content/images/f.png",
			Meta:                ghost.Meta{OGImage: g + "/images/og.png", TwitterImage: "https://other.example/t.png"},
			FeatureImageCaption: `by <img src="` + g + `/images/c.png">`, CanonicalURL: "https://other.example/", CodeinjectionHead: `<img src="https://other.example/ad.gif">`}),
			[]string{"/content/images/c.png picture", "/content/images/f.png picture", "/content/images/og.png picture", "https://other.example/t.png picture"}},
		"cards": {ghost.NewObject(ghost.Post{ID: "1", Lexical: lexicalOf(t, `
			{"type":"image","src":"`+g+`/images/2026/01/i.png?v=1#top","href":"https://other.example/"},
			{"type":"gallery","images":[{"row":0,"src":"/blog/content/images/g1.png"},{"src":"//other.example/g2.png"}]},
			{"type":"video","src":"`+g+`/media/v.mp4","thumbnailSrc":"`+g+`/media/v_thumb.jpg","customThumbnailSrc":""},
			{"type":"audio","src":"__GHOST_URL__/content/media/a.mp3","thumbnailSrc":"https://other.example/a.png"},
			{"type":"audio","src":"https://other.example/not-copied.mp3"},
			{"type":"file","src":"`+g+`/files/r.pdf"},{"type":"file","src":"https://other.example/not-copied.pdf"},
			{"type":"bookmark","url":"https://other.example/page","metadata":{"icon":"https://other.example/i.ico","thumbnail":"`+g+`/images/thumbnail/b.png"}},
			{"type":"header","backgroundImageSrc":"`+g+`/images/bg.png","buttonUrl":"`+g+`/files/b.zip"},
			{"type":"call-to-action","imageUrl":"`+g+`/images/cta.png"},{"type":"product","productImageSrc":"`+g+`/images/p.png","productUrl":"https://other.example/p"},
			{"type":"html","html":"<picture><source srcset=\"`+g+`/images/size/w600/h.png 600w, `+g+`/images/h.png 1000w\"><img src='`+g+`/images/h.png'></picture><div style=\"background:url(&quot;`+g+`/images/s.png&quot;)\"></div>"},
			{"type":"markdown","markdown":"![m](`+g+`/images/m.png \"title\") and [m](`+g+`/files/m.zip)."},
			{"type":"paragraph","children":[{"type":"link","url":"`+g+`/files/l.txt","children":[{"type":"text","text":"`+g+`/files/text.txt"}]}]}`)}),
			[]string{"/content/files/b.zip other", "/content/files/l.txt other", "/content/files/m.zip other", "/content/files/r.pdf other",
				"/content/images/2026/01/i.png?v=1 picture", "/content/images/bg.png picture", "/content/images/cta.png picture",
				"/content/images/g1.png picture", "/content/images/h.png picture", "/content/images/m.png picture", "/content/images/p.png picture",
				"/content/images/s.png picture", "/content/images/thumbnail/b.png picture", "/content/media/a.mp3 media", "/content/media/v.mp4 media",
				"/content/media/v_thumb.jpg picture", "https://other.example/a.png picture", "https://other.example/g2.png picture", "https://other.example/i.ico picture"}},
		"mobiledoc": {ghost.NewObject(ghost.Post{ID: "1", Mobiledoc: `{"cards":[["image",{"src":"__GHOST_URL__/content/images/i.png"}],["markdown",{"markdown":"![](__GHOST_URL__/content/images/m.png)"}]]}`}),
			[]string{"/content/images/i.png picture", "/content/images/m.png picture"}},
		"HTML": {ghost.NewObject(ghost.Post{ID: "1", URL: "https://pages.example/a/", HTML: `<!--members-only--><!-- <img src="https://other.example/comment.png"> -->
			<img src="` + g + `/images/size/w1000/format/webp/2026/a.png" srcset="` + g + `/images/size/w600h300/2026/a.png 600w, https://other.example/b,c.png 2x,https://other.example/d.png">
			<video src="https://pages.example/content/media/v.mp4" poster="https://img.spacergif.org/v1/640x360/0a/spacer.png" style="background: transparent url('` + g + `/media/t.jpg') 50%"></video>
			<figure data-kg-thumbnail="` + g + `/media/t2.jpg"></figure><source src="` + g + `/media/s.ogv"><audio src="https://other.example/a.mp3"></audio>
			<a href="` + g + `/files/f.pdf"></a><a href="https://other.example/picture.png"></a><a href="https://ghost.example/blog/page/"></a>
			<iframe src="https://other.example/frame.png"></iframe><script src="` + g + `/files/s.js"></script><img src="https://ghost.example/favicon.png">
			<img src="data:image/png;base64,AA"><img src="javascript:1"><img src="http://u:p@other.example/u.png"><img src="http://[::"><img src="` + g + `/files/../../ghost/api">`}),
			[]string{"/content/files/../../ghost/api picture", "/content/files/f.pdf other", "/content/images/2026/a.png picture", "/content/media/s.ogv media", "/content/media/t.jpg picture", "/content/media/t2.jpg picture",
				"/content/media/v.mp4 media", "https://ghost.example/favicon.png picture", "https://other.example/b,c.png picture", "https://other.example/d.png picture"}},
		"tag":      {ghost.NewObject(ghost.Tag{ID: "1", FeatureImage: g + "/images/t.png"}), []string{"/content/images/t.png picture"}},
		"user":     {ghost.NewObject(ghost.User{ID: "1", ProfileImage: "//www.gravatar.com/avatar/0?s=250", CoverImage: g + "/images/c.png", Website: "https://other.example/w.png"}), []string{"/content/images/c.png picture", "https://www.gravatar.com/avatar/0?s=250 picture"}},
		"settings": {ghost.NewObject(ghost.Settings{"logo": g + "/images/l.png", "icon": g + "/images/size/w256h256/i.png", "cover_image": "https://other.example/c.png", "title": "https://other.example/no.png", "codeinjection_head": "<img src='" + g + "/images/no.png'>"}), []string{"/content/images/i.png picture", "/content/images/l.png picture", "https://other.example/c.png picture"}},
		"member":   {ghost.NewObject(ghost.Member{ID: "1", Name: g + "/images/m.png"}), []string{}},
	} {
		if diff := cmp.Diff(tt.want, paths(tt.document)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
	}
	if files := newFileAddresses("", "").filesOf(ghost.NewObject(ghost.Post{ID: "1", FeatureImage: "__GHOST_URL__/content/images/f.png", HTML: `<img src="/content/images/a.png"><img src="https://other.example/a.png">`})).files; len(files) != 1 || files[0].ghost {
		t.Errorf("without a Ghost: %v", files)
	}
}

var copies = map[string]string{
	"https://ghost.example/content/images/a.png":        "/media/aa/a.png",
	"__GHOST_URL__/content/images/a.png":                "/media/aa/a.png",
	"https://ghost.example/content/images/b%20b.png":    "/media/bb/b-b.png",
	"https://ghost.example/content/media/v.mp4":         "/media/cc/v.mp4",
	"https://ghost.example/content/files/r.pdf?a=1&b=2": "/media/dd/r.pdf",
	"https://other.example/o.png":                       "/media/ee/o.png",
}

func TestLocalise(t *testing.T) {
	for name, tt := range map[string]struct{ in, want string }{
		"nothing":      {`<P  CLASS=a>a &amp; b<br/></P>`, ``},
		"picture":      {`<p>x</p><img alt="A &quot;b&quot;" src="https://ghost.example/content/images/a.png" sizes="9" srcset="https://ghost.example/content/images/size/w600/a.png 600w">`, `<p>x</p><img alt="A &#34;b&#34;" src="/media/aa/a.png">`},
		"placeholder":  {`<img src="__GHOST_URL__/content/images/size/w600/a.png"/>`, `<img src="/media/aa/a.png"/>`},
		"blanks":       {`<img src=" https://ghost.example/content/images/b b.png#x ">`, `<img src="/media/bb/b-b.png">`},
		"smaller":      {`<img src="https://ghost.example/content/images/size/w1000/format/webp/a.png">`, `<img src="/media/aa/a.png">`},
		"srcset alone": {`<source srcset="https://ghost.example/content/images/size/w600/a.png 600w, https://ghost.example/content/images/a.png 1000w" sizes="9">`, `<source srcset="/media/aa/a.png" sizes="9">`},
		"srcset mixed": {`<img src="https://elsewhere.example/x.png" srcset="https://other.example/o.png 1x, https://elsewhere.example/x.png 2x">`, `<img src="https://elsewhere.example/x.png" srcset="/media/ee/o.png 1x, https://elsewhere.example/x.png 2x">`},
		"film":         {`<video src="https://ghost.example/content/media/v.mp4" poster="https://ghost.example/content/images/a.png" playsinline="" style="background: transparent url('https://ghost.example/content/images/a.png') 50% / cover"></video>`, `<video src="/media/cc/v.mp4" poster="/media/aa/a.png" playsinline="" style="background: transparent url(&#39;/media/aa/a.png&#39;) 50% / cover"></video>`},
		"file card":    {`<a class="kg-file-card-container" href="https://ghost.example/content/files/r.pdf?a=1&amp;b=2" download>`, `<a class="kg-file-card-container" href="/media/dd/r.pdf" download="">`},
		"a link":       {`<a href="https://other.example/o.png"><img src="https://other.example/o.png"></a>`, `<a href="https://other.example/o.png"><img src="/media/ee/o.png"></a>`},
		"words":        {`<p title="https://ghost.example/content/images/a.png">https://ghost.example/content/images/a.png</p>`, ``},
		"gates":        {"<!--kg-gated-block:begin nonMember:false memberSegment:\"status:free\" -->\n<!--kg-card-begin: html-->\n<img src='https://other.example/o.png'>\n<!--kg-card-end: html-->\n<!--kg-gated-block:end--><!--members-only-->", "<!--kg-gated-block:begin nonMember:false memberSegment:\"status:free\" -->\n<!--kg-card-begin: html-->\n<img src=\"/media/ee/o.png\">\n<!--kg-card-end: html-->\n<!--kg-gated-block:end--><!--members-only-->"},
		"comment":      {`<!-- <img src="https://other.example/o.png"> --><script>"<img src='https://other.example/o.png'>"</script>`, ``},
		"cut off":      {`<p>a<img src="https://other.example/o.png`, ``},
		"scripts":      {`<script src="https://ghost.example/content/media/v.mp4"></script><iframe src="https://other.example/o.png"></iframe>`, ``},
	} {
		want := tt.want
		if want == "" {
			want = tt.in
		}
		if got := localise(tt.in, copies); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
		}
	}
}

// commentsOf are the comments of a document as they stand there, one after another.
func commentsOf(document string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(document))
	for kind := z.Next(); kind != html.ErrorToken; kind = z.Next() {
		if kind == html.CommentToken {
			b.Write(z.Raw())
		}
	}
	return b.String()
}

func FuzzLocalise(f *testing.F) {
	for _, s := range []string{
		`<img src="https://other.example/o.png" srcset="a 1x,,https://other.example/o.png 2x, ">`,
		`<!--members-only--><!--kg-gated-block:begin nonMember:true --><img src=https://other.example/o.png a" b=' c><!--kg-gated-block:end-->`,
		`<a style="background:url(https://other.example/o.png);x:URL( 'https://other.example/o.png' )" href='__GHOST_URL__/content/images/a.png'>`,
		"<svg><style><!--</style><img src='https://other.example/o.png'>-->", `<!><!--><!-- -- --!><?x><![CDATA[ <img src="https://other.example/o.png"> ]]>`, "<img src=\"https://other.example/o.png\x00\r\n\"", `<IMG SRC=https://other.example/o.png/>`,
		`<textarea><img src="https://other.example/o.png"></textarea><plaintext><!--x--><img src="https://other.example/o.png">`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, document string) {
		got := localise(document, copies)
		if again := localise(got, copies); again != got {
			t.Errorf("not the same again:\nin    %q\nonce  %q\ntwice %q", document, got, again)
		}
		if before, after := commentsOf(document), commentsOf(got); before != after {
			t.Errorf("%q: the comments %q are %q now", document, before, after)
		}
		if localise(document, map[string]string{"nobody has this": "/"}) != document {
			t.Errorf("%q is changed for nothing", document)
		}
		if kept := slices.Collect(maps.Values(copies)); !slices.ContainsFunc(kept, func(c string) bool { return strings.Contains(document+got, c) }) && got != document {
			t.Errorf("%q becomes %q, which has no copy", document, got)
		}
	})
}

func FuzzFilesOf(f *testing.F) {
	f.Add(`{"root":{"children":[{"type":"image","src":"/content/images/size/w1/a.png"}]}}`, `<img srcset="a, b 1x">`, "__GHOST_URL__/content/images/%zz")
	f.Add(`[[[[{"src":"//"}]]]]`, `<a style="url()">`, "/content/files/..%2f..")
	f.Fuzz(func(t *testing.T, document, body, picture string) {
		o := ghost.NewObject(ghost.Post{ID: "1", Lexical: document, HTML: body, FeatureImage: picture})
		in := newFileAddresses("https://ghost.example/blog", "")
		for _, file := range in.filesOf(o).files {
			if len(file.url) > maxAddress || !strings.HasPrefix(file.url, "http") || file.ghost != strings.HasPrefix(file.url, "https://ghost.example/") {
				t.Errorf("a file at %q (Ghost's: %v)", file.url, file.ghost)
			}
			if same, ok := in.file(file.url, true); !ok || same.url != file.url {
				t.Errorf("the file at %q is at %q (%v)", file.url, same.url, ok)
			}
		}
	})
}
