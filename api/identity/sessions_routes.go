// The operations on one's own sessions and passkeys.

package identity

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
)

// sessionRoutes registers the operations on sessions and passkeys.
func (s *Service) sessionRoutes(api huma.API) {
	huma.Register(api, own("list-sessions", http.MethodGet, "/v1/me/sessions", "List your sessions",
		"The browsers in which you are signed in, the last used first."), s.listSessions)
	huma.Register(api, own("end-session", http.MethodDelete, "/v1/me/sessions/{session}", "End a session",
		"That browser is signed out, at our apps on other hosts too, and apps that were connected in it are told."), s.endSession)
	huma.Register(api, own("end-sessions", http.MethodDelete, "/v1/me/sessions", "Sign out everywhere",
		"Ends all your sessions, that of the request too unless except_current says otherwise."), s.endSessions)

	huma.Register(api, own("list-passkeys", http.MethodGet, "/v1/me/passkeys", "List your passkeys",
		"The oldest first."), s.listPasskeys)
	ask := own("create-passkey-ceremony", http.MethodPost, "/v1/me/passkeys/ceremonies", "Ask to add a passkey",
		"What a browser needs to make one (PublicKeyCredential.parseCreationOptionsFromJSON). It is good for five minutes and one answer. "+
			"Apps cannot add one (session_required); there may be twenty (too_many_passkeys).")
	ask.Errors = []int{http.StatusConflict}
	huma.Register(api, auth.Recent(ask), s.askPasskey)
	add := own("create-passkey", http.MethodPost, "/v1/me/passkeys", "Add a passkey",
		"Takes what the browser answered. A ceremony has one answer, also when that is refused (passkey_refused).")
	add.DefaultStatus, add.Errors = http.StatusCreated, []int{http.StatusConflict}
	huma.Register(api, auth.Recent(add), s.addPasskey)
	huma.Register(api, own("update-passkey", http.MethodPatch, "/v1/me/passkeys/{passkey}", "Rename a passkey",
		"The name is for you to know it by."), s.renamePasskey)
	huma.Register(api, auth.Recent(own("delete-passkey", http.MethodDelete, "/v1/me/passkeys/{passkey}", "Remove a passkey",
		"Nobody can sign in with it from now on. Links by mail always work.")), s.removePasskey)
}

// own is an operation on what belongs to whoever asks.
func own(id, method, path, summary, description string) huma.Operation {
	scope := auth.ScopeAccountWrite
	if method == http.MethodGet {
		scope = auth.ScopeAccountRead
	}
	op := huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Account"}, Summary: summary, Description: description, Security: auth.Scope(scope)}
	op.Errors = []int{http.StatusForbidden}
	return op
}

// SessionList is the browsers in which somebody is signed in.
type SessionList struct {
	Items []Session `json:"items"`
}

type sessionsOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         SessionList
}

func (s *Service) listSessions(ctx context.Context, _ *struct{}) (*sessionsOutput, error) {
	list, err := s.OwnSessions(ctx)
	return &sessionsOutput{noStore, SessionList{list}}, err
}

func (s *Service) endSession(ctx context.Context, in *struct {
	Session contract.SessionID `path:"session" pattern:"^ses_[0-9a-f]{32}$" maxLength:"36" example:"ses_019ab3f47c2e7d06b8a1f0c2d3e4f50d" doc:"Id of the session."`
}) (*struct{}, error) {
	return nil, s.RevokeSession(ctx, in.Session)
}

func (s *Service) endSessions(ctx context.Context, in *struct {
	ExceptCurrent bool `query:"except_current" example:"true" doc:"Keep the session of the request."`
}) (*struct{}, error) {
	return nil, s.RevokeSessions(ctx, in.ExceptCurrent)
}

// PasskeyList is somebody's passkeys.
type PasskeyList struct {
	Items []Passkey `json:"items"`
}

type passkeysOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         PasskeyList
}

func (s *Service) listPasskeys(ctx context.Context, _ *struct{}) (*passkeysOutput, error) {
	list, err := s.Passkeys(ctx)
	return &passkeysOutput{noStore, PasskeyList{list}}, err
}

// PasskeyQuestion is what a browser is asked to make a passkey.
type PasskeyQuestion struct {
	Ceremony string         `json:"ceremony" example:"Jx3b…" doc:"Send it with the answer."`
	Options  map[string]any `json:"options" example:"{\"challenge\":\"AAAA\",\"rp\":{\"id\":\"rose-ash.example\",\"name\":\"Rose Ash\"}}" doc:"A PublicKeyCredentialCreationOptionsJSON (WebAuthn Level 3, section 5.1)."`
}

type passkeyQuestionOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         PasskeyQuestion
}

func (s *Service) askPasskey(ctx context.Context, _ *struct{}) (*passkeyQuestionOutput, error) {
	c, err := s.AskPasskey(ctx)
	if err != nil {
		return nil, err
	}
	out := &passkeyQuestionOutput{noStore, PasskeyQuestion{Ceremony: c.Token}}
	return out, json.Unmarshal(c.Options, &out.Body.Options)
}

// NewPasskey is a browser's answer, and what its user calls it.
type NewPasskey struct {
	Ceremony string         `json:"ceremony" minLength:"1" maxLength:"100" example:"Jx3b…" doc:"Of the question."`
	Response map[string]any `json:"response" example:"{\"id\":\"AAAA\",\"rawId\":\"AAAA\",\"type\":\"public-key\"}" doc:"A RegistrationResponseJSON (WebAuthn Level 3, section 5.1)."`
	Name     string         `json:"name" minLength:"1" maxLength:"80" pattern:"\\S" example:"Phone" doc:"To know it by."`
}

type passkeyOutput struct {
	CacheControl string `header:"Cache-Control"`
	Body         Passkey
}

func (s *Service) addPasskey(ctx context.Context, in *struct{ Body NewPasskey }) (*passkeyOutput, error) {
	response, err := json.Marshal(in.Body.Response)
	if err != nil {
		return nil, err
	}
	added, err := s.AddPasskey(ctx, in.Body.Ceremony, response, in.Body.Name)
	return &passkeyOutput{noStore, added}, err
}

// PasskeyRef names a passkey in a path.
type PasskeyRef struct {
	Passkey PasskeyID `path:"passkey" pattern:"^pk_[0-9a-f]{32}$" maxLength:"35" example:"pk_019ab3f47c2e7d06b8a1f0c2d3e4f50c" doc:"Id of the passkey."`
}

// PasskeyName is what a passkey is called.
type PasskeyName struct {
	Name string `json:"name" minLength:"1" maxLength:"80" pattern:"\\S" example:"Phone" doc:"To know it by."`
}

func (s *Service) renamePasskey(ctx context.Context, in *struct {
	PasskeyRef
	Body PasskeyName
}) (*passkeyOutput, error) {
	renamed, err := s.RenamePasskey(ctx, in.Passkey, in.Body.Name)
	return &passkeyOutput{noStore, renamed}, err
}

func (s *Service) removePasskey(ctx context.Context, in *PasskeyRef) (*struct{}, error) {
	return nil, s.RemovePasskey(ctx, in.Passkey)
}
