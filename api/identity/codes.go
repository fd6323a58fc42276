// Signing in by the six digits of a mail, in the browser that asked for it.

package identity

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/api/shared/ratelimit"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/db"
)

const (
	// codeTries is how many wrong codes a browser may send for one mail.
	codeTries = 5
	// wrongADay is how many wrong codes an address may get in a day, whoever sends them:
	// then only links work, so that nobody guesses for long, and nobody is locked out.
	wrongADay = 20
)

// triesUnasked are for a browser of which no mail is known: as many as for one that has asked,
// so that it does not show whether a mail was sent.
var triesUnasked = ratelimit.Policy{Quota: codeTries, Window: time.Hour}

// newCode is six digits, each as likely as any.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return fmt.Sprintf("%06d", n)
}

// codeHash is what is stored of a code. Six digits can be guessed, so the hash needs a key that
// is not in the database; and it holds for one row only.
func (s *Service) codeHash(row uuid.UUID, code string) []byte {
	return s.Key.MAC("sign-in code", append(row[:], code...))
}

// readCode is the digits of a code as people type it; false for what cannot be one.
func readCode(typed string) (string, bool) {
	if len(typed) > 40 {
		return "", false
	}
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' || r == '\r' || r == '\n' || r == '\u00a0' {
			return -1
		}
		return r
	}, typed)
	if len(code) != 6 || strings.Trim(code, "0123456789") != "" {
		return "", false
	}
	return code, true
}

// ByCode uses a code up, its link with it, in the browser that asked for it last. It fails with
// 422 `wrong_code`; with 410 `link_used_up` where the mail was used or has run out; with 429
// `too_many_codes` after five wrong ones, or twenty in a day for the address, when only the link
// is left; and with 403 `account_suspended`. A browser that has not asked, or whose mail was not
// sent, is answered as one that mistypes.
func (s *Service) ByCode(ctx context.Context, browser, code string, v contract.Visitor) (signed contract.SignedIn, err error) {
	if len(browser) != tokenLength {
		return signed, usedUp()
	}
	code, ok := readCode(code)
	if !ok {
		return signed, wrongCode()
	}
	// What was tried in vain is counted, and so committed, and refused after.
	var refusal error
	err = db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		q, hash := identitydb.New(tx), seal.Hash(browser)
		if err := q.LockUserOfBrowser(ctx, hash); err != nil {
			return err
		}
		row, err := q.LockSignIn(ctx, hash)
		if errors.Is(err, pgx.ErrNoRows) {
			refusal, err = s.tryUnasked(ctx, tx, browser)
			return err
		}
		if err != nil {
			return err
		}
		if refusal, err = s.tryCode(ctx, tx, row, code, v); err != nil || refusal != nil {
			return err
		}
		used, err := q.UseCode(ctx, identitydb.UseCodeParams{ID: row.ID, At: s.Clock.Now(), MaxTries: codeTries})
		if errors.Is(err, pgx.ErrNoRows) {
			return usedUp()
		}
		if err != nil {
			return err
		}
		signed, err = s.signIn(ctx, tx, used.Address, used.ReturnTo, byCode, v)
		return err
	})
	if err == nil {
		err = refusal
	}
	return signed, err
}

// tryCode compares a code with that of a row, which tx has locked, and counts it if it is wrong.
func (s *Service) tryCode(ctx context.Context, tx pgx.Tx, row identitydb.SignIn, code string, v contract.Visitor) (refusal, err error) {
	q, now := identitydb.New(tx), s.Clock.Now()
	if row.UsedAt != nil || !now.Before(row.ExpiresAt) {
		return usedUp(), nil
	}
	if row.CodeTries >= codeTries {
		return tooManyCodes(), nil
	}
	today := pgtype.Date{Time: now.UTC().Truncate(24 * time.Hour), Valid: true}
	wrong, err := q.WrongCodes(ctx, identitydb.WrongCodesParams{Address: row.Address, Day: today})
	if err != nil {
		return nil, err
	}
	if wrong >= wrongADay {
		return tooManyCodes(), nil
	}
	if hmac.Equal(row.CodeHash, s.codeHash(row.ID, code)) {
		return nil, nil
	}
	if err := q.CountWrongCode(ctx, identitydb.CountWrongCodeParams{ID: row.ID, Address: row.Address, Day: today}); err != nil {
		return nil, err
	}
	return wrongCode(), s.noteWrongCode(ctx, tx, row.Address, v)
}

// noteWrongCode writes to the audit log that somebody has guessed, about whose account it was if
// it was one.
func (s *Service) noteWrongCode(ctx context.Context, tx pgx.Tx, address string, v contract.Visitor) error {
	r := record{action: "sign_in.failed", actor: anonymous, visitor: v, details: map[string]any{"method": byCode}}
	user, err := identitydb.New(tx).UserByAddress(ctx, address)
	if err == nil {
		r.user = &user
	} else if !errors.Is(err, pgx.ErrNoRows) {
		return err
	}
	return s.note(ctx, tx, r)
}

// tryUnasked answers a browser that has no mail as one that has.
func (s *Service) tryUnasked(ctx context.Context, tx pgx.Tx, browser string) (refusal, err error) {
	left, err := ratelimit.Take(ctx, tx, "code "+browser, triesUnasked)
	if err != nil {
		return nil, err
	}
	if !left.OK {
		return tooManyCodes(), nil
	}
	return wrongCode(), nil
}

func wrongCode() error {
	return problem.Unprocessable("this is not the code that was sent last").
		WithCode("wrong_code").WithField("body.code", "expected the six digits of the newest mail")
}

// tooManyCodes says nothing about which of the limits it is: a new mail may help or not.
func tooManyCodes() error {
	return problem.TooMany(SignInLasts, "too many wrong codes; use the link in the mail").WithCode("too_many_codes")
}
