package media

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"rose-ash.com/roseash/api/shared/problem"
)

const svgOpen = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">`

// unsafe are bodies of an svg element that must not be kept.
var unsafe = []string{
	`<script>alert(1)</script>`,
	`<x:script xmlns:x="http://www.w3.org/2000/svg">1</x:script>`,
	`<h:script xmlns:h="http://www.w3.org/1999/xhtml">1</h:script>`,
	`<g onclick="alert(1)"/>`,
	`<g ONLOAD="alert(1)"/>`,
	`<foreignObject><p>x</p></foreignObject>`,
	`<iframe src="https://example.org/"/>`,
	`<image href="https://example.org/a.png"/>`,
	`<image href="data:image/svg+xml;base64,AAAA"/>`,
	`<a href="javascript:alert(1)"><text>x</text></a>`,
	`<use href="https://example.org/a.svg#b"/>`,
	`<use xlink:href="data:image/svg+xml,x#a"/>`,
	`<use href=""/>`,
	`<set attributeName="href" to="javascript:alert(1)"/>`,
	`<animate attributeName="href" values="javascript:alert(1)"/>`,
	`<style>@import "https://example.org/a.css";</style>`,
	`<style>@imp<!-- x -->ort "https://example.org/a.css";</style>`,
	`<style>@imp<![CDATA[ort "https://example.org/a.css"]]>;</style>`,
	`<style>&#64;import "https://example.org/a.css";</style>`,
	`<style>@\69mport "a"; g{fill:u\72l(https://example.org/)}</style>`,
	`<style>g{fill:url( "https://example.org/a")}</style>`,
	`<style>g{background:-webkit-image-set("https://example.org/a" 1x)}</style>`,
	`<g fill="url(//example.org/a#b)"/>`,
	`<g style="fill:URL(https://example.org/)"/>`,
	`<g style="behavior:url(#x)"/>`,
	`<g xml:base="https://example.org/"/>`,
	`<feImage href="https://example.org/a"/>`,
	`<?xml-stylesheet href="https://example.org/a.css"?>`,
	`<g id="a"><use href="#a"/></g>`,
	`<g id="a"><path d="M0 0"/></g><g id="b"><use href="#a"/></g><use href="#b"/>`,
	`<use id="a" href="#b"/><use id="b" href="#a"/>`,
	strings.Repeat("<g>", 100) + strings.Repeat("</g>", 100),
	strings.Repeat("<g/>", maxSVGElements),
}

func TestCheckSVGRefuses(t *testing.T) {
	documents := []string{
		`<!DOCTYPE svg [<!ENTITY a "b">]>` + svgOpen + `</svg>`,
		`<?xml-stylesheet href="a"?>` + svgOpen + `</svg>`,
		`<svg/>`,
		`<x:svg xmlns:x="http://www.w3.org/1999/xhtml"/>`,
		svgOpen + `</svg>` + svgOpen + `</svg>`,
	}
	for _, body := range unsafe {
		documents = append(documents, svgOpen+body+`</svg>`)
	}
	for _, document := range documents {
		if _, _, err := checkSVG([]byte(document)); problem.Code(err) != "unsafe_svg" {
			t.Errorf("checkSVG(%.200q) = %v, want unsafe_svg", document, err)
		}
	}
}

func TestCheckSVGUnreadable(t *testing.T) {
	for _, document := range []string{
		"", "<", svgOpen, svgOpen + "&nbsp;</svg>", svgOpen + "\xff</svg>",
		`<?xml version="1.0" encoding="latin1"?>` + svgOpen + `</svg>`,
	} {
		if _, _, err := checkSVG([]byte(document)); problem.Code(err) != "unreadable_image" {
			t.Errorf("checkSVG(%q) = %v, want unreadable_image", document, err)
		}
	}
}

func TestCheckSVGSize(t *testing.T) {
	for attributes, want := range map[string][2]int{
		`width="12" height="8"`:                               {12, 8},
		`width="12.6px" height=" 8 "`:                         {13, 8},
		`width="100%" height="100%" viewBox="0 0 30 20"`:      {30, 20},
		`viewBox="0,0,30,20"`:                                 {30, 20},
		`width="12"`:                                          {0, 0},
		`width="1e9" height="5"`:                              {0, 0},
		`viewBox="0 0 99999999999999999999 1"`:                {0, 0},
		`width="0" height="0"`:                                {0, 0},
		`viewBox="0 0 30"`:                                    {0, 0},
		`width="NaN" height="Inf" viewBox="0 0 1000000000 1"`: {0, 0},
	} {
		w, h, err := checkSVG([]byte(`<svg xmlns="http://www.w3.org/2000/svg" ` + attributes + `/>`))
		if err != nil || w != want[0] || h != want[1] {
			t.Errorf("%s = %d, %d, %v, want %v", attributes, w, h, err, want)
		}
	}
}

// FuzzCheckSVG reads what passed with a check of its own.
func FuzzCheckSVG(f *testing.F) {
	f.Add(svgOpen + `<path d="M0 0"/></svg>`)
	f.Add(`<?xml version="1.0"?>` + svgOpen + `<style>a{fill:url(#b)}</style><use href="#a"/></svg>`)
	for _, body := range unsafe[:25] {
		f.Add(svgOpen + body + "</svg>")
	}
	f.Fuzz(func(t *testing.T, document string) {
		looksLikeSVG([]byte(document))
		w, h, err := checkSVG([]byte(document))
		if err != nil {
			if code := problem.Code(err); code != "unsafe_svg" && code != "unreadable_image" {
				t.Fatalf("code %s", code)
			}
			return
		}
		if w < 0 || h < 0 || w > maxSide || h > maxSide {
			t.Fatalf("size %d by %d", w, h)
		}
		d := xml.NewDecoder(strings.NewReader(document))
		for {
			token, err := d.RawToken()
			if err == io.EOF {
				return
			}
			if e, ok := token.(xml.StartElement); ok {
				local := strings.ToLower(e.Name.Local)
				if local == "script" || local == "foreignobject" || local == "iframe" || local == "a" {
					t.Fatalf("passed with %s", local)
				}
				for _, a := range e.Attr {
					if strings.HasPrefix(strings.ToLower(a.Name.Local), "on") || strings.EqualFold(a.Name.Local, "href") && a.Value[0] != '#' {
						t.Fatalf("passed with %s=%q", a.Name.Local, a.Value)
					}
				}
			}
			if _, ok := token.(xml.Directive); ok {
				t.Fatal("passed with a declaration")
			}
		}
	})
}

// FuzzFileName makes names from anything that the register's constraint takes.
func FuzzFileName(f *testing.F) {
	for _, s := range []string{"", "a.png", "../../etc/passwd", `C:\leek.PNG`, ".hidden", "Ärger & Co.jpeg", "\x00\xff", strings.Repeat("a", 500)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := fileName(s, ".png")
		slug, ok := strings.CutSuffix(got, ".png")
		if !ok || slug == "" || len(got) > 120 || strings.Trim(slug, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" || slug[0] == '-' {
			t.Errorf("fileName(%q) = %q", s, got)
		}
	})
}
