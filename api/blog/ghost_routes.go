// The operations on the sync with a Ghost, and on what only comes from there.

package blog

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
)

// Routes registers the operations of the sync; the blog's own are Service.Routes.
func (y *Sync) Routes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "list-tiers", Method: http.MethodGet, Path: "/v1/tiers", Tags: []string{"Members"},
		Summary: "List tiers", Description: "What readers can be or pay for: active tiers that everybody may see, what costs nothing first, then by price."}, y.listTiers)
	huma.Register(api, huma.Operation{OperationID: "list-newsletters", Method: http.MethodGet, Path: "/v1/newsletters", Tags: []string{"Members"},
		Summary: "List newsletters", Description: "Those that readers can subscribe to, in the order that they are shown in."}, y.listNewsletters)
	huma.Register(api, huma.Operation{OperationID: "list-members", Method: http.MethodGet, Path: "/v1/members", Tags: []string{"Members"},
		Summary: "List members", Description: "Members as Ghost has them, in no order that means anything. Read on with next_cursor.",
		Security: auth.Scope(auth.ScopeMembersRead)}, y.listMembers)

	huma.Register(api, huma.Operation{OperationID: "get-ghost", Method: http.MethodGet, Path: "/v1/ghost", Tags: []string{"Ghost"},
		Summary: "Ask how the sync is doing", Description: "What each way of bringing changes did last and how far it is behind, how much is stored, and at what somebody should look. " +
			"Ghost is asked for its version, for two seconds at the most.",
		Security: auth.Scope(auth.ScopeBlogWrite)}, y.getStatus)
	huma.Register(api, huma.Operation{OperationID: "reconcile-ghost", Method: http.MethodPost, Path: "/v1/ghost/reconcile", Tags: []string{"Ghost"},
		Summary: "Compare everything with Ghost", Description: "Soon, and what differs is fetched. Asking again while it waits changes nothing. " +
			"A 409 ghost_not_configured where there is no Ghost.",
		DefaultStatus: http.StatusAccepted, Errors: []int{http.StatusConflict}, Security: auth.Scope(auth.ScopeSiteWrite)}, y.startReconcile)
	huma.Register(api, huma.Operation{OperationID: "resolve-ghost-conflict", Method: http.MethodPost, Path: "/v1/ghost/conflicts/{post}", Tags: []string{"Ghost"},
		Summary: "Choose between ours and Ghost's", Description: "Of a post that was changed here and in Ghost. ours is brought to Ghost, theirs takes the place of what was written here. " +
			"A 404 where the post has no conflict.",
		DefaultStatus: http.StatusNoContent, Errors: []int{http.StatusConflict}, Security: auth.Scope(auth.ScopeBlogWrite)}, y.resolveConflict)
}
