// Package openapi is the API for those who use it: the OpenAPI document in
// openapi.yaml (3.1) and openapi-3.0.yaml, a Go client in client and TypeScript
// types in ts.
//
// The documents are goldens of the operations' code: `go test ./api -run
// TestGoldenDocument -update` writes them, under a raised api.Version. The
// client and the types are generated from openapi.yaml by `go run
// ./openapi/generate`, which needs Node for the types; all of it is committed,
// and a test says when it is not current.
package openapi
