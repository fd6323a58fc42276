// The shopkeeper's pages of this app.

package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
	templates "rose-ash.com/roseash/site-templates"
)

// shopPages adds the shopkeeper's pages where there is a development token, and nothing
// elsewhere. Those to whom they are closed are answered by site.
func (a *App) shopPages(site http.Handler) func(chi.Router) {
	token, ok := a.options.Verifier.(*auth.DevelopmentToken)
	if !ok {
		return func(chi.Router) {}
	}
	shop := &web.Shop{
		Token: token.Token(), Settings: a.Blog.Settings, Sites: a.options.Config.Sites, Assets: templates.DefaultAssets(),
		Media: urls.Media(a.options.Config.MediaURL), Clock: a.options.Clock, NotFound: site,
	}
	return shop.Mount
}
