package identity_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/seal"
)

// not is a code that is not this one.
func not(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestByCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, browser := w.ask(anna, w.visitor)
	signed, err := w.ByCode(t.Context(), browser, " "+sent.Code[:3]+" "+sent.Code[3:]+"\n", w.visitor)
	if err != nil || !signed.New || w.who(signed.Token) != signed.User {
		t.Fatalf("ByCode = %+v, %v", signed, err)
	}
	// One use ends the other way as well.
	_, err = w.ByCode(t.Context(), browser, sent.Code, w.visitor)
	wantCode(t, "the code again", err, http.StatusGone, "link_used_up")
	_, err = w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor)
	wantCode(t, "its link", err, http.StatusGone, "link_used_up")

	second, browser := w.ask(anna, w.visitor)
	if _, err := w.ByLink(t.Context(), tokenOf(t, second.Link), w.visitor); err != nil {
		t.Fatal(err)
	}
	_, err = w.ByCode(t.Context(), browser, second.Code, w.visitor)
	wantCode(t, "a code whose link was used", err, http.StatusGone, "link_used_up")

	third, browser := w.ask(anna, w.visitor)
	w.clock.Advance(identity.SignInLasts)
	_, err = w.ByCode(t.Context(), browser, third.Code, w.visitor)
	wantCode(t, "a code that has run out", err, http.StatusGone, "link_used_up")
}

// A code is worth nothing elsewhere: in another browser, for another mail, or later in the same
// browser.
func TestCodesAreBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, old := w.ask(anna, w.visitor)
	second, browser := w.ask(anna, w.visitor)
	if first.Code == second.Code {
		t.Fatal("two mails have one code: run it again")
	}
	stranger, other := w.ask("mallory@example.org", from(w.visitor, "203.0.113.9/32"))
	for name, tt := range map[string]struct{ browser, code string }{
		"another's browser":             {other, second.Code},
		"a browser that has not asked":  {seal.Random(), second.Code},
		"another mail's code":           {browser, first.Code},
		"the code of another's address": {browser, stranger.Code},
	} {
		_, err := w.ByCode(t.Context(), tt.browser, tt.code, w.visitor)
		wantCode(t, name, err, http.StatusUnprocessableEntity, "wrong_code")
	}
	_, err := w.ByCode(t.Context(), "", second.Code, w.visitor)
	wantCode(t, "no cookie", err, http.StatusGone, "link_used_up")
	if n := one[int](w, "SELECT count(*) FROM identity.sessions"); n != 0 {
		t.Fatalf("%d sessions", n)
	}
	if _, err := w.ByCode(t.Context(), old, first.Code, w.visitor); err != nil {
		t.Errorf("the first code in the browser that asked: %v", err)
	}
	if _, err := w.ByCode(t.Context(), browser, second.Code, w.visitor); err != nil {
		t.Errorf("the second code: %v", err)
	}
}

func TestCodesOfOddShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, browser := w.ask(anna, w.visitor)
	for _, odd := range []string{"", "12345", "1234567", "12345a", "１２３４５６", "-1", "1e5", sent.Code + "0", "0x1234", "\x00\x00\x00\x00\x00\x00", "      "} {
		_, err := w.ByCode(t.Context(), browser, odd, w.visitor)
		wantCode(t, fmt.Sprintf("%q", odd), err, http.StatusUnprocessableEntity, "wrong_code")
	}
	if n := one[int](w, "SELECT code_tries FROM identity.sign_ins"); n != 0 {
		t.Errorf("what is no code counts as %d tries", n)
	}
	if _, err := w.ByCode(t.Context(), browser, sent.Code, w.visitor); err != nil {
		t.Error(err)
	}
}

// Five tries, then only the link is left; a browser whose mail was never sent is answered alike.
func TestFiveTries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent, browser := w.ask(anna, w.visitor)
	unasked := seal.Random()
	for i := range 7 {
		status, code := http.StatusUnprocessableEntity, "wrong_code"
		if i >= 5 {
			status, code = http.StatusTooManyRequests, "too_many_codes"
		}
		_, err := w.ByCode(t.Context(), browser, not(sent.Code), w.visitor)
		wantCode(t, fmt.Sprintf("try %d", i+1), err, status, code)
		_, other := w.ByCode(t.Context(), unasked, not(sent.Code), w.visitor)
		wantCode(t, fmt.Sprintf("try %d without a mail", i+1), other, status, code)
		if fmt.Sprint(problem.From(err).GetHeaders()) != fmt.Sprint(problem.From(other).GetHeaders()) || err.Error() != other.Error() {
			t.Errorf("try %d: %v %v, without a mail %v %v", i+1, err, problem.From(err).GetHeaders(), other, problem.From(other).GetHeaders())
		}
	}
	_, err := w.ByCode(t.Context(), browser, sent.Code, w.visitor)
	wantCode(t, "the right one", err, http.StatusTooManyRequests, "too_many_codes")
	if _, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor); err != nil {
		t.Errorf("the link: %v", err)
	}
	if n := one[int](w, "SELECT count(*) FROM identity.audit WHERE action = 'sign_in.failed'"); n != 5 {
		t.Errorf("%d failures in the audit log, want 5", n)
	}
}

