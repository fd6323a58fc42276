// Webhooks of the Ghost: they are written down and answered; jobs do the rest.
//
// Ghost tries each webhook once and waits two seconds. So what has arrived is kept even
// where Ghost has hung up meanwhile, and nothing is asked of Ghost before the answer.

package blog

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/jackc/pgx/v5"

	"rose-ash.com/roseash/api/blog/ghost"
	"rose-ash.com/roseash/api/blog/internal/blogdb"
	"rose-ash.com/roseash/api/shared/problem"
	"rose-ash.com/roseash/db"
)

const (
	// maxHook is how large a webhook may be: it holds a post whole, and what it was
	// before. Larger than plainHook are only largeHooks at a time: nobody knows who
	// sends a body before all of it is there.
	maxHook    = 12 << 20
	plainHook  = 256 << 10
	largeHooks = 8
	// hookWindow is how far the time of a signature may be from ours.
	hookWindow = 5 * time.Minute
	// hookPatience is how long the database may take to write one down.
	hookPatience = 5 * time.Second
	// hookRetention is how long webhooks are kept, longer than any replay is taken.
	hookRetention = 30 * 24 * time.Hour
)

// hookPath is where Ghost sends an event.
func hookPath(event string) string { return "/hooks/ghost/" + Source + "/" + event }

// hookEvents are the webhooks that somebody has to make in Ghost, which has more of them.
// What an event is about is fetched, and everything is compared when the site has
// changed; so these say all.
var hookEvents = []string{
	"site.changed",
	"post.added", "post.edited", "post.deleted",
	"page.added", "page.edited", "page.deleted",
	"tag.added", "tag.edited", "tag.deleted",
	"member.added", "member.edited", "member.deleted",
}

// Mount adds POST /hooks/ghost/{source}/{event}, Ghost's webhooks. Each is answered with
// 202 and nothing else once it is written down, a replay as well, which changes nothing.
// It is refused with 403 webhook_not_configured, 413 too_large, 401 invalid_signature or
// stale_signature, or 422 invalid, and with 503 while the database is away; never with
// 410, at which Ghost would forget the webhook for good.
func (y *Sync) Mount(r chi.Router) {
	h := hooks{y, make(chan struct{}, largeHooks)}
	r.Post("/hooks/ghost/{source}/{event}", func(w http.ResponseWriter, r *http.Request) {
		if err := h.take(w, r); err != nil {
			problem.Write(w, r, err)
			return
		}
		w.Header().Set("Cache-Control", "no-store")
		w.WriteHeader(http.StatusAccepted)
	})
}

// hooks takes webhooks. large has a place for each large one that is being read.
type hooks struct {
	*Sync
	large chan struct{}
}

func (h hooks) take(w http.ResponseWriter, r *http.Request) error {
	source, event := chi.URLParam(r, "source"), chi.URLParam(r, "event")
	if source != Source || h.options.Secret == "" {
		return problem.Forbidden("no webhooks are taken here: no Ghost is configured by that name, or no secret for it").WithCode("webhook_not_configured")
	}
	signature := r.Header.Get("X-Ghost-Signature")
	if signature == "" {
		return h.refusal(r.Context(), ghost.ErrSignature)
	}
	body, err := h.read(w, r)
	if err != nil {
		return err
	}
	hook, err := ghost.ReadHook(h.options.Secret, event, signature, body, h.clock.Now(), hookWindow)
	if err != nil {
		return h.refusal(r.Context(), err)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), h.hookPatience)
	defer cancel()
	return h.keepHook(ctx, hook)
}

// read reads a body, a large one if there is a place for it.
func (h hooks) read(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	if r.ContentLength > maxHook {
		return nil, problem.TooLarge("a webhook is not as large as that")
	}
	all := http.MaxBytesReader(w, r.Body, maxHook)
	body, err := io.ReadAll(io.LimitReader(all, plainHook))
	if err == nil && len(body) == plainHook {
		select {
		case h.large <- struct{}{}:
			defer func() { <-h.large }()
		default:
			return nil, problem.Unavailable("too many large webhooks come at once").WithCode("busy").WithRetryAfter(time.Second)
		}
		var rest []byte
		rest, err = io.ReadAll(all)
		body = append(body, rest...)
	}
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return nil, problem.BadRequest("the body did not arrive whole").WithCode("unreadable")
	}
	return body, err
}

// refusal is what a webhook is answered that is not taken. It is in the log, because
// Ghost shows nobody what it was answered.
func (h hooks) refusal(ctx context.Context, err error) error {
	d := problem.Unprocessable("the body is not a webhook's of this event").WithCause(err)
	switch {
	case errors.Is(err, ghost.ErrSignature):
		d = problem.Unauthorized("the webhook is not signed with the secret that is configured").WithCode("invalid_signature")
	case errors.Is(err, ghost.ErrTooOld):
		d = problem.Unauthorized("the webhook was signed too long ago, or in the future").WithCode("stale_signature")
	}
	if d.Status == http.StatusUnauthorized {
		d = d.WithHeader("WWW-Authenticate", `Signature realm="ghost"`)
	}
	h.options.Log.WarnContext(ctx, "a webhook of Ghost's was refused", "code", d.Code)
	return d
}

// keepHook writes a webhook down with the job that acts on it, once however often it
// comes. Its body is not kept: it holds gated words and what members are.
func (y *Sync) keepHook(ctx context.Context, hook ghost.Hook) error {
	return db.InTx(ctx, y.pool, func(tx pgx.Tx) error {
		fresh, err := blogdb.New(tx).InsertHook(ctx, blogdb.InsertHookParams{
			Digest: hook.Digest[:], Event: hook.Event, GhostID: orNil(hook.ID),
			SignedAt: hook.SignedAt, ReceivedAt: y.clock.Now(),
		})
		if err != nil || fresh == 0 {
			return err
		}
		if hook.Kind == "" {
			return y.reconcileLater(ctx, tx)
		}
		return y.fetchLater(ctx, tx, hook.Kind, hook.ID)
	})
}

// pruneHooks forgets webhooks that are older than hookRetention.
func (y *Sync) pruneHooks(ctx context.Context) error {
	for {
		n, err := y.queries().PruneHooks(ctx, blogdb.PruneHooksParams{Before: y.clock.Now().Add(-hookRetention), MaxRows: 1000})
		if err != nil || n < 1000 {
			return err
		}
	}
}
