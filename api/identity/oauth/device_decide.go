// Who types the code of a device decides about it, on a page of this site.

package oauth

import (
	"context"
	"errors"
	"time"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/id"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/db"
)

// guessesAllowed is how many codes somebody may try that are none (RFC 8628 section 5.1).
var guessesAllowed = ratelimit.Policy{Quota: 10, Window: 10 * time.Minute}

// Device is the request of a device by the code that it shows, for whoever is signed in. It
// fails with 404 for a code that is unknown, expired or decided, 429 `too_many_codes` after
// too many of these, and 401 where nobody is signed in.
func (s *Server) Device(ctx context.Context, userCode string) (contract.DeviceRequest, error) {
	p, err := signedIn(ctx)
	if err != nil {
		return contract.DeviceRequest{}, err
	}
	var asked contract.DeviceRequest
	err = s.guess(p, userCode, func(code string) error {
		row, err := s.queries().DeviceByUserCode(ctx, identitydb.DeviceByUserCodeParams{UserCode: code, At: s.Clock.Now()})
		if err != nil {
			return err
		}
		d := row.DeviceCode
		if d.GrantID != nil || d.DeniedAt != nil || d.UsedAt != nil {
			return pgx.ErrNoRows
		}
		asked = contract.DeviceRequest{
			UserCode: showUserCode(code), Client: shown(row.Client), Scopes: inOrder(d.Scopes),
			AskedFrom: identity.AskedFrom(d.UserAgent, d.Network), ExpiresAt: d.ExpiresAt,
		}
		return nil
	})
	return asked, err
}

// DecideDevice answers the request of a device for whoever is signed in, in a transaction of
// its own. What it is given does not end with the session: the device is not the browser.
// It fails as Device does, and with 409 `device_decided` for one that was answered before.
func (s *Server) DecideDevice(ctx context.Context, userCode string, allow bool) error {
	p, err := signedIn(ctx)
	if err != nil {
		return err
	}
	return s.guess(p, userCode, func(code string) error {
		return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
			q, now := identitydb.New(tx), s.Clock.Now()
			d, err := q.LockDevice(ctx, identitydb.LockDeviceParams{UserCode: code, At: now})
			if err != nil {
				return err
			}
			if d.GrantID != nil || d.DeniedAt != nil || d.UsedAt != nil {
				return problem.Conflict("this device was answered already").WithCode("device_decided")
			}
			action := "device.denied"
			if allow {
				action = "device.allowed"
				err = s.allowDevice(ctx, q, d, p)
			} else {
				err = q.DenyDevice(ctx, identitydb.DenyDeviceParams{Hash: d.Hash, At: now})
			}
			if err != nil {
				return err
			}
			return s.Identity.Note(ctx, tx, action, d.ClientID, p.User, map[string]any{"scopes": d.Scopes})
		})
	})
}

// allowDevice makes the grant that the device redeems.
func (s *Server) allowDevice(ctx context.Context, q *identitydb.Queries, d identitydb.DeviceCode, p auth.Principal) error {
	client, err := q.ClientByID(ctx, d.ClientID)
	if err != nil {
		return err
	}
	if client.DisabledAt != nil || !allows(client, grantDevice) {
		return noDevice()
	}
	user, _ := id.Parse(userPrefix, p.User)
	session, _ := id.Parse(sessionPrefix, p.Session)
	now, grant := s.Clock.Now(), id.New()
	expires := d.ExpiresAt.Add(AccessTokenLasts)
	if allows(client, grantRefresh) {
		expires = now.Add(GrantLasts)
	}
	n, err := q.InsertDeviceGrant(ctx, identitydb.InsertDeviceGrantParams{
		ID: grant, ClientID: d.ClientID, Scopes: d.Scopes, Audience: d.Audience, SessionID: session, UserID: user, At: now, ExpiresAt: expires,
	})
	if err != nil {
		return err
	}
	if n == 0 {
		return problem.Unauthorized("the session has ended; sign in again")
	}
	return q.AllowDevice(ctx, identitydb.AllowDeviceParams{Hash: d.Hash, GrantID: &grant})
}

// guess runs find with a code as somebody typed it. Codes that are none are counted.
func (s *Server) guess(p auth.Principal, typed string, find func(code string) error) error {
	if state := s.guesses.Take(p.User); !state.OK {
		return problem.TooMany(state.Retry, "too many codes that are none; try again later").WithCode("too_many_codes")
	}
	code, ok := readUserCode(typed)
	if !ok {
		return noDevice()
	}
	err := find(code)
	if errors.Is(err, pgx.ErrNoRows) {
		return noDevice()
	}
	s.guesses.GiveBack(p.User)
	return err
}

func noDevice() error {
	return problem.NotFound("no device waits with this code; it may have expired")
}

// signedIn is who has signed in on the pages.
func signedIn(ctx context.Context) (auth.Principal, error) {
	p, _ := auth.PrincipalFrom(ctx)
	if p.User == "" || p.Session == "" {
		return p, problem.Unauthorized("sign in first")
	}
	return p, nil
}