// Twenty wrong codes a day close an address to codes, whoever sends them; links work, and so do
// codes tomorrow.
func TestWrongADay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 6 {
		sent, browser := w.ask(anna, from(w.visitor, fmt.Sprintf("203.0.113.%d/32", i)))
		for try := range 5 {
			_, err := w.ByCode(t.Context(), browser, not(sent.Code), w.visitor)
			if i < 4 {
				wantCode(t, fmt.Sprintf("mail %d, try %d", i, try), err, http.StatusUnprocessableEntity, "wrong_code")
			} else {
				wantCode(t, fmt.Sprintf("mail %d, try %d", i, try), err, http.StatusTooManyRequests, "too_many_codes")
			}
		}
		if i >= 4 {
			_, err := w.ByCode(t.Context(), browser, sent.Code, w.visitor)
			wantCode(t, "the right one", err, http.StatusTooManyRequests, "too_many_codes")
			if _, err := w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor); err != nil {
				t.Errorf("the link: %v", err)
			}
		}
		w.mails()
		w.clock.Advance(identity.SignInLasts)
	}
	other, browser := w.ask("ben@example.org", w.visitor)
	if _, err := w.ByCode(t.Context(), browser, other.Code, w.visitor); err != nil {
		t.Errorf("another's code: %v", err)
	}
	w.clock.Advance(24 * time.Hour)
	sent, browser := w.ask(anna, w.visitor)
	if _, err := w.ByCode(t.Context(), browser, sent.Code, w.visitor); err != nil {
		t.Errorf("tomorrow: %v", err)
	}
}

// Eight at once redeem one mail by its link and its code: one session, two hundred times.
func TestOneMailIsOneSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const rounds, at = 200, 8
	for round := range rounds {
		address := fmt.Sprintf("anna%d@example.org", round/4) // some have an account, some get one
		sent, browser := w.ask(address, from(w.visitor, fmt.Sprintf("2001:db8:%x::/64", round)))
		var won atomic.Int64
		var all sync.WaitGroup
		for i := range at {
			all.Go(func() {
				var err error
				if i%2 == 0 {
					_, err = w.ByLink(t.Context(), tokenOf(t, sent.Link), w.visitor)
				} else {
					_, err = w.ByCode(t.Context(), browser, sent.Code, w.visitor)
				}
				switch {
				case err == nil:
					won.Add(1)
				case problem.Code(err) != "link_used_up":
					t.Errorf("round %d: %v", round, err)
				}
			})
		}
		all.Wait()
		if won.Load() != 1 {
			t.Fatalf("round %d: %d got in, want 1", round, won.Load())
		}
		w.mails()
	}
	for what, n := range map[string]int{
		"sessions":       one[int](w, "SELECT count(*) FROM identity.sessions"),
		"used mails":     one[int](w, "SELECT count(*) FROM identity.sign_ins WHERE used_at IS NOT NULL"),
		"begun, audited": one[int](w, "SELECT count(*) FROM identity.audit WHERE action = 'session.begun'"),
	} {
		if n != rounds {
			t.Errorf("%d %s, want %d", n, what, rounds)
		}
	}
	if n := one[int](w, "SELECT count(*) FROM identity.users"); n != rounds/4 {
		t.Errorf("%d users, want %d", n, rounds/4)
	}
}

// Eight at once guess: none gets more tries than there are.
func TestTriesAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for round := range 6 {
		sent, browser := w.ask(anna, from(w.visitor, fmt.Sprintf("203.0.113.%d/32", round)))
		var wrong atomic.Int64
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				_, err := w.ByCode(t.Context(), browser, not(sent.Code), w.visitor)
				if problem.Code(err) == "wrong_code" {
					wrong.Add(1)
				} else {
					wantCode(t, "a try too many", err, http.StatusTooManyRequests, "too_many_codes")
				}
			})
		}
		all.Wait()
		if want := map[bool]int64{true: 5, false: 0}[round < 4]; wrong.Load() != want {
			t.Errorf("round %d: %d tries counted, want %d", round, wrong.Load(), want)
		}
		w.clock.Advance(identity.SignInLasts)
	}
	if n := one[int](w, "SELECT wrong FROM identity.wrong_codes"); n != 20 {
		t.Errorf("%d wrong codes today, want 20", n)
	}
}

// Codes are spread evenly, leading zeros and all.
func TestNewCode(t *testing.T) {
	seen := map[byte]int{}
	for range 6000 {
		code := identity.NewCode()
		if len(code) != 6 {
			t.Fatalf("%q", code)
		}
		seen[code[0]]++
	}
	for digit := byte('0'); digit <= '9'; digit++ {
		if seen[digit] < 400 || seen[digit] > 800 {
			t.Errorf("%d of 6000 codes begin with %c", seen[digit], digit)
		}
	}
}

func FuzzReadCode(f *testing.F) {
	for _, typed := range []string{"123456", "123 456", "12-34-56", "", "１２３", "123456789"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, ok := identity.ReadCode(typed)
		if ok && len(code) != 6 {
			t.Errorf("%q is read as %q", typed, code)
		}
		for i := range len(code) {
			if code[i] < '0' || code[i] > '9' {
				t.Errorf("%q is read as %q", typed, code)
			}
		}
	})
}
