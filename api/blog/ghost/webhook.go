// Webhooks: who sent them, and what they are about.

package ghost

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Why a webhook is not taken.
var (
	ErrSignature = errors.New("ghost: the signature is missing or wrong")
	ErrTooOld    = errors.New("ghost: the webhook was signed too long ago, or in the future")
)

// Hook is a webhook whose signature is good.
type Hook struct {
	Event    string
	Kind     Kind   // empty for site.changed
	ID       string // of what it is about; empty for site.changed
	SignedAt time.Time
	Digest   [32]byte // of the time, the event and the body: the same for a replay
}

// SiteChanged is the event that says only that something was changed.
const SiteChanged = "site.changed"

// Events are those that Ghost has, with the kind of what each is about; SiteChanged has
// none.
var Events = map[string]Kind{SiteChanged: ""}

func init() {
	for noun, about := range map[string]struct {
		kind  Kind
		verbs string
	}{
		"post":   {KindPost, "added deleted edited published published.edited unpublished scheduled unscheduled rescheduled tag.attached tag.detached"},
		"page":   {KindPost, "added deleted edited published published.edited unpublished scheduled unscheduled rescheduled tag.attached tag.detached"},
		"tag":    {KindTag, "added edited deleted"},
		"member": {KindMember, "added edited deleted"},
	} {
		for verb := range strings.FieldsSeq(about.verbs) {
			Events[noun+"."+verb] = about.kind
		}
	}
}

// signature is the header that Ghost sends since 2024. Before that it signed the body
// alone, which anybody who saw it could send again at any time.
var signature = regexp.MustCompile(`^sha256=([0-9a-f]{64}), ?t=([0-9]{1,15})$`)

// ReadHook checks a webhook's X-Ghost-Signature over the raw body and reads what it is
// about. event is the one in the address, which counts: older versions of Ghost do not
// repeat it in the body. It fails with ErrSignature, also where there is no secret, with
// ErrTooOld outside of window from now, and with a *Fault where the body is not a
// webhook's or the event is none of Events.
func ReadHook(secret, event, header string, body []byte, now time.Time, window time.Duration) (Hook, error) {
	parts := signature.FindStringSubmatch(header)
	if secret == "" || parts == nil {
		return Hook{}, ErrSignature
	}
	claimed, err := hex.DecodeString(parts[1])
	if err != nil {
		return Hook{}, ErrSignature
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body)
	mac.Write([]byte(parts[2]))
	if !hmac.Equal(claimed, mac.Sum(nil)) {
		return Hook{}, ErrSignature
	}
	ms, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil {
		return Hook{}, ErrSignature
	}
	h := Hook{Event: event, SignedAt: time.UnixMilli(ms).UTC()}
	if age := now.Sub(h.SignedAt); age > window || age < -window {
		return Hook{}, ErrTooOld
	}
	kind, known := Events[event]
	if !known {
		return Hook{}, &Fault{Reason: "the webhook's event is none that Ghost has"}
	}
	// The signature does not say where the body ends and the time begins: only a whole
	// document ends where it was signed.
	var said map[string]json.RawMessage
	if err := json.Unmarshal(body, &said); err != nil {
		return Hook{}, &Fault{Reason: "the webhook is no JSON", Err: err}
	}
	if h.Kind = kind; kind != "" {
		noun, _, _ := strings.Cut(event, ".")
		if h.ID, err = hookID(said[noun]); err != nil {
			return Hook{}, err
		}
	}
	digest := sha256.New()
	digest.Write([]byte(parts[2] + "\n" + event + "\n"))
	digest.Write(body)
	digest.Sum(h.Digest[:0])
	return h, nil
}

// hookID is the id in {"current": {...}, "previous": {...}}. What was deleted has only a
// previous state, which else holds no more than what changed.
func hookID(state []byte) (string, error) {
	var about struct {
		Current  Ref `json:"current"`
		Previous Ref `json:"previous"`
	}
	err := json.Unmarshal(state, &about)
	id := about.Current.ID
	if id == "" {
		id = about.Previous.ID
	}
	if err != nil || !idShape.MatchString(id) {
		return "", &Fault{Reason: "the webhook does not say what it is about", Err: err}
	}
	return id, nil
}
