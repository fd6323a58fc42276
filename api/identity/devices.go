// The browsers that somebody has signed in with, and the mail about a new one.

package identity

import (
	"context"
	"errors"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/identity/internal/identitydb"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/seal"
)

// remember writes down in tx that a user has signed in with the visitor's browser, and returns
// the value of its device cookie. The visitor's own is kept where the user has it already;
// whoever brings a value that is another user's, or nobody's, gets a new one. A user who knows
// other browsers is told of a new one.
func (s *Service) remember(ctx context.Context, tx pgx.Tx, user uuid.UUID, v contract.Visitor) (device string, err error) {
	q, now := identitydb.New(tx), s.Clock.Now()
	if v.Device != "" {
		known, err := q.SeeDevice(ctx, identitydb.SeeDeviceParams{UserID: user, TokenHash: seal.Hash(v.Device), At: now})
		if err != nil || known > 0 {
			return v.Device, err
		}
	}
	others, err := q.HasDevices(ctx, user)
	if err != nil {
		return "", err
	}
	device = seal.Random()
	if err := q.InsertDevice(ctx, identitydb.InsertDeviceParams{UserID: user, TokenHash: seal.Hash(device), At: now}); err != nil {
		return "", err
	}
	if others {
		err = s.tellOfDevice(ctx, tx, user, v)
	}
	return device, err
}

func (s *Service) tellOfDevice(ctx context.Context, tx pgx.Tx, user uuid.UUID, v contract.Visitor) error {
	to, err := identitydb.New(tx).MailedAt(ctx, user)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // nobody to be told
	}
	if err != nil {
		return err
	}
	return s.Mail.Queue(ctx, tx, contract.Mail{Kind: "new_device", To: to, Data: contract.DeviceMail{
		At: s.Clock.Now(), From: AskedFrom(v.UserAgent, NetworkText(v.Network)), Sessions: s.Sites.Issuer() + "/account/sessions/",
	}})
}
