// Devices without a browser, such as a program in a terminal: they show a code, somebody
// types it on a page of this site, and the device asks meanwhile (RFC 8628).

package oauth

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/seal"
)

const (
	deviceLasts = 10 * time.Minute
	deviceEvery = 5 // seconds between two questions, and how much slower after asking too soon
	devicePage  = "/login/device/"

	deviceCodePrefix = "roseash_dc_"
	userCodeLength   = 8
	// userCodeLetters are those that spell no words (RFC 8628 section 6.1).
	userCodeLetters = "BCDFGHJKLMNPQRSTVWXZ"
)

// devicesAllowed is how many codes a network may ask for: each makes a row.
var devicesAllowed = ratelimit.Policy{Quota: 30, Window: 10 * time.Minute}

type deviceAnswer struct {
	DeviceCode      string `json:"device_code"`
	UserCode        string `json:"user_code"`
	VerificationURI string `json:"verification_uri"`
	Complete        string `json:"verification_uri_complete"`
	ExpiresIn       int    `json:"expires_in"`
	Interval        int    `json:"interval"`
}

// deviceAuthorization answers POST /oauth/device (RFC 8628 section 3.1).
func (s *Server) deviceAuthorization(w http.ResponseWriter, r *http.Request) {
	f, client, refused := s.clientForm(w, r)
	if refused == nil {
		var a deviceAnswer
		if a, refused = s.askForDevice(r, f, client); refused == nil {
			answer(w, http.StatusOK, a)
			return
		}
	}
	refuse(w, r, refused)
}

func (s *Server) askForDevice(r *http.Request, f form, client identitydb.Client) (a deviceAnswer, refused *tokenError) {
	if !allows(client, grantDevice) {
		return a, notAllowed()
	}
	scopes, refused := narrowedScopes(f, client.Scopes)
	if refused != nil {
		return a, refused
	}
	audience, refused := s.audience(f, client)
	if refused != nil {
		return a, refused
	}
	from := network(r)
	if state := s.devices.Take(from); !state.OK {
		return a, &tokenError{status: http.StatusTooManyRequests, code: "temporarily_unavailable", description: "too many devices ask from this address", retry: state.Retry}
	}
	now, code := s.Clock.Now(), deviceCodePrefix+seal.Random()
	for range 5 {
		userCode := newUserCode()
		stored, err := s.queries().InsertDeviceCode(r.Context(), identitydb.InsertDeviceCodeParams{
			Hash: seal.Hash(code), UserCode: userCode, ClientID: client.ClientID, Scopes: scopes, Audience: audience,
			Network: identity.NetworkText(from), UserAgent: agentText(r.UserAgent()), At: now, ExpiresAt: now.Add(deviceLasts), Every: deviceEvery,
		})
		if err != nil {
			return a, failed(err)
		}
		if stored == 1 {
			page, shown := s.Issuer()+devicePage, showUserCode(userCode)
			return deviceAnswer{
				DeviceCode: code, UserCode: shown, VerificationURI: page, Complete: page + "?code=" + shown,
				ExpiresIn: int(deviceLasts / time.Second), Interval: deviceEvery,
			}, nil
		}
	}
	return a, failed(errors.New("oauth: no user code is free"))
}

// redeemDevice answers a device that asks whether somebody has allowed it, in tx, where the
// answer uses the code up (RFC 8628 section 3.5). A refusal without a cause is to be
// committed: it may have written down when the device asked.
func (s *Server) redeemDevice(ctx context.Context, tx pgx.Tx, client identitydb.Client, deviceCode string) (grant identitydb.Grant, refused *tokenError) {
	q, now := identitydb.New(tx), s.Clock.Now()
	row, err := q.LockDeviceByHash(ctx, seal.Hash(deviceCode))
	switch {
	case errors.Is(err, pgx.ErrNoRows) || err == nil && row.ClientID != client.ClientID:
		return grant, invalidGrant("the device code is not valid")
	case err != nil:
		return grant, failed(err)
	case row.UsedAt != nil:
		return grant, invalidGrant("the device code has been used")
	case row.DeniedAt != nil:
		return grant, refusal("access_denied", "somebody has refused")
	case !row.ExpiresAt.After(now):
		return grant, refusal("expired_token", "the device code has expired")
	case row.GrantID == nil:
		return grant, s.devicePolled(ctx, q, row)
	}
	if err := q.UseDevice(ctx, identitydb.UseDeviceParams{Hash: row.Hash, At: now}); err != nil {
		return grant, failed(err)
	}
	grant, err = q.DeviceGrant(ctx, *row.GrantID)
	if errors.Is(err, pgx.ErrNoRows) {
		return grant, invalidGrant("what was allowed has been taken back")
	}
	if err != nil {
		return grant, failed(err)
	}
	return grant, nil
}

// devicePolled writes down that a device has asked while nobody has decided. Who asks too
// soon has to wait longer from now on.
func (s *Server) devicePolled(ctx context.Context, q *identitydb.Queries, row identitydb.DeviceCode) *tokenError {
	now := s.Clock.Now()
	answer := refusal("authorization_pending", "nobody has decided yet")
	if row.PolledAt != nil && now.Sub(*row.PolledAt) < time.Duration(row.Every)*time.Second {
		row.Every += deviceEvery
		answer = refusal("slow_down", "the device asks too often")
	}
	if err := q.PollDevice(ctx, identitydb.PollDeviceParams{Hash: row.Hash, At: now, Every: row.Every}); err != nil {
		return failed(err)
	}
	return answer
}

// newUserCode is a code for people: some 34 bits, which are guarded by a limit on guesses.
func newUserCode() string {
	code := make([]byte, 0, userCodeLength)
	random := make([]byte, 4*userCodeLength)
	for len(code) < userCodeLength {
		_, _ = rand.Read(random)
		for _, b := range random {
			if int(b) < 256-256%len(userCodeLetters) && len(code) < userCodeLength { // all letters alike
				code = append(code, userCodeLetters[int(b)%len(userCodeLetters)])
			}
		}
	}
	return string(code)
}

// showUserCode writes a code as it is shown: BCDF-GHJK.
func showUserCode(code string) string {
	return code[:userCodeLength/2] + "-" + code[userCodeLength/2:]
}

// readUserCode reads a code as it is typed: in either case, with what people put between.
func readUserCode(typed string) (code string, ok bool) {
	if len(typed) > 64 {
		return "", false
	}
	code = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -\t–—_.", r) {
			return -1
		}
		return r
	}, strings.ToUpper(typed))
	return code, len(code) == userCodeLength && strings.Trim(code, userCodeLetters) == ""
}

// agentText is what a program calls itself, as it is stored and shown.
func agentText(header string) string {
	text := strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, header)
	for len(text) > 400 {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text
}
