package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/db/dbtest"
)

// twoHosts is an app whose blog is at a host of its own, with a post for members.
func twoHosts(t *testing.T) (*api.App, http.Handler) {
	t.Helper()
	sites, err := urls.New("https://rose.example", map[urls.App]string{urls.Blog: "https://words.example"})
	if err != nil {
		t.Fatal(err)
	}
	app, err := api.New(api.AppOptions{
		Config: config.Config{DataDir: t.TempDir(), Sites: sites}, Pool: dbtest.New(t), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { app.Close() })
	if err := app.Prepare(t.Context()); err != nil {
		t.Fatal(err)
	}
	p, err := app.Blog.CreatePost(t.Context(), contract.TypePost, blog.PostFields{
		Title: new("Bread"), Source: new("Free words.\n\n<!--members-only-->\n\nqzgated."), Visibility: new(contract.VisibilityMembers),
	})
	if err == nil {
		_, err = app.Blog.Publish(t.Context(), contract.TypePost, string(p.ID), nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return app, app.Handler(nil)
}

// surfer is a browser in front of the app: each host has cookies of its own.
type surfer struct {
	t      *testing.T
	client *http.Client
	asked  []string // addresses without their queries, in order
}

func newSurfer(t *testing.T, h http.Handler) *surfer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s := &surfer{t: t}
	s.client = &http.Client{Jar: jar, Transport: tripper(func(r *http.Request) (*http.Response, error) {
		s.asked = append(s.asked, r.Method+" "+r.URL.Host+r.URL.Path)
		inner := r.Clone(r.Context())
		inner.RequestURI, inner.RemoteAddr, inner.Host = r.URL.RequestURI(), "192.0.2.7:4711", r.URL.Host
		if inner.Body == nil {
			inner.Body = http.NoBody
		}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, inner)
		res := w.Result()
		res.Request = r
		return res, nil
	})}
	return s
}

type tripper func(*http.Request) (*http.Response, error)

func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// visited is where a visit has ended.
type visited struct {
	status    int
	at        string
	body      string
	redirects int
}

// goTo visits an address, or sends a form there, and follows wherever that leads.
func (s *surfer) goTo(address string, form ...string) visited {
	s.t.Helper()
	before := len(s.asked)
	var res *http.Response
	var err error
	if form == nil {
		res, err = s.client.Get(address)
	} else {
		values := url.Values{}
		for i := 0; i+1 < len(form); i += 2 {
			values.Set(form[i], form[i+1])
		}
		u, _ := url.Parse(address)
		r, _ := http.NewRequest(http.MethodPost, address, strings.NewReader(values.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", u.Scheme+"://"+u.Host)
		res, err = s.client.Do(r)
	}
	if err != nil {
		s.t.Fatalf("%s: %v after %v", address, err, s.asked[before:])
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return visited{res.StatusCode, res.Request.URL.String(), string(body), len(s.asked) - before - 1}
}

// cookie is the value of a cookie that the browser has of a host.
func (s *surfer) cookie(origin, name string) string {
	u, _ := url.Parse(origin)
	u.Path = "/"
	for _, c := range s.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// signIn signs somebody in at the issuer's host.
func (s *surfer) signIn(app *api.App, address string) {
	s.t.Helper()
	link, err := app.Identity.AddUser(s.t.Context(), address, "Ada", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	page := s.goTo(link)
	action := regexp.MustCompile(`<form[^>]* action="(/login/[^"]+)"`).FindStringSubmatch(page.body)
	if page.status != 200 || action == nil {
		s.t.Fatalf("%s = %d\n%s", link, page.status, page.body)
	}
	s.goTo("https://rose.example"+action[1], "")
	if s.cookie("https://rose.example", auth.SessionCookie) == "" {
		s.t.Fatal("nobody is signed in at the issuer's")
	}
}

const gatedPage = "https://words.example/read/bread/"

// TestSSOOfTwoHosts: one sign-in at the issuer's host is one at the other's too, each with a
// session of its own, and one sign-out ends both.
func TestSSOOfTwoHosts(t *testing.T) {
	app, h := twoHosts(t)
	s := newSurfer(t, h)

	// A stranger is sent round once, and then reads what everybody may.
	v := s.goTo(gatedPage)
	if v.status != 200 || v.at != gatedPage || v.redirects != 3 || !strings.Contains(v.body, "Free words") || strings.Contains(v.body, "qzgated") {
		t.Errorf("a stranger: %+v by %v", v, s.asked)
	}
	if v = s.goTo(gatedPage); v.redirects != 0 || v.status != 200 {
		t.Errorf("a stranger once more: %d, %d redirects", v.status, v.redirects)
	}

	// The way in from the app's host ends at the issuer's page, and comes back signed in.
	v = s.goTo("https://words.example/login/?return_to=%2Fread%2Fbread%2F")
	if v.status != 200 || !strings.HasPrefix(v.at, "https://rose.example/login/?") {
		t.Errorf("signing in at the app's host leads to %d %s", v.status, v.at)
	}
	s.signIn(app, "ada@example.org")
	v = s.goTo("https://words.example/login/?return_to=%2Fread%2Fbread%2F")
	if v.status != 200 || v.at != gatedPage || !strings.Contains(v.body, "qzgated") {
		t.Errorf("signed in: %+v by %v", v, s.asked)
	}
	here, there := s.cookie("https://words.example", auth.SessionCookie), s.cookie("https://rose.example", auth.SessionCookie)
	if here == "" || there == "" || here == there {
		t.Error("each host has to have a session of its own")
	}
	if v = s.goTo(gatedPage); v.redirects != 0 || !strings.Contains(v.body, "qzgated") {
		t.Errorf("with a session: %d redirects", v.redirects)
	}

	// Who has to prove again who they are gets to the issuer's page.
	if v = s.goTo("https://words.example/login/?fresh=1&return_to=%2Fread%2Fbread%2F"); !strings.HasPrefix(v.at, "https://rose.example/login/?") {
		t.Errorf("proving again leads to %s", v.at)
	}

	// Known at the issuer's, and not here: no page asks.
	s = newSurfer(t, h)
	s.signIn(app, "ada@example.org")
	if v = s.goTo(gatedPage); v.status != 200 || v.at != gatedPage || v.redirects != 3 || !strings.Contains(v.body, "qzgated") {
		t.Errorf("silently: %+v by %v", v, s.asked)
	}

	// Signing out at the issuer's is signing out here.
	if v = s.goTo("https://rose.example/login/out/", ""); v.status != 200 {
		t.Errorf("signing out = %d", v.status)
	}
	if v = s.goTo(gatedPage); strings.Contains(v.body, "qzgated") || v.status != 200 {
		t.Errorf("signed out: %+v", v)
	}
}

// TestSSORefusesOthers: what somebody else has begun signs nobody in, and a session of one
// host is none of the other's.
func TestSSORefusesOthers(t *testing.T) {
	app, h := twoHosts(t)
	attacker := newSurfer(t, h)
	attacker.signIn(app, "mallory@example.org")
	var callback string
	attacker.client.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == "/login/callback/" {
			callback = r.URL.String()
			return http.ErrUseLastResponse
		}
		return nil
	}
	attacker.goTo("https://words.example/login/?return_to=%2Fread%2Fbread%2F")
	if !strings.Contains(callback, "code=") {
		t.Fatalf("no code: %q after %v", callback, attacker.asked)
	}
	refused := func(what string, s *surfer, address string) {
		t.Helper()
		if v := s.goTo(address); v.status < 400 || v.status >= 500 || s.cookie("https://words.example", auth.SessionCookie) != "" {
			t.Errorf("%s: %d at %s", what, v.status, v.at)
		}
	}
	refused("without an attempt", newSurfer(t, h), callback)
	victim := newSurfer(t, h)
	victim.goTo("https://words.example/login/") // an attempt of their own
	refused("with another attempt", victim, callback)
	refused("without a state", victim, strings.Split(callback, "?")[0]+"?code=x&iss=https%3A%2F%2Frose.example")

	// The attacker's own browser may use it, once, after all that.
	attacker.client.CheckRedirect = nil
	if v := attacker.goTo(callback); v.status != 200 || attacker.cookie("https://words.example", auth.SessionCookie) == "" {
		t.Errorf("who has begun it: %d at %s", v.status, v.at)
	}

	token := attacker.cookie("https://rose.example", auth.SessionCookie)
	r := httptest.NewRequest(http.MethodGet, "https://words.example/v1/posts/bread/body", nil)
	r.AddCookie(&http.Cookie{Name: auth.SessionCookie, Value: token})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if strings.Contains(w.Body.String(), "qzgated") {
		t.Error("a session of the issuer's host opens the other's")
	}
}
