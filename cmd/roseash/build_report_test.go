package main

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"rose-ash.com/roseash/ssg"
	"rose-ash.com/roseash/ssg/linkcheck"
)

func TestBuildReport(t *testing.T) {
	full := buildReport{
		Built: ssg.Built{
			Pages: 1200, Written: 31, Unchanged: 1168, Deleted: 2, Failed: 1,
			Took: 1234567 * time.Microsecond, Plan: 100 * time.Millisecond, Render: 500 * time.Millisecond,
			Commit: 200 * time.Millisecond, Apply: 300 * time.Millisecond, Compress: 1500 * time.Nanosecond,
			Slowest: []ssg.PageTime{{Page: "main/index.html", Took: 12345 * time.Microsecond}, {Page: "main/a\x1b/index.html", Took: 99 * time.Microsecond}},
		},
		Links: &linkcheck.Report{Files: 1190, Links: 70_000, Broken: []linkcheck.Broken{
			{Target: "/nope/", Reason: "there is no such page", Count: 12, Places: []linkcheck.Place{{File: "main/a/index.html", Line: 3}, {File: "main/b/index.html", Line: 40}}},
			{Target: "/\x1b[2J", Reason: "it cannot be read", Count: 1, Places: []linkcheck.Place{{File: "main/a/index.html", Line: 4}}},
		}},
		dir: "public",
	}
	var out bytes.Buffer
	full.text(&out)
	want := `Built 1200 pages in public: 31 written, 1168 unchanged, 2 deleted, 1 could not be made.
It took 1.23 s: plan 0.10 s, render 0.50 s, commit 0.20 s, apply 0.30 s, compress 0.00 s.
Slowest to render:
     12.35 ms  main/index.html
      0.10 ms  main/a /index.html
Checked 70000 links in 1190 files; these lead nowhere (2):
/nope/: there is no such page
  main/a/index.html:3
  main/b/index.html:40
  and 10 more
/ [2J: it cannot be read
  main/a/index.html:4
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("as text (-want +got)\n%s", diff)
	}
	out.Reset()
	if err := full.json(&out); err != nil {
		t.Fatal(err)
	}
	want = `{
  "pages": 1200,
  "written": 31,
  "unchanged": 1168,
  "deleted": 2,
  "failed": 1,
  "milliseconds": {
    "total": 1234.567,
    "plan": 100,
    "render": 500,
    "commit": 200,
    "apply": 300,
    "compress": 0.001
  },
  "slowest": [
    {
      "page": "main/index.html",
      "milliseconds": 12.345
    },
    {
      "page": "main/a\u001b/index.html",
      "milliseconds": 0.099
    }
  ],
  "links": {
    "files": 1190,
    "links": 70000,
    "broken": [
      {
        "target": "/nope/",
        "reason": "there is no such page",
        "count": 12,
        "places": [
          {
            "file": "main/a/index.html",
            "line": 3
          },
          {
            "file": "main/b/index.html",
            "line": 40
          }
        ]
      },
      {
        "target": "/\u001b[2J",
        "reason": "it cannot be read",
        "count": 1,
        "places": [
          {
            "file": "main/a/index.html",
            "line": 4
          }
        ]
      }
    ]
  }
}
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("as JSON (-want +got)\n%s", diff)
	}

	out.Reset()
	buildReport{Built: ssg.Built{Pages: 1, Unchanged: 1}, Links: &linkcheck.Report{Files: 1, Links: 1}, dir: "public"}.text(&out)
	want = `Built 1 page in public: 0 written, 1 unchanged, 0 deleted.
It took 0.00 s: plan 0.00 s, render 0.00 s, commit 0.00 s, apply 0.00 s, compress 0.00 s.
Checked 1 link in 1 file: none is broken.
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("of a site in order (-want +got)\n%s", diff)
	}
	out.Reset()
	if err := (buildReport{}).json(&out); err != nil || !bytes.Contains(out.Bytes(), []byte(`"slowest": []`)) || bytes.Contains(out.Bytes(), []byte("links")) {
		t.Errorf("an empty report: %v %s", err, out.Bytes())
	}
}
