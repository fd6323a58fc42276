// Package api is the headless API: it knows every domain, builds the router and
// the OpenAPI document, and is the only place that does.
//
// Where things are:
//
//	app.go           New makes the services and wires them to each other
//	server.go        what a request passes, in order; Serve and its end
//	middleware_*.go  request id, log, panics, client address, headers, 304
//	spec*.go         huma's configuration, and everything its defaults get wrong
//	sparse.go        answers with only the fields that were asked for
//	search_page.go   what the search page reads of the domains
//	shop.go          the shopkeeper's pages, on the operations
//	docs*.go         /docs and /openapi.yaml
//	health.go        /livez and /readyz
//	metrics.go       /metrics
//	<domain>/        one domain each; its operations are its routes.go
//	web/             the built site, and the pages that are made when asked for
//	shared/          what domains have in common
//	apitest/         scenario tables for tests of operations
//
// Who may import whom is written down in arch_test.go and checked there: a
// domain never imports another, nor the generator, nor templates; they meet in
// contract types, in interfaces that the consumer declares, and in events.
//
// A request that is refused gets a problem document (api/shared/problem) and
// never hears its own words again: see spec_errors.go.
package api
