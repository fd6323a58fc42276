// Which fingerprinted files the pages link to, and the files themselves. They are
// made from static/ by the bundler.

package site

import (
	"embed"
	"io/fs"
)

//go:generate go run github.com/a-h/templ/cmd/templ@v0.3.1020 generate -include-version=false
//go:generate go run ./bundle

// AssetPrefix is where the files are served. Their names carry the hash of their
// bytes: an answer may be kept for ever.
const AssetPrefix = "/_assets/"

// Assets are the addresses of the bundled files, below /_assets/.
type Assets struct {
	CSS                  string
	CSSIntegrity         string // SRI
	ShopCSS              string // besides, for the pages under /shop/
	ShopCSSIntegrity     string
	AccountCSS           string // besides, for the pages under /account/
	AccountCSSIntegrity  string
	LoginCSS             string // besides, for the pages by which people sign in
	LoginCSSIntegrity    string
	CartCSS              string // besides, for the pages from the cart to the order
	CartCSSIntegrity     string
	EventsCSS            string // besides, for the pages that show dates of calendars
	EventsCSSIntegrity   string
	OrganiseCSS          string // besides, for the pages under /organise/
	OrganiseCSSIntegrity string
	FragmentCSS          string // alone, for calendars in a frame of another site
	FragmentCSSIntegrity string
	JS                   string // the optional module for dynamic parts; empty: none
	JSIntegrity          string
	CardsJS              string // the module for cards that load something when asked
	CardsJSIntegrity     string
	GateJS               string // the module that shows who may read it the rest of a post
	GateJSIntegrity      string
	PasskeyJS            string // the module for passkeys
	PasskeyJSIntegrity   string
	CartJS               string // the module that puts things into the cart
	CartJSIntegrity      string
	OrderJS              string // the module of checkout and of orders that wait for a payment
	OrderJSIntegrity     string
	OrganiseJS           string // the module of the form of an entry
	OrganiseJSIntegrity  string
	CalendarJS           string // the module of months and of what passes
	CalendarJSIntegrity  string
	Icon                 string   // favicon, SVG
	TouchIcon            string   // PNG, 180 px
	SocialImage          string   // the default picture for other sites, 1200x630 PNG
	Fonts                []string // preloaded
	ThemeLight           string   // the page's own colour, #rrggbb, from tokens.css
	ThemeDark            string
}

//go:embed static/dist
var static embed.FS

// Files are the bundled files at the root of a tree, to be served below
// AssetPrefix or copied to where they are.
func Files() fs.FS {
	dist, err := fs.Sub(static, "static/dist")
	if err != nil {
		panic(err) // the path is a constant of this file
	}
	return dist
}

// DefaultAssets are the addresses of the bundled files on the page's own origin.
// SocialImage is a path too: who makes a page's head puts the origin before it.
func DefaultAssets() Assets {
	a := manifest
	for _, name := range []*string{&a.CSS, &a.ShopCSS, &a.AccountCSS, &a.LoginCSS, &a.CartCSS, &a.EventsCSS, &a.OrganiseCSS, &a.FragmentCSS, &a.JS, &a.CardsJS, &a.GateJS, &a.PasskeyJS, &a.CartJS, &a.OrderJS, &a.OrganiseJS, &a.CalendarJS, &a.Icon, &a.TouchIcon, &a.SocialImage} {
		if *name != "" {
			*name = AssetPrefix + *name
		}
	}
	a.Fonts = make([]string, len(manifest.Fonts))
	for i, name := range manifest.Fonts {
		a.Fonts[i] = AssetPrefix + name
	}
	return a
}
