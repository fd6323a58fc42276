// The API as a whole: huma's configuration and the registration of every
// domain's operations. What huma does by default and we do not want is undone
// here and in the other spec files, and nowhere else.

package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humachi"
	"github.com/go-chi/chi/v5"

	"rose-ash.com/roseash/api/shared/auth"
)

// Version is info.version of the document. It follows semantic versioning: a
// new operation or field raises the second number, a new text the third. The
// golden test refuses a changed document under an unchanged version.
const Version = "0.8.0"

// MaxBody is how many bytes a request's body may have where its operation does
// not say otherwise with MaxBodyBytes.
const MaxBody = 1 << 20

// Routes registers the operations of one domain: its routes.go.
type Routes func(api huma.API)

// Middleware is a step before every operation, such as authentication.
type Middleware func(ctx huma.Context, next func(huma.Context))

// NewAPI registers the routes on router, each behind the middleware in its
// order, and completes the document: every operation gets the problems it can
// answer with, and examples. It panics when two operations or two types share
// a name, which a test sees before anybody else does.
func NewAPI(router chi.Router, routes []Routes, middleware ...func(huma.API) Middleware) huma.API {
	return newAPI(router, routes, deprecations, middleware...)
}

func newAPI(router chi.Router, routes []Routes, ending []deprecation, middleware ...func(huma.API) Middleware) huma.API {
	api := humachi.New(router, settings())
	api.UseMiddleware(restrain)
	for _, m := range middleware {
		api.UseMiddleware(m(api))
	}
	api.UseMiddleware(sparseAnswers)
	for _, register := range routes {
		register(api)
	}
	complete(api.OpenAPI(), ending)
	return api
}

// Document is the OpenAPI document of the routes as it is published. It needs
// no service that works: operations are registered, none is called.
func Document(routes []Routes) *huma.OpenAPI {
	return published(NewAPI(chi.NewRouter(), routes).OpenAPI())
}

func settings() huma.Config {
	c := huma.DefaultConfig("Rose Ash", Version)
	c.Info.Description = description
	c.Info.Contact = &huma.Contact{Name: "Rose Ash", URL: "https://rose-ash.com/"}
	c.Info.License = &huma.License{Name: "Apache License 2.0", Identifier: "Apache-2.0"}
	c.Servers = []*huma.Server{{URL: "/", Description: "The host that serves this document."}}
	c.Tags = tags
	c.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	c.Components.SecuritySchemes = auth.Schemes()
	// The document and its reference are served by docs.go, from memory.
	c.OpenAPIPath, c.DocsPath, c.SchemasPath = "", "", ""
	c.CreateHooks = nil
	c.Formats = formats
	// A filter that is misspelt is refused. An operation that must ignore what it
	// does not know, as OAuth asks, says so with SkipValidateParams.
	c.RejectUnknownQueryParameters = true
	c.Transformers = []huma.Transformer{finishProblem, sealNext, thinOut}
	return c
}

const description = `The headless API of a cooperative's whole web presence.

Everything is JSON. Ids are text with a prefix that names their kind. Times are
RFC 3339 in UTC. Money is an integer number of minor units with its currency.
Properties that an operation does not know are refused; answers may gain
properties, so ignore those you do not know.

Every error is a problem document (RFC 9457) with a stable ` + "`code`" + `. Its
` + "`instance`" + ` names the request to the operator.

Lists are walked with a cursor: pass ` + "`next_cursor`" + ` of one page as ` + "`cursor`" + `
of the next, with the same filters and sort, until there is none. ` + "`fields`" + ` thins
answers out. Single things carry an ` + "`ETag`" + `: send it back as
` + "`If-None-Match`" + ` to read, and as ` + "`If-Match`" + ` to write.

Every answer says in ` + "`RateLimit`" + ` how many requests may follow. What is going to
end says so in ` + "`Deprecation`" + ` and ` + "`Sunset`" + ` a year before.`

var tags = []*huma.Tag{
	{Name: "Posts", Description: "Posts of the blog, as readers see them and as editors write them."},
	{Name: "Pages", Description: "Pages that are in no list and no feed: about, delivery, terms."},
	{Name: "Tags", Description: "What groups posts."},
	{Name: "Authors", Description: "Who writes posts."},
	{Name: "Members", Description: "Who reads with an account, and what they can be and subscribe to."},
	{Name: "Ghost", Description: "The Ghost that posts are synced with: how that is doing, and what somebody should choose."},
	{Name: "Site", Description: "The publication's own particulars and its menus."},
	{Name: "Products", Description: "What the market sells, with variants, prices and unit prices."},
	{Name: "Categories", Description: "The tree in which products are found."},
	{Name: "Brands", Description: "Whose name is on products."},
	{Name: "Producers", Description: "Who grows or makes products."},
	{Name: "Labels", Description: "What products deserve to be called, and who says so: organic, vegan."},
	{Name: "Collections", Description: "Products that fit a rule, with a page of their own, and where they are shown."},
	{Name: "Stock", Description: "How much there is of each variant, and every movement of it."},
	{Name: "Cart", Description: "What somebody wants to buy: lines, notes, discount codes. It is there without an account."},
	{Name: "Checkout", Description: "The cart with the ways it can be delivered, what it comes to, and ordering it."},
	{Name: "Orders", Description: "What somebody has bought: paying, cancelling, changing it, and the documents."},
	{Name: "Shop orders", Description: "For shopkeepers: all orders, picking and handing over, refunds, the counter, delivery, discount codes, the books."},
	{Name: "Calendars", Description: "The co-op's calendars, and where they are shown."},
	{Name: "Entries", Description: "What is in calendars, once or as a series, and the dates of it. Local times and their zone are the truth; instants follow."},
	{Name: "Venues", Description: "Where entries happen."},
	{Name: "My calendar", Description: "What members keep for themselves: calendars, dates, and secret addresses to subscribe to."},
	{Name: "Search", Description: "Words in products, posts and pages."},
	{Name: "Media", Description: "Uploaded and mirrored images."},
	{Name: "Account", Description: "Who you are here, and what is yours: addresses, passkeys, sessions, tokens, connected apps, all your data."},
	{Name: "People", Description: "Accounts of others, their roles, and invitations: for those who look after them."},
	{Name: "Clients", Description: "Programs that people sign in to, or that act by themselves (RFC 7591's words)."},
	{Name: "Audit", Description: "Who did what to accounts, roles and clients, and what was denied."},
}

// restrain is what stands before every operation: a limit on the body, also
// for operations that read it themselves; time for a body that may be slow;
// JSON whatever Accept asks for; and 304 for a reader who has the answer.
func restrain(ctx huma.Context, next func(huma.Context)) {
	r, w := humachi.Unwrap(ctx)
	op := ctx.Operation()
	limit := op.MaxBodyBytes
	if limit <= 0 {
		limit = MaxBody
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	r.Header.Del("Accept")
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		w = &conditionalWriter{ResponseWriter: w, known: r.Header.Values("If-None-Match")}
		ctx = humachi.NewContext(op, r, w)
	}
	announceEnd(op, r, w)
	bound, cancel := extended(ctx.Context(), op.BodyReadTimeout)
	defer cancel()
	next(huma.WithContext(ctx, bound))
}
