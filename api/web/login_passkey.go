// Signing in with a passkey: JSON, for the script of the page.

package web

import (
	"encoding/json"
	"mime"
	"net/http"

	"rose-ash.com/roseash/api/shared/problem"
)

// maxPasskey is how large what a browser answers may be. Keys and signatures are small; the
// largest part is what the authenticator says of itself.
const maxPasskey = 64 << 10

// passkeyOptions is what the browser needs to sign in with any passkey of this site.
func (l *Login) passkeyOptions(w http.ResponseWriter, r *http.Request) {
	unkept(w)
	if l.Sites.OriginOf(r.Host) != l.Sites.Issuer() {
		l.closed(w, r)
		return
	}
	ceremony, err := l.SignIn.PasskeyOptions(r.Context())
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	answer(w, r, ceremony)
}

// byPasskey checks what the browser answers, and begins a session.
func (l *Login) byPasskey(w http.ResponseWriter, r *http.Request) {
	unkept(w)
	if l.Sites.OriginOf(r.Host) != l.Sites.Issuer() {
		l.closed(w, r)
		return
	}
	var asked struct {
		Ceremony string          `json:"ceremony"`
		Response json.RawMessage `json:"response"`
		ReturnTo string          `json:"return_to"`
	}
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind != "application/json" {
		problem.Write(w, r, problem.UnsupportedMedia("this takes application/json"))
		return
	}
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPasskey)).Decode(&asked); err != nil {
		if d := problem.From(err); d.Status != http.StatusRequestEntityTooLarge {
			err = problem.BadRequest("the body is no JSON of this form").WithCode("unreadable")
		}
		problem.Write(w, r, err)
		return
	}
	signed, err := l.SignIn.ByPasskey(r.Context(), asked.Ceremony, asked.Response, visitor(w, r, l.Sites))
	if err != nil {
		problem.Write(w, r, err)
		return
	}
	keepSession(w, signed, l.Clock.Now())
	answer(w, r, map[string]string{"to": ReturnTo(asked.ReturnTo)})
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, r *http.Request, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		problem.Write(w, r, problem.Internal().WithCause(err))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body)
}
