// Package problem is the one error type that reaches a client: a problem
// document as RFC 9457 describes it.
//
// A service answers what it refuses with a constructor named after the status,
// and returns it as a plain error:
//
//	return problem.NotFound("no such post")
//	return problem.BadRequest("this cursor cannot be read").WithCode("invalid_cursor")
//	return problem.Unprocessable("the post is not complete").WithField("body.slug", "is taken")
//
// Three rules keep documents safe to show and safe to program against:
//
//   - the format is a constant and its arguments are chosen by the service;
//     nothing that a client sent is ever put into a detail, a location or a
//     message;
//   - every document has a code, a snake_case word that never changes its
//     meaning, and a type built from it ("/problems/not_found");
//   - an error that is not a *Details becomes a bare 500 (or a 503 when the
//     database cannot answer) in From, and its text stays in the log.
//
// A *Details satisfies what huma asks of a status error (GetStatus, GetHeaders,
// ContentType) without importing it, so a service's error goes through an
// operation untouched. Plain handlers answer with Write.
package problem
