// Where addresses have moved to: for clients that show the site themselves, and for
// editors who keep the rules.

package blog

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/contract"
	"rose-ash.com/roseash/api/shared/etag"
	"rose-ash.com/roseash/api/shared/problem"
)

func (s *Service) redirectRoutes(api huma.API) {
	huma.Register(api, huma.Operation{OperationID: "resolve-redirect", Method: http.MethodGet, Path: "/v1/redirects/resolve", Tags: []string{"Site"},
		Summary: "Find where an address leads", Errors: []int{http.StatusNotFound},
		Description: "Where a path of the blog leads that no page has any more: posts, tags and authors keep their old addresses, and rules take the rest. A 404 where it leads nowhere."}, s.resolveRedirect)
	huma.Register(api, huma.Operation{OperationID: "list-redirects", Method: http.MethodGet, Path: "/v1/redirects", Tags: []string{"Site"},
		Summary: "List the rules for old addresses", Description: "In the order in which they are tried. What posts, tags and authors have left is not among them.",
		Security: auth.Scope(auth.ScopeBlogWrite)}, s.listRedirects)
	huma.Register(api, huma.Operation{OperationID: "replace-redirects", Method: http.MethodPut, Path: "/v1/redirects", Tags: []string{"Site"},
		Summary: "Replace the rules for old addresses", Description: "All at once. If-Match must name the version that was read.",
		Security: auth.Scope(auth.ScopeSiteWrite)}, s.replaceRedirects)
}

func (s *Service) resolveRedirect(ctx context.Context, in *struct {
	Path string `query:"path" required:"true" minLength:"1" maxLength:"1000" example:"/old-address/" doc:"A path of the blog, with its slashes."`
}) (*struct{ Body contract.Redirect }, error) {
	to, found, err := s.Moved(ctx, in.Path)
	if err == nil && !found {
		err = problem.NotFound("the address leads nowhere")
	}
	return &struct{ Body contract.Redirect }{to}, err
}

// RedirectList is the rules for addresses that nothing has.
type RedirectList struct {
	Items []contract.RedirectRule `json:"items" maxItems:"2000" doc:"In the order in which they are tried."`
}

type redirectsOutput struct {
	ETag         string `header:"ETag"`
	CacheControl string `header:"Cache-Control"`
	Body         RedirectList
}

func redirectsOf(rules []contract.RedirectRule, version int64, err error) (*redirectsOutput, error) {
	return &redirectsOutput{etag.Of(version), cachePrivate, RedirectList{rules}}, err
}

func (s *Service) listRedirects(ctx context.Context, _ *struct{}) (*redirectsOutput, error) {
	return redirectsOf(s.RedirectRules(ctx))
}

func (s *Service) replaceRedirects(ctx context.Context, in *struct {
	IfMatch
	Body RedirectList
}) (*redirectsOutput, error) {
	version, err := etag.Required(in.Version)
	if err != nil {
		return nil, err
	}
	return redirectsOf(s.SetRedirectRules(ctx, &version, in.Body.Items))
}
