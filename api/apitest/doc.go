// Package apitest tests an API by tables: a request, the status, what must be
// in the answer and what must not, and which domain events it makes.
//
//	apitest.Run(t, handler, pool, []apitest.Scenario{
//		{Name: "publish a draft", Method: "PUT", URL: "/v1/posts/new-potatoes/publish", Header: editor,
//			Status: 200, Want: []string{`"status":"published"`},
//			Events: map[string]int{"blog.post_published": 1, "*": 0}},
//		{Name: "a stranger", Method: "PUT", URL: "/v1/posts/new-potatoes/publish",
//			Status: 401, NotWant: []string{"New potatoes"}, Events: map[string]int{"*": 0}},
//	})
//
// Every answer of an operation is also held against the handler's own
// /openapi.json: the status is documented, so are the content type and the
// headers' names, and the body validates. The validator shares no code with
// huma. A refusal never contains Canary; put it where a client's text goes.
package apitest
