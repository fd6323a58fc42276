// The webhook: SumUp says that something about a checkout has changed. It is a hint: what it
// says is not believed, and only an attempt of ours has SumUp asked.

package orders

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/orders/internal/ordersdb"
	"rose-ash.com/roseash/db"
)

const (
	hookPrefix = "/hooks/sumup/"
	maxHook    = 4 << 10
	// hookApart is how long after a look a hint has the next one made at the soonest: whoever
	// pays knows the id of their checkout, and must not be able to have SumUp asked without end.
	hookApart = time.Second
	// hookPatience is how long a hint may take to be written down.
	hookPatience = 5 * time.Second
)

// WebhookURL is where SumUp tells of changes: the address has a secret part.
func (s *Service) WebhookURL() string { return s.Sites.Main() + hookPrefix + s.opaque() }

func (s *Service) opaque() string {
	return base64.RawURLEncoding.EncodeToString(s.Key.MAC("sumup webhook", []byte("1")))
}

// Mount adds POST /hooks/sumup/{opaque}. Whatever comes is answered with an empty 200, so
// that nobody learns from it what there is; only while the database is away it is 503, so
// that SumUp sends it again. Bodies over 4 KiB are not read.
func (s *Service) Mount(r chi.Router) {
	opaque := []byte(s.opaque())
	r.Post(hookPrefix+"{opaque}", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "no-store")
		if subtle.ConstantTimeCompare([]byte(chi.URLParam(r, "opaque")), opaque) == 1 {
			if err := s.hint(r.Context(), io.LimitReader(r.Body, maxHook+1)); err != nil {
				s.Log.ErrorContext(r.Context(), "a webhook of SumUp's could not be written down", "error", err)
				w.WriteHeader(http.StatusServiceUnavailable)
				return
			}
		}
		w.WriteHeader(http.StatusOK)
	})
}

// hint reads a webhook and has the attempt looked at that it is about.
func (s *Service) hint(ctx context.Context, body io.Reader) error {
	raw, err := io.ReadAll(body)
	if err != nil || len(raw) > maxHook {
		return nil
	}
	about := readHook(raw)
	if about == (hook{}) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), hookPatience)
	defer cancel()
	var attempt uuid.UUID
	err = pgx.ErrNoRows
	if about.checkout != "" {
		attempt, err = s.queries().AttemptOfCheckout(ctx, about.checkout)
	}
	if errors.Is(err, pgx.ErrNoRows) && about.reference != "" {
		// It may come before the answer that says the checkout's id.
		attempt, err = s.queries().AttemptOfReference(ctx, about.reference)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.nudge(ctx, attempt, "webhook", hookApart)
}

// nudge has an attempt looked at soon, and no sooner than so long after the last look. It
// does nothing where that is planned already.
func (s *Service) nudge(ctx context.Context, attempt uuid.UUID, cause string, apart time.Duration) error {
	return db.InTx(ctx, s.Pool, func(tx pgx.Tx) error {
		_, err := ordersdb.New(tx).NudgeAttempt(ctx, ordersdb.NudgeAttemptParams{ID: attempt, Apart: apart.Seconds(), Cause: cause})
		if errors.Is(err, pgx.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		return s.lookNow(ctx, tx, attempt)
	})
}

// hook is what a webhook is about: SumUp's id of a checkout, our reference, or neither.
type hook struct{ checkout, reference string }

// readHook reads either envelope: {event_type, id}, and {event_type, payload: {checkout_id,
// reference}} with an id of the event. What it does not know is about nothing.
func readHook(raw []byte) hook {
	var w struct {
		ID      string `json:"id"`
		Payload *struct {
			Checkout  string `json:"checkout_id"`
			Reference string `json:"reference"`
		} `json:"payload"`
	}
	if json.Unmarshal(raw, &w) != nil {
		return hook{}
	}
	h := hook{checkout: w.ID}
	if w.Payload != nil {
		h = hook{w.Payload.Checkout, w.Payload.Reference}
	}
	if !plainID(h.checkout, 100) {
		h.checkout = ""
	}
	if !plainID(h.reference, 26) {
		h.reference = ""
	}
	return h
}

// plainID tells whether a text can be an id at all: what cannot is never sent to the
// database.
func plainID(text string, most int) bool {
	if text == "" || len(text) > most {
		return false
	}
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return true
}
