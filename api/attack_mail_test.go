// Attacks by the mails of signing in, over HTTP against the whole product: looking for who has
// an account, floods, guessing at codes, and names of hosts that are not ours.

package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"rose-ash.com/roseash/api"
	"rose-ash.com/roseash/api/shared/auth"
)

// TestAttackEnumeration: the answers do not tell who has an account.
func TestAttackEnumeration(t *testing.T) {
	for _, closed := range []bool{false, true} {
		f := newFortress(t, func(o *api.AppOptions) { o.Config.SignUpClosed = closed })
		if _, err := f.app.Identity.AddUser(t.Context(), "ada@example.org", "Ada", nil); err != nil {
			t.Fatal(err)
		}
		if _, err := f.app.Identity.AddUser(t.Context(), "shut@example.org", "Shut", nil); err != nil {
			t.Fatal(err)
		}
		f.exec("UPDATE identity.users SET state = 'suspended' WHERE id = (SELECT user_id FROM identity.emails WHERE address = 'shut@example.org')")
		var answers [][]answer
		for i, address := range []string{"ada@example.org", "eve@example.org", "shut@example.org"} {
			b := f.browser(fmt.Sprintf("192.0.2.%d", i))
			var list []answer
			for range 5 { // the last two send nothing
				list = append(list, b.post("/login/", "address", address), b.get("/login/check/"))
			}
			for range 7 {
				list = append(list, b.post("/login/check/", "code", "000000"))
			}
			answers = append(answers, list)
		}
		for _, other := range answers[1:] {
			for i, a := range answers[0] {
				sameAnswer(t, fmt.Sprintf("closed %v, answer %d", closed, i), a, other[i])
			}
		}
	}
}

// TestAttackFlood: however often others ask for mails to an address, its owner has few, of
// which each works, and gets one of their own in a browser that has signed in before.
func TestAttackFlood(t *testing.T) {
	f := newFortress(t, nil)
	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	ada.post("/login/out/")
	mails := func() (n int) {
		if err := f.pool.QueryRow(t.Context(), "SELECT count(*) FROM shared.mails WHERE kind = 'sign_in' AND recipient = 'ada@example.org'").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	had := mails()
	for i := range 500 {
		network := "198.51.100.7"
		if i%2 == 1 {
			network = fmt.Sprintf("203.0.%d.%d", i/200, i%200)
		}
		if a := f.browser(network).post("/login/", "address", "ada@example.org"); a.status != http.StatusSeeOther {
			t.Fatalf("asking = %d", a.status)
		}
	}
	if n := mails() - had; n < 1 || n > 3 {
		t.Errorf("a stranger had %d mails sent", n)
	}
	flooded := f.found(linkInMail, f.letter("sign_in", "ada@example.org"))
	n := mails()
	link, _ := ada.ask("ada@example.org", "")
	if mails() != n+1 || link == flooded {
		t.Error("a browser that has signed in before gets no mail of its own")
	}
	if a := ada.post(link); a.status != http.StatusSeeOther || ada.me("") != http.StatusOK {
		t.Errorf("its link = %d", a.status)
	}
	if a := f.browser("192.0.2.50").post(flooded); a.status != http.StatusSeeOther {
		t.Errorf("a link that others have asked for, in a new browser = %d", a.status)
	}
}

// TestAttackGuessing: who guesses at the codes of mails that they had sent to somebody gets a
// few tries, whatever they do; the owner's link works all the same.
func TestAttackGuessing(t *testing.T) {
	f := newFortress(t, nil)
	f.clock.Set(time.Now().UTC().Truncate(24 * time.Hour).Add(25 * time.Hour)) // days are counted
	tries := 0
	for round := range 12 {
		b := f.browser(fmt.Sprintf("203.0.113.%d", round))
		_, code := b.ask("ada@example.org", "")
		for range 8 {
			a := b.post("/login/check/", "code", code[1:]+code[:1])
			if code[1:]+code[:1] == code || a.status == http.StatusTooManyRequests {
				continue
			}
			if tries++; a.status != http.StatusUnprocessableEntity {
				t.Fatalf("a wrong code = %d", a.status)
			}
		}
		f.clock.Advance(11 * time.Minute)
	}
	if tries < 5 || tries > 20 {
		t.Errorf("%d guesses in a day", tries)
	}
	ada := f.browser("192.0.2.1")
	link, code := ada.ask("ada@example.org", "")
	if a := ada.post("/login/check/", "code", code); a.status != http.StatusTooManyRequests || ada.cookies[auth.SessionCookie] != "" {
		t.Errorf("the right code after all those = %d", a.status)
	}
	if a := ada.post(link); a.status != http.StatusSeeOther {
		t.Errorf("the link = %d", a.status)
	}
}

// TestAttackHost: whatever name a request says that it was sent to, mails lead to this site,
// and a session is good at this site alone.
func TestAttackHost(t *testing.T) {
	f := newFortress(t, nil)
	ada := f.browser("192.0.2.1")
	ada.signIn("ada@example.org", "")
	for i, headers := range [][]string{
		{"Host", "evil.example"}, {"Host", "rose.example.evil.example"}, {"Host", "rose.example:8443"}, {"Host", "evil@rose.example"}, {"Host", ""},
		{"X-Forwarded-Host", "evil.example"}, {"Forwarded", "host=evil.example;proto=http"}, {"X-Forwarded-Proto", "http"}, {"X-Original-URL", "/login/out/"},
	} {
		address := fmt.Sprintf("bob-%d@example.org", i)
		a := f.browser("192.0.2.2").do("POST", "/login/", formOf("address", address), headers...)
		if strings.Contains(a.location()+a.body, "evil") {
			t.Errorf("%v: %d to %q", headers, a.status, a.location())
		}
		if mails, err := f.app.Mail.Kept(t.Context(), address); err != nil || len(mails) > 1 || len(mails) == 1 && (strings.Contains(mails[0].Text+mails[0].HTML, "evil") || !linkInMail.MatchString(mails[0].Text)) {
			t.Errorf("%v: %v %v", headers, mails, err)
		}
		for _, at := range []string{"/login/?return_to=/x/", "/oauth/authorize", "/account/", "/.well-known/openid-configuration"} {
			if a := f.browser("192.0.2.2").do("GET", at, "", headers...); strings.Contains(a.location()+a.body, "evil") {
				t.Errorf("%v at %s: %d to %q", headers, at, a.status, a.location())
			}
		}
	}
	if ada.me("") != http.StatusOK {
		t.Error("the session has ended")
	}
}
