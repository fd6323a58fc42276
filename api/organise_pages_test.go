package api_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/db/dbtest"
)

// organiserDesk is people who organise and propose, at browsers without scripts. The clock is
// the machine's: dates are counted from the year after this one.
type organiserDesk struct {
	accountHolder
	logged *lockedBuffer
	year   string
}

// lockedBuffer is what was logged, by whomever.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func newOrganiserDesk(t *testing.T) *organiserDesk {
	t.Helper()
	cfg, err := config.Load(config.Options{Environ: []string{"ROSEASH_DATA_DIR=" + t.TempDir(), "ROSEASH_READ_LIMIT=1000000000"}})
	if err != nil {
		t.Fatal(err)
	}
	d := &organiserDesk{logged: &lockedBuffer{}, year: time.Now().AddDate(1, 0, 0).Format("2006")}
	d.pool = dbtest.New(t)
	app, err := api.New(api.AppOptions{Config: cfg, Pool: d.pool, Log: slog.New(slog.NewJSONHandler(d.logged, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	d.keeper = keeper{t: t, app: app, handler: app.Handler(nil)}
	d.as = d.somebody("owner", contract.RoleGrant{Role: contract.RoleOwner})
	return d
}

// somebody is who has signed in with roles.
func (d *organiserDesk) somebody(name string, roles ...contract.RoleGrant) *auth.Principal {
	d.t.Helper()
	user, session := d.person(name, contract.RoleMember)
	who := id.Format[string]("user", user)
	p := &auth.Principal{Name: who, User: contract.UserID(who), Session: id.Format[contract.SessionID]("ses", session), Scopes: identity.Permissions(roles), AuthenticatedAt: time.Now()}
	for _, g := range roles {
		if g.Role == contract.RoleOrganiser {
			p.Organises = append(p.Organises, contract.CalendarID(g.Calendar))
		}
	}
	return p
}

// with does something as somebody else.
func (d *organiserDesk) with(who *auth.Principal, do func()) {
	was := d.as
	defer func() { d.as = was }()
	d.as = who
	do()
}

// calendar makes one by its form.
func (d *organiserDesk) calendar(name, slug string, more map[string]string) (id string) {
	d.t.Helper()
	page := d.get("/organise/calendars/new/")
	fields := map[string]string{"name": name, "slug": slug, "timezone": "Europe/London", "colour": "#7a1f3d"}
	for name, value := range more {
		fields[name] = value
	}
	page = d.want(d.send("/organise/calendars/new/", page.fields, fields), 200, "Made.", name)
	return regexp.MustCompile(`cal_[0-9a-f]{32}`).FindString(page.at)
}

// series makes a confirmed weekly series by its form, eight Tuesdays from the first of February.
func (d *organiserDesk) series(calendar string) (at string) {
	d.t.Helper()
	first := d.tuesday()
	page := d.want(d.get("/organise/entries/new/?calendar="+calendar), 200, "New entry", `value="Europe/London"`)
	page = d.want(d.send("/organise/entries/new/", page.fields, map[string]string{"calendar": calendar, "title": "Soup <supper>", "start_date": first.Format(time.DateOnly), "start_time": "19:00",
		"end_time": "22:00", "repeat": "weekly", "ends": "count", "count": "8", "state": "confirmed", "description": "Bring a **bowl**.", "do": "save"}), 200,
		"Made.", "Soup &lt;supper&gt;", "Every week on Tuesday", "<strong>bowl</strong>", "confirmed")
	at, _, _ = strings.Cut(page.at, "?")
	return at
}

// tuesday is the first Tuesday of a February to come.
func (d *organiserDesk) tuesday() time.Time {
	day, err := time.Parse(time.DateOnly, d.year+"-02-01")
	if err != nil {
		d.t.Fatal(err)
	}
	for day.Weekday() != time.Tuesday {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// dates are the addresses of the dates on the page of an entry.
func (d *organiserDesk) dates(at string) []string {
	d.t.Helper()
	var all []string
	for _, m := range regexp.MustCompile(`href="(`+at+`dates/occ_[0-9a-f]{32}/)"`).FindAllStringSubmatch(d.get(at).body, -1) {
		all = append(all, m[1])
	}
	return all
}

func occurrenceIn(at string) string { return regexp.MustCompile(`occ_[0-9a-f]{32}`).FindString(at) }

// TestOrganiseEntry goes through the life of a series by forms alone.
func TestOrganiseEntry(t *testing.T) {
	d := newOrganiserDesk(t)
	d.want(d.get("/organise/"), 200, "Organise")
	d.want(d.get("/organise/entries/new/"), 403, "There is no calendar to put it in")
	calendar := d.calendar("Suppers", "suppers", nil)

	// What is wrong is said at its field, and what was typed is still there.
	page := d.get("/organise/entries/new/")
	page = d.want(d.send("/organise/entries/new/", page.fields, map[string]string{"title": "Soup", "start_date": "soon", "start_time": "19:00", "end_time": "22:00", "rdates": "never", "do": "save"}), 422,
		`href="#f-start-date"`, "expected a day", "line 1 is no date")
	if page.fields["title"] != "Soup" {
		t.Errorf("what was typed is lost: %q", page.fields["title"])
	}
	first := d.tuesday()
	page = d.want(d.send("/organise/entries/new/", page.fields, map[string]string{"start_date": first.Format(time.DateOnly), "rdates": "", "repeat": "weekly", "days": "MO", "do": "save"}), 422, `id="f-repeat-error"`)
	d.want(d.send("/organise/entries/new/", page.fields, map[string]string{"repeat": "rule", "rrule": "FREQ=SECONDLY", "do": "save"}), 422, `id="f-rrule-error"`)

	at := d.series(calendar)
	if n := len(d.dates(at)); n != 8 { // with more of them, the rest are a page further
		t.Fatalf("there are %d dates, want 8", n)
	}
	d.want(d.get("/organise/"), 200, "What comes")
	d.want(d.get("/organise/entries/?q=soup&calendar=suppers&state=confirmed"), 200, "Soup &lt;supper&gt;")
	d.lacks(d.want(d.get("/organise/entries/?state=draft"), 200, "Nothing fits."), "Soup &lt;supper&gt;")
	d.want(d.get("/organise/entries/?state=nonsense"), 200, "Nothing fits.")

	d.oneDate(at, d.dates(at)[1])
	d.wholeSeries(at)
	d.later(at, d.dates(at)[3])
	d.states(at)
	d.want(d.get("/organise/entries/entry_none/"), 404)
	d.want(d.get(at+"edit/?apply=this&occurrence=occ_none"), 404)
}

// oneDate moves a date and gives it words of its own, cancels and restores it.
func (d *organiserDesk) oneDate(at, date string) {
	d.t.Helper()
	d.want(d.get(at+"edit/"), 200, "Which dates do you want to change?", "Only this date")
	edit := at + "edit/?apply=this&occurrence=" + occurrenceIn(date)
	page := d.want(d.get(edit), 200, "Only this date is changed", "Empty: as the series has it.")
	d.lacks(page, `name="repeat"`, `name="kind"`)
	touch := d.want(d.send(at+"edit/", page.fields, map[string]string{"title": "With music", "start_time": "18:00", "do": "save"}), 200,
		"What this will touch", "Nothing is stored yet", "18:00", "With music")
	back := d.want(d.send(at+"edit/", touch.fields, map[string]string{"do": "back"}), 200, `value="With music"`)
	if back.fields["start_time"] != "18:00" {
		d.t.Errorf("what was typed is lost: %q", back.fields["start_time"])
	}
	d.want(d.send(at+"edit/", touch.fields, map[string]string{"do": "sure"}), 200, "Saved.", "With music", "moved", "18:00–22:00")
	// The same form again is of a version that is no more.
	d.want(d.send(at+"edit/", touch.fields, map[string]string{"title": "Without music", "do": "sure"}), 412, "changed this meanwhile", "Now stored: <q>With music</q>")

	page = d.get(date)
	d.want(d.send(date, page.fields, map[string]string{"status": "cancelled", "reason": " "}), 422, "say why in a few words", "f-reason-cancelled")
	d.want(d.send(date, page.fields, map[string]string{"status": "cancelled", "reason": "The cook is ill."}), 200, "Cancelled.", "The cook is ill.", "It takes place after all")
	d.want(d.send(date, d.get(date).fields, map[string]string{"status": "scheduled"}), 200, "It takes place.")
	d.want(d.send(date, d.get(date).fields, map[string]string{"status": "postponed"}), 200, "postponed")
	d.want(d.get(at), 200, "With music", "postponed")
	d.want(d.send(at+"dates/occ_none/", nil, map[string]string{"status": "postponed"}), 404)
}

// wholeSeries moves all dates; one that somebody keeps is said.
func (d *organiserDesk) wholeSeries(at string) {
	d.t.Helper()
	page := d.want(d.get(at+"edit/?apply=all"), 200, "All dates of the series are changed")
	touch := d.want(d.send(at+"edit/", page.fields, map[string]string{"start_time": "19:30", "do": "save"}), 200, "What this will touch", "<dt>Move</dt><dd>7</dd>", "19:00 → ", "When")
	d.want(d.send(at+"edit/", touch.fields, map[string]string{"do": "sure"}), 200, "Saved.", "19:30–22:00")
	// A date that somebody keeps stays beside a series that has it no more.
	last := d.dates(at)[7]
	d.with(d.somebody("keeper"), func() {
		d.want(d.send("/account/calendar/save/", map[string]string{"occurrence": occurrenceIn(last)}, nil), 200, "You keep it", "Soup &lt;supper&gt;")
	})
	page = d.get(at + "edit/?apply=all")
	touch = d.want(d.send(at+"edit/", page.fields, map[string]string{"count": "7", "do": "save"}), 200, "Stay beside the series", "<dd>1</dd>", "somebody keeps them")
	d.want(d.send(at+"edit/", touch.fields, map[string]string{"do": "sure"}), 200, "beside the series")
	d.want(d.get(last), 200, "It stays because somebody refers to it")
}

// later changes a date and those that follow: they are an entry of their own then.
func (d *organiserDesk) later(at, date string) {
	d.t.Helper()
	page := d.want(d.get(at+"edit/?apply=following&occurrence="+occurrenceIn(date)), 200, "This date and all later ones")
	touch := d.want(d.send(at+"edit/", page.fields, map[string]string{"title": "Stew", "do": "save"}), 200, "What this will touch", "become an entry of their own")
	page = d.want(d.send(at+"edit/", touch.fields, map[string]string{"do": "sure"}), 200, "These dates are an entry of their own now", "Stew", "Its earlier dates")
	if strings.HasPrefix(page.at, at) {
		d.t.Errorf("the later dates are still at %s", page.at)
	}
	if n := len(d.dates(at)); n != 3 {
		d.t.Errorf("the earlier entry has %d dates, want 3", n)
	}
}

// states brings an entry from one to another, copies it, and deletes the copy.
func (d *organiserDesk) states(at string) {
	d.t.Helper()
	page := d.get(at)
	d.want(d.send(at+"state/", page.fields, map[string]string{"state": "cancelled", "reason": ""}), 422, "say why")
	stale := page.fields
	d.want(d.send(at+"state/", page.fields, map[string]string{"state": "cancelled", "reason": "There is <no> hall."}), 200, "Cancelled.", "There is &lt;no&gt; hall.", "History", "you")
	d.want(d.send(at+"state/", stale, map[string]string{"state": "postponed"}), 412)
	d.want(d.send(at+"state/", d.get(at).fields, map[string]string{"state": "draft"}), 409, "another state")
	d.want(d.send(at+"state/", d.get(at).fields, map[string]string{"state": "confirmed"}), 200, "Confirmed.")
	d.want(d.send(at+"copy/", d.get(at).fields, map[string]string{"copy_date": "some day"}), 422, "expected a day")
	page = d.want(d.send(at+"copy/", d.get(at).fields, map[string]string{"copy_date": d.tuesday().AddDate(0, 6, 0).Format(time.DateOnly), "copy_time": "18:30"}), 200, "This is the copy", "draft")
	to, _, _ := strings.Cut(page.at, "?")
	d.want(d.send(to+"delete/", d.get(to).fields, nil), 200, "Deleted.")
	d.want(d.get(to), 404)
	d.want(d.send(at+"delete/", d.get(at).fields, nil), 409, "cancel it instead")
}

// TestOrganiseCheck looks at dates before anything is stored: clocks that skip an hour are told.
func TestOrganiseCheck(t *testing.T) {
	d := newOrganiserDesk(t)
	d.calendar("Suppers", "suppers", nil)
	page := d.get("/organise/entries/new/")
	check := func(changes map[string]string, texts ...string) seen {
		t.Helper()
		changes["do"] = "check"
		return d.want(d.send("/organise/entries/new/", page.fields, changes), 200, texts...)
	}
	// London's clocks go forward on the last Sunday of March, from 01:00 to 02:00.
	check(map[string]string{"start_date": d.year + "-03-01", "start_time": "01:30", "end_time": "03:00", "repeat": "daily", "ends": "until", "until": d.year + "-04-01"},
		"Every day", "The clocks skip this time", "FREQ=DAILY;UNTIL=")
	check(map[string]string{"start_date": d.year + "-10-01", "start_time": "01:30", "end_time": "03:00", "repeat": "daily"}, "The clocks show this time twice", "more in 24 months")
	check(map[string]string{"start_date": d.tuesday().Format(time.DateOnly), "start_time": "19:00", "end_time": "22:00", "repeat": "monthly", "by": "weekday", "ordinal": "1", "weekday": "TU"}, "first Tuesday")
	check(map[string]string{"start_date": d.tuesday().Format(time.DateOnly), "all_day": "yes", "repeat": "yearly"}, "Every year", "all day")
	check(map[string]string{"start_date": d.tuesday().Format(time.DateOnly), "start_time": "19:00", "end_time": "22:00", "repeat": "weekly", "days": "FR"}, `class="error"`)
	check(map[string]string{"start_date": "", "start_time": "19:00"}, "The dates cannot be told yet", "expected a day")
	check(map[string]string{"start_date": d.year + "-05-04", "start_time": "22:00", "end_time": "01:00"}, "22:00 to ") // into the next day
	var stored int
	if err := d.pool.QueryRow(t.Context(), `SELECT count(*) FROM events.entries`).Scan(&stored); err != nil || stored != 0 {
		t.Errorf("looking has stored %d entries (%v)", stored, err)
	}
}

// TestPropose is a member's proposal, and what an organiser makes of it.
func TestPropose(t *testing.T) {
	d := newOrganiserDesk(t)
	calendar := d.calendar("Suppers", "suppers", nil)
	member, other := d.somebody("member"), d.somebody("other")
	organiser := d.somebody("organiser", contract.RoleGrant{Role: contract.RoleOrganiser, Calendar: calendar})
	at := ""
	propose := map[string]string{"title": "Bread", "start_date": d.tuesday().Format(time.DateOnly), "start_time": "10:00", "end_time": "12:00", "do": "save", "state": "confirmed"}
	d.with(member, func() {
		page := d.want(d.get("/organise/"), 200, "no calendar takes proposals")
		d.lacks(page, "/organise/calendars/", "/organise/venues/", "Drafts")
		d.want(d.get("/organise/entries/new/"), 403)
		d.want(d.send("/organise/entries/new/", map[string]string{"calendar": calendar, "kind": "public", "attendance": "in_person"}, propose), 403)
	})
	page := d.get("/organise/calendars/" + calendar + "/")
	d.want(d.send("/organise/calendars/"+calendar+"/", page.fields, map[string]string{"proposals": "yes"}), 200, "Saved.")
	d.with(member, func() {
		d.want(d.get("/organise/"), 200, "Propose a date for Suppers")
		page := d.want(d.get("/organise/entries/new/?calendar=suppers"), 200, "Propose a date", "Organisers can add one.")
		d.lacks(page, `name="kind"`, `name="state"`, `name="picture"`)
		page = d.want(d.send("/organise/entries/new/", page.fields, propose), 200, "Proposed. The organisers look at it", "Take it back")
		at, _, _ = strings.Cut(page.at, "?")
		d.want(d.get("/organise/"), 200, "What you have proposed", "Bread", "proposed")
		page = d.get(at + "edit/")
		d.want(d.send(at+"edit/", page.fields, map[string]string{"title": "Rye bread", "do": "save"}), 200, "Saved.", "Rye bread")
		d.want(d.send(at+"state/", d.get(at).fields, map[string]string{"state": "confirmed"}), 403)
		d.want(d.send(at+"state/", d.get(at).fields, map[string]string{"state": "draft"}), 200, "It is a draft again.")
		d.want(d.send(at+"state/", d.get(at).fields, map[string]string{"state": "submitted"}), 200, "Submitted.")
	})
	d.with(other, func() {
		d.want(d.get(at), 404)
		d.want(d.get(at+"edit/"), 404)
		d.want(d.send(at+"state/", map[string]string{"etag": `"x"`}, map[string]string{"state": "draft"}), 404)
		d.want(d.send(at+"delete/", map[string]string{"etag": `"v1"`}, nil), 404)
	})
	d.with(organiser, func() {
		d.want(d.get("/organise/"), 200, "Proposals that wait", "Rye bread")
		d.want(d.get("/organise/calendars/new/"), 403)
		page := d.want(d.get(at), 200, "A member has proposed it", "Decline")
		d.want(d.send(at+"state/", page.fields, map[string]string{"state": "declined", "reason": ""}), 422, "say why")
		d.want(d.send(at+"state/", page.fields, map[string]string{"state": "provisional"}), 200, "It is provisional", "who proposed it")
		d.want(d.send(at+"state/", d.get(at).fields, map[string]string{"state": "declined", "reason": "The hall is taken."}), 200, "Declined.", "The hall is taken.")
	})
	d.with(member, func() {
		d.lacks(d.want(d.get(at), 200, "declined"), "Take it back", ">Edit<")
	})
}

// TestOrganiseIsClosed to who has not signed in, and to others' calendars.
func TestOrganiseIsClosed(t *testing.T) {
	d := newOrganiserDesk(t)
	mine, theirs := d.calendar("Mine", "mine", nil), d.calendar("Theirs", "theirs", nil)
	at := d.series(theirs)
	date := d.dates(at)[0]
	d.with(d.somebody("organiser", contract.RoleGrant{Role: contract.RoleOrganiser, Calendar: mine}), func() {
		d.lacks(d.get("/organise/calendars/"), "Theirs")
		d.lacks(d.get("/organise/"), "Soup")
		d.lacks(d.want(d.get(at), 200, "Soup"), "History", "What next", "Edit<")
		d.want(d.get(at+"edit/?apply=all"), 403)
		d.want(d.get(date), 403)
		d.want(d.send(date, map[string]string{"etag": `"x"`}, map[string]string{"status": "cancelled", "reason": "x"}), 403)
		d.want(d.get("/organise/calendars/"+theirs+"/import/"), 403)
		d.want(d.get("/organise/venues/"), 403)
	})
	d.as = nil
	for _, at := range []string{"/organise/", "/organise/entries/", "/organise/calendars/", at} {
		res, _ := d.do("GET", at, "", http.NoBody)
		if res.StatusCode != 303 || res.Header.Get("Location") != "/login/?return_to="+url.QueryEscape(at) {
			t.Errorf("%s for nobody = %d to %q", at, res.StatusCode, res.Header.Get("Location"))
		}
	}
	d.want(d.send("/organise/entries/new/", map[string]string{"title": "x"}, nil), 401, "You are not signed in")
}
