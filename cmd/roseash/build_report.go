// What a build says it did.

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"time"

	"rose-ash.com/roseash/ssg"
	"rose-ash.com/roseash/ssg/linkcheck"
)

// buildReport is what a build did, and what became of its links where they were
// checked.
type buildReport struct {
	ssg.Built
	Links *linkcheck.Report
	dir   string
}

// The report as JSON. Names stay as they are; others may be added.
type (
	reportJSON struct {
		Pages        int               `json:"pages"`
		Written      int               `json:"written"`
		Unchanged    int               `json:"unchanged"`
		Deleted      int               `json:"deleted"`
		Failed       int               `json:"failed"`
		Milliseconds phasesJSON        `json:"milliseconds"`
		Slowest      []pageTimeJSON    `json:"slowest"`
		Links        *linkcheck.Report `json:"links,omitempty"`
	}
	phasesJSON struct {
		Total    float64 `json:"total"`
		Plan     float64 `json:"plan"`
		Render   float64 `json:"render"`
		Commit   float64 `json:"commit"`
		Apply    float64 `json:"apply"`
		Compress float64 `json:"compress"`
	}
	pageTimeJSON struct {
		Page         string  `json:"page"`
		Milliseconds float64 `json:"milliseconds"`
	}
)

// milliseconds are a time to the microsecond.
func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

func (r buildReport) json(w io.Writer) error {
	document := reportJSON{
		Pages: r.Pages, Written: r.Written, Unchanged: r.Unchanged, Deleted: r.Deleted, Failed: r.Failed,
		Milliseconds: phasesJSON{
			Total: milliseconds(r.Took), Plan: milliseconds(r.Plan), Render: milliseconds(r.Render),
			Commit: milliseconds(r.Commit), Apply: milliseconds(r.Apply), Compress: milliseconds(r.Compress),
		},
		Slowest: []pageTimeJSON{}, Links: r.Links,
	}
	for _, p := range r.Slowest {
		document.Slowest = append(document.Slowest, pageTimeJSON{p.Page, milliseconds(p.Took)})
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(document)
}

func (r buildReport) text(w io.Writer) {
	fmt.Fprintf(w, "Built %s in %s: %d written, %d unchanged, %d deleted", plural(r.Pages, "page"), printable(r.dir), r.Written, r.Unchanged, r.Deleted)
	if r.Failed > 0 {
		fmt.Fprintf(w, ", %d could not be made", r.Failed)
	}
	fmt.Fprintln(w, ".")
	seconds := func(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }
	fmt.Fprintf(w, "It took %s: plan %s, render %s, commit %s, apply %s, compress %s.\n",
		seconds(r.Took), seconds(r.Plan), seconds(r.Render), seconds(r.Commit), seconds(r.Apply), seconds(r.Compress))
	if len(r.Slowest) > 0 {
		fmt.Fprintln(w, "Slowest to render:")
	}
	for _, p := range r.Slowest {
		fmt.Fprintf(w, "  %8.2f ms  %s\n", milliseconds(p.Took), printable(p.Page))
	}
	if r.Links != nil {
		r.links(w)
	}
}

// links lists the broken links by where they lead.
func (r buildReport) links(w io.Writer) {
	fmt.Fprintf(w, "Checked %s in %s", plural(r.Links.Links, "link"), plural(r.Links.Files, "file"))
	if len(r.Links.Broken) == 0 {
		fmt.Fprintln(w, ": none is broken.")
		return
	}
	fmt.Fprintf(w, "; these lead nowhere (%d):\n", len(r.Links.Broken))
	for _, b := range r.Links.Broken {
		fmt.Fprintf(w, "%s: %s\n", printable(b.Target), b.Reason)
		for _, p := range b.Places {
			fmt.Fprintf(w, "  %s:%d\n", printable(p.File), p.Line)
		}
		if more := b.Count - len(b.Places); more > 0 {
			fmt.Fprintf(w, "  and %d more\n", more)
		}
	}
}
