// What other packages see of mail: a message is queued with what it is about.

package mail

import (
	"context"

	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/shared/contract"
)

// Queue takes mail that is to be sent once the caller's transaction is committed.
type Queue interface {
	// Queue stores a message in tx. It fails where the address is none.
	Queue(ctx context.Context, tx pgx.Tx, m contract.Mail) error
}

// Rendered is a message as it is sent.
type Rendered struct {
	Subject, Text, HTML string
}

// Renderer makes the words of a message. The data is JSON of what was queued.
type Renderer func(ctx context.Context, kind string, data []byte) (Rendered, error)
