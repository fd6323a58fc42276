package api_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// TestMyCalendar keeps a date, follows a calendar, and reads both by a secret address, which no
// log tells.
func TestMyCalendar(t *testing.T) {
	d := newOrganiserDesk(t)
	calendar := d.calendar("Suppers", "suppers", nil)
	date := occurrenceIn(d.dates(d.series(calendar))[0])
	d.as = d.somebody("member")
	const at = "/account/calendar/"
	d.want(d.get("/account/"), 200, at, "My calendar")
	d.want(d.get(at), 200, "Each date of the calendars has a link to keep it")
	page := d.want(d.get(at+"save/?occurrence="+date), 200, "Soup &lt;supper&gt;", "Keep it in my calendar")
	d.want(d.send(at+"save/", page.fields, nil), 200, "You keep it", "Do not keep it")
	page = d.want(d.get(at+"follow/?calendar="+calendar), 200, "Suppers", "Follow it")
	d.want(d.send(at+"follow/", page.fields, nil), 200, "You follow it", "Stop following")
	for _, none := range []string{"save/", "save/?occurrence=occ_x", "follow/?calendar=cal_00000000000000000000000000000000"} {
		d.want(d.get(at+none), 404)
	}

	d.want(d.send(at+"feeds/", nil, map[string]string{"name": " "}), 422, "f-name-error")
	page = d.want(d.send(at+"feeds/", nil, map[string]string{"name": "Pho<ne>"}), 201, "it is not shown again", "webcal://", "Pho&lt;ne&gt;", "never used")
	address := regexp.MustCompile(`http://localhost:8080(/ics/me/([0-9A-Za-z_-]{43})\.ics)`).FindStringSubmatch(page.body)
	if address == nil {
		t.Fatalf("there is no address\n%s", page.body)
	}
	d.lacks(d.want(d.get(at), 200, "Pho&lt;ne&gt;"), address[2])
	member := d.as
	d.as = nil
	res, body := d.do("GET", address[1], "", http.NoBody)
	if res.StatusCode != 200 || res.Header.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.Contains(body, "SUMMARY:Soup <supper>") || strings.Contains(body, "METHOD") {
		t.Fatalf("the calendar = %d %s\n%s", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
	for name, want := range map[string]string{"Cache-Control": "private, no-store", "X-Robots-Tag": "noindex", "Referrer-Policy": "no-referrer", "Access-Control-Allow-Origin": ""} {
		if got := res.Header.Get(name); got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
	tag := res.Header.Get("ETag")
	d.header = map[string]string{"If-None-Match": `"other", ` + tag}
	if res, body := d.do("GET", address[1], "", http.NoBody); res.StatusCode != 304 || body != "" || res.Header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("the same again = %d, %d bytes", res.StatusCode, len(body))
	}
	d.header = nil
	if res, body := d.do("HEAD", address[1], "", http.NoBody); res.StatusCode != 200 || body != "" || res.Header.Get("ETag") != tag {
		t.Errorf("HEAD = %d %q", res.StatusCode, res.Header.Get("ETag"))
	}
	d.as = member
	revoke := regexp.MustCompile(`/account/calendar/feeds/feed_[0-9a-f]{32}/revoke/`).FindString(d.want(d.get(at), 200, "last used").body)
	d.with(d.somebody("stranger"), func() { d.want(d.send(revoke, nil, nil), 404) })
	d.want(d.send(revoke, nil, nil), 200, "Revoked", "There is none.")
	d.as = nil
	for _, gone := range []string{address[1], "/ics/me/" + strings.Repeat("x", 43) + ".ics", "/ics/me/short.ics", strings.TrimSuffix(address[1], ".ics")} {
		if res, body := d.do("GET", gone, "", http.NoBody); res.StatusCode != 404 || !strings.HasSuffix(res.Header.Get("Cache-Control"), "no-store") ||
			!strings.HasPrefix(res.Header.Get("Content-Type"), "application/problem+json") || strings.Contains(body, address[2]) {
			t.Errorf("%s = %d %s %s", gone, res.StatusCode, res.Header.Get("Content-Type"), body)
		}
	}
	log := d.logged.String()
	if !strings.Contains(log, `/ics/me/{secret}`) || strings.Contains(log, address[2]) {
		t.Error("the log has no line of the calendar, or the secret")
	}

	d.as = member
	d.want(d.send(at+"save/", map[string]string{"occurrence": date, "no": "yes"}, nil), 200, "You keep it no more")
	d.want(d.send(at+"follow/", map[string]string{"calendar": calendar, "no": "yes"}, nil), 200, "You follow it no more")
}
