// The whole API put together: the only file that knows every domain.

package api

import (
	"context"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/account"
	"rose-ash.com/roseash/api/blog"
	"rose-ash.com/roseash/api/cart"
	"rose-ash.com/roseash/api/events"
	"rose-ash.com/roseash/api/identity"
	"rose-ash.com/roseash/api/identity/oauth"
	"rose-ash.com/roseash/api/market"
	"rose-ash.com/roseash/api/media"
	"rose-ash.com/roseash/api/orders"
	"rose-ash.com/roseash/api/search"
	"rose-ash.com/roseash/api/shared/auth"
	"rose-ash.com/roseash/api/shared/bus"
	"rose-ash.com/roseash/api/shared/clock"
	"rose-ash.com/roseash/api/shared/config"
	"rose-ash.com/roseash/api/shared/cursor"
	"rose-ash.com/roseash/api/shared/idempotency"
	"rose-ash.com/roseash/api/shared/mail"
	"rose-ash.com/roseash/api/shared/pictures"
	"rose-ash.com/roseash/api/shared/seal"
	"rose-ash.com/roseash/api/shared/urls"
	"rose-ash.com/roseash/api/web"
	"rose-ash.com/roseash/db"
)

// AppOptions are what the services stand on. Pool and Config are needed, the
// zero value of any other field means what its comment says.
type AppOptions struct {
	Config config.Config
	Pool   *db.Pool
	// Clock is the services' time; the machine's.
	Clock clock.Clock
	// Verifier knows tokens besides those of the authorization server and personal ones;
	// auth.Nobody.
	Verifier auth.Verifier
	// Log gets the access log and what the bus reports; slog.Default.
	Log *slog.Logger
	// BusOptions change how the bus of this process runs.
	BusOptions []bus.Option
}

// App is every service of one process. New makes one; nothing runs and nothing
// is asked of the database before somebody uses it.
type App struct {
	Blog   *blog.Service
	Ghost  *blog.Sync
	Market *market.Service
	Media  *media.Service
	Search *search.Service
	// Identity is people, OAuth the programs that act for them.
	Identity *identity.Service
	OAuth    *oauth.Server
	Account  *account.Service
	Mail     *mail.Service
	// Cart is what people want, Orders what they have bought.
	Cart   *cart.Service
	Orders *orders.Service
	// Events is calendars.
	Events *events.Service
	// Bus has every domain's handlers and workers; Run works them.
	Bus    *bus.Bus
	Health *Health
	// Metrics has the gauges of the pool and the bus.
	Metrics *Metrics

	options AppOptions
	store   *media.Directory
	key     seal.Key
	login   *web.Login
}

