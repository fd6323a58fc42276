// The operations on clients, and on what people have let them do.

package oauth

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// Routes registers the operations on clients and connected apps.
func (s *Server) Routes(api huma.API) {
	huma.Register(api, managed("list-clients", http.MethodGet, "/v1/clients", "List clients",
		"Programs that are registered, by name, our own apps among them. Read on with next_cursor."), s.listClients)
	huma.Register(api, managed("get-client", http.MethodGet, "/v1/clients/{client}", "Read a client",
		"A program that is registered. Its secret is not shown: only its hash is kept."), s.getClient)
	huma.Register(api, changed("create-client", http.MethodPost, "/v1/clients", "Register a client",
		"The answer shows the secret, once. Idempotency-Key makes it happen once however often the request is sent; the answer to the same request again is marked by "+
			"Idempotent-Replayed and lacks the secret, of which only the hash is kept: where the first answer was lost, make a new one. "+
			"A service may do no more than whoever registers it (scope_not_permitted)."), s.createClient)
	huma.Register(api, changed("update-client", http.MethodPatch, "/v1/clients/{client}", "Change a client",
		"Changes the fields that are given. Tokens that are out do at once no more than the client may; disabling it ends them for good. "+
			"If-Match must name the version that was read."), s.updateClient)
	huma.Register(api, changed("delete-client", http.MethodDelete, "/v1/clients/{client}", "Delete a client",
		"Removes it with all that people have given it. If-Match must name the version that was read."), s.removeClient)
	huma.Register(api, changed("create-client-secret", http.MethodPost, "/v1/clients/{client}/secret", "Make a new secret",
		"The answer shows it, once. The old one is refused from now on; what the client was given lives on."), s.createSecret)

	huma.Register(api, own("list-apps", http.MethodGet, "/v1/me/apps", "List your connected apps",
		"Programs that you have given access, by name.", auth.ScopeAccountRead), s.listApps)
	huma.Register(api, own("delete-app", http.MethodDelete, "/v1/me/apps/{client}", "Disconnect an app",
		"Its tokens are refused from now on, and it has to ask you again.", auth.ScopeAccountWrite), s.removeApp)
}

// managed is an operation by which an admin reads clients.
func managed(id, method, path, summary, description string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Clients"}, Summary: summary, Description: description,
		Security: auth.Scope(auth.ScopeClientsWrite)}
}

// changed is an operation by which an admin changes clients.
func changed(id, method, path, summary, description string) huma.Operation {
	op := auth.Recent(managed(id, method, path, summary, description))
	op.Errors = []int{http.StatusConflict}
	switch method {
	case http.MethodPost:
		op.DefaultStatus = http.StatusCreated
	case http.MethodPatch, http.MethodDelete:
		op.Errors = append(op.Errors, http.StatusPreconditionRequired)
	}
	return op
}

// own is an operation of somebody on what is theirs.
func own(id, method, path, summary, description, scope string) huma.Operation {
	return huma.Operation{OperationID: id, Method: method, Path: path, Tags: []string{"Account"}, Summary: summary, Description: description,
		Security: auth.Scope(scope), Errors: []int{http.StatusForbidden}}
}

// TransformSchema says which fields a new client needs.
func (NewClient) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Required = []string{"client_name", "kind", "scope"}
	return s
}
