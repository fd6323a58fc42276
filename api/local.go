// The pages of this app for those who run the site.

package api

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
	templates "rose-ash.com/roseash/site-templates"
)

// localPages adds the shopkeeper's pages and the editor's where there is a development
// token, and nothing elsewhere. Those to whom they are closed are answered by site.
func (a *App) localPages(site http.Handler) func(chi.Router) {
	token, ok := a.options.Verifier.(*auth.DevelopmentToken)
	if !ok {
		return func(chi.Router) {}
	}
	local := web.Local{
		Token: token.Token(), Settings: a.Blog.Settings, Sites: a.options.Config.Sites, Assets: templates.DefaultAssets(),
		Clock: a.options.Clock, NotFound: site,
	}
	shop := &web.Shop{Local: local, Media: urls.Media(a.options.Config.MediaURL)}
	editor := &web.Editor{Local: local}
	return func(r chi.Router) {
		shop.Mount(r)
		editor.Mount(r)
	}
}