// New makes the services and wires them to each other. It opens the directory
// of media below the data directory and fails where that cannot be used, or where
// Ghost's key is none.
func New(o AppOptions) (*App, error) {
	if o.Clock == nil {
		o.Clock = clock.System{}
	}
	if o.Verifier == nil {
		o.Verifier = auth.Nobody
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	store, err := media.OpenDirectory(filepath.Join(o.Config.DataDir, "media"))
	if err != nil {
		return nil, err
	}
	mediaURL := o.Config.MediaURL
	if mediaURL == "" {
		mediaURL = media.Path
	}
	images := media.New(o.Pool, store, o.Clock, mediaURL).WithSources(media.Sources{Ghost: o.Config.Ghost.URL})
	completer := pictures.Completer{Images: images, Media: urls.Media(o.Config.MediaURL)}
	a := &App{
		Blog:    blog.New(o.Pool, o.Clock).WithPictures(completer),
		Market:  market.New(o.Pool, o.Clock).WithPictures(completer),
		Media:   images,
		Bus:     bus.New(o.Pool, o.Log, o.BusOptions...),
		Health:  NewHealth(o.Pool),
		Metrics: NewMetrics(o.Config.Metrics.Token.Reveal()),
		options: o, store: store,
	}
	if a.Ghost, err = a.newSync(); err != nil {
		store.Close()
		return nil, err
	}
	a.newCart()
	a.Events = events.New(events.Options{
		Pool: o.Pool, Clock: o.Clock, Bus: a.Bus, Sites: o.Config.Sites, Settings: a.Blog.Settings, Pictures: completer,
	})
	if err = a.newIdentity(); err != nil {
		store.Close()
		return nil, err
	}
	a.newOrders()
	a.Search = search.New(o.Pool, a.Blog, a.Market, o.Config.Sites).WithEntries(a.Events)
	a.Blog.Register(a.Bus)
	a.Ghost.Jobs(a.Bus)
	a.Market.Jobs(a.Bus)
	a.Search.Register(a.Bus)
	a.Identity.Jobs(a.Bus)
	a.OAuth.Jobs()
	a.Account.Jobs(a.Bus)
	a.Mail.Jobs(a.Bus)
	a.Cart.Jobs(a.Bus)
	a.Orders.Jobs()
	a.Events.Jobs(a.Bus)
	idempotency.Jobs(a.Bus, o.Pool)
	a.Metrics.Pool(o.Pool)
	a.watchBus()
	return a, nil
}

// Prepare stores what the services need to be there, once the schema is current: the
// clients of apps on hosts of their own.
func (a *App) Prepare(ctx context.Context) error { return a.OAuth.RegisterApps(ctx) }

// Close gives back what New opened.
func (a *App) Close() error { return a.store.Close() }

// Handler is the router of the public listener. site answers every address that
// is no API's; nil: a problem document.
func (a *App) Handler(site http.Handler) http.Handler {
	return NewHandler(HandlerOptions{
		Log: a.options.Log,
		Routes: []Routes{a.Blog.Routes, a.Ghost.Routes, a.Market.Routes, a.Media.Routes, a.Search.Routes,
			a.Identity.Routes, a.OAuth.Routes, a.Account.Routes, a.Cart.Routes, a.Orders.Routes, a.Events.Routes},
		Middleware: append(verified(tokens{a, a.options.Verifier}, auth.Denied(a.Identity.Denied), auth.At(a.options.Clock)),
			ruled(a.Identity.Denied), signedCursors(cursor.NewSealer(a.options.Pool))),
		Plain:          []func(chi.Router){a.Media.Mount, a.Ghost.Mount, a.OAuth.Mount, a.Orders.Mount, a.searchPage().Mount, a.mountPages(site)},
		Sessions:       a.Identity,
		Sites:          a.options.Config.Sites,
		Site:           site,
		TrustedProxies: a.options.Config.TrustedProxies,
		Health:         a.Health,
		Metrics:        a.Metrics,
		HTTPS:          strings.HasPrefix(a.options.Config.Sites.Main(), "https:"),
		Limit:          a.options.Config.ReadLimit,
		Clock:          a.options.Clock,
	})
}

// PrivateHandler is the router of a listener that only the operator reaches:
// health and metrics, to everybody who asks.
func (a *App) PrivateHandler() http.Handler {
	r := chi.NewRouter()
	r.NotFound(notFound(nil))
	r.MethodNotAllowed(methodNotAllowed(r))
	r.Get("/livez", live)
	r.Get("/readyz", a.Health.ready)
	r.Method(http.MethodGet, "/metrics", a.Metrics)
	return r
}

// EveryRoute is the operations of every domain, on services that do nothing:
// what the OpenAPI document is made from.
func EveryRoute() []Routes {
	return []Routes{(&blog.Service{}).Routes, (&blog.Sync{}).Routes, (&market.Service{}).Routes, (&media.Service{}).Routes, (&search.Service{}).Routes,
		(&identity.Service{}).Routes, (&oauth.Server{}).Routes, (&account.Service{}).Routes,
		(&cart.Service{}).Routes, (&orders.Service{}).Routes, (&events.Service{}).Routes}
}
