package api_test

import (
	"bytes"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"
)

// TestOrganiseSettings makes, places, changes and archives calendars, and venues.
func TestOrganiseSettings(t *testing.T) {
	d := newOrganiserDesk(t)
	d.want(d.get("/organise/calendars/"), 200, "There is no calendar yet")
	d.want(d.send("/organise/calendars/new/", nil, map[string]string{"name": "A", "slug": "Not a slug", "colour": "red"}), 422, "f-slug-error")
	calendar := d.calendar("Suppers", "suppers", map[string]string{"where": "site", "view": "next"})
	at := "/organise/calendars/" + calendar + "/"
	page := d.want(d.get(at), 200, "The home page", "&lt;ra-calendar", calendar, "/account/admin/people/")
	page = d.want(d.send(at, page.fields, map[string]string{"where": "market", "view": "list", "name": "Suppers & more"}), 200, "Saved.", "The market’s home", "Suppers &amp; more")
	d.want(d.send(at, page.fields, map[string]string{"places[0].remove": "yes"}), 200, "Saved.")
	if page = d.get(at); page.fields["places[0].at"] != "market" || page.fields["places[1].at"] != "" {
		t.Errorf("the places are %q and %q", page.fields["places[0].at"], page.fields["places[1].at"])
	}
	d.want(d.send(at, page.fields, map[string]string{"do": "find", "find": "bread"}), 200, `value="bread"`)
	stale := page.fields
	d.want(d.send(at, page.fields, map[string]string{"archived": "yes"}), 200, "Saved.")
	d.want(d.send(at, stale, map[string]string{"name": "Other"}), 412, "changed this meanwhile", "Suppers &amp; more")
	d.want(d.get("/organise/calendars/"), 200, "archived", "market")

	d.want(d.send("/organise/venues/new/", nil, map[string]string{"name": "Hall", "slug": "hall", "latitude": "north", "longitude": "1"}), 422, "expected degrees")
	page = d.want(d.send("/organise/venues/new/", nil, map[string]string{"name": "Hall", "slug": "hall", "country": "gb", "latitude": "50.97", "longitude": "-3,71", "accessibility": "step_free"}), 200, "Made.", `value="GB"`, `value="-3.71"`)
	venue, _, _ := strings.Cut(page.at, "?")
	d.want(d.send(venue, d.get(venue).fields, map[string]string{"latitude": "", "longitude": "", "street": "1 Lane"}), 200, "Saved.", "1 Lane")
	d.want(d.get("/organise/venues/"), 200, "Hall", "1 Lane", "Step-free access")
	d.want(d.send(venue+"delete/", page.fields, nil), 412)
	d.want(d.send(venue+"delete/", d.get(venue).fields, nil), 200, "Deleted.", "There is no venue yet")
}

// TestOrganiseImport looks at a file before it stores it.
func TestOrganiseImport(t *testing.T) {
	d := newOrganiserDesk(t)
	at := "/organise/calendars/" + d.calendar("Suppers", "suppers", nil) + "/import/"
	d.want(d.get(at), 200, "A calendar file")
	file := strings.Join([]string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", "BEGIN:VEVENT", "UID:soup@example.org", "DTSTAMP:20261101T120000Z",
		"DTSTART;TZID=Europe/London:" + d.year + "1124T190000", "DTEND;TZID=Europe/London:" + d.year + "1124T220000", "SUMMARY:Soup supper", "END:VEVENT", "END:VCALENDAR", ""}, "\r\n")
	d.want(d.file(at, "file", "a.ics", "text/calendar", "nothing of the kind", nil), 422, "Nothing was stored")
	page := d.want(d.file(at, "file", "suppers.ics", "text/calendar", file, nil), 200, "In suppers.ics", "Line 4", "created", "Import it")
	d.lacks(d.get("/organise/entries/"), "Soup supper")
	d.want(d.send(at+"apply/", page.fields, map[string]string{"state": "confirmed"}), 200, "Imported.", "created", "/organise/entries/entry_")
	d.want(d.get("/organise/entries/?state=confirmed"), 200, "Soup supper")
	d.want(d.send(at+"apply/", page.fields, nil), 409, "no longer kept")
	d.lacks(d.want(d.file(at, "file", "suppers.ics", "text/calendar", file, nil), 200, "As they are"), "Import it")
}

// file sends a form with a file as a browser does.
func (d *organiserDesk) file(at, field, name, kind, file string, more map[string]string) seen {
	d.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range more {
		if err := form.WriteField(name, value); err != nil {
			d.t.Fatal(err)
		}
	}
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="` + field + `"; filename="` + name + `"`}, "Content-Type": {kind}})
	if err == nil {
		_, err = io.WriteString(part, file)
	}
	if err != nil || form.Close() != nil {
		d.t.Fatal(err)
	}
	res, raw := d.do(http.MethodPost, at, form.FormDataContentType(), &body)
	return d.open(res, raw, at)
}

// tinyPNG is a picture of one point.
const tinyPNG = "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU\x00\x00\x00\nIDATx\x9cc`\x00\x00\x00\x02\x00\x01H\xaf\xa4q\x00\x00\x00\x00IEND\xaeB`\x82"

// TestOrganisePicture: the picture of an entry is kept with it, and taken away.
func TestOrganisePicture(t *testing.T) {
	d := newOrganiserDesk(t)
	d.calendar("Suppers", "suppers", nil)
	fields := d.get("/organise/entries/new/").fields
	for name, value := range map[string]string{"title": "Soup", "start_date": d.tuesday().Format(time.DateOnly), "start_time": "19:00", "end_time": "21:00", "image_alt": "Three <pots>", "do": "save"} {
		fields[name] = value
	}
	delete(fields, "picture")
	d.want(d.file("/organise/entries/new/", "picture", "a.txt", "text/plain", "hello", fields), 422, "expected a picture")
	page := d.want(d.file("/organise/entries/new/", "picture", "pots.png", "image/png", tinyPNG, fields), 200, "Made.", "Three &lt;pots&gt;", "/pots.png")
	at, _, _ := strings.Cut(page.at, "?")
	page = d.want(d.get(at+"edit/"), 200, "Take the picture away")
	d.lacks(d.want(d.send(at+"edit/", page.fields, map[string]string{"image_remove": "yes", "do": "save"}), 200, "Saved."), "pots.png")
}
