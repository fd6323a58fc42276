// Package idempotency makes a request that arrives twice have one effect and the
// same answer twice, by the Idempotency-Key that its client chose.
//
// The key is written in the transaction of the effect, so that both are there or
// neither is. An operation reads the header and makes a Request of what came:
//
//	request, err := idempotency.For(principal.Name, in.IdempotencyKey, "POST", "/v1/stock/movements", in.Body)
//
// and its service does the work in Once, inside of its own transaction:
//
//	err = db.InTx(ctx, s.pool, func(tx pgx.Tx) error {
//		replayed, err = idempotency.Once(ctx, tx, request, &answer, func() error {
//			… // the effect; fills answer
//		})
//		return err
//	})
//
// What is stored is the answer or, where that changes with time, what it is
// rendered from (an order's id): anything that survives JSON.
//
//   - The same key with the same request (method, path, body as it was understood):
//     the stored answer, replayed true; the operation adds the header
//     Idempotent-Replayed: true (Mark).
//   - The same key with another request: 422 `idempotency_key_reused`.
//   - The same key while the first request is at work: 409 `in_progress` with
//     Retry-After, at once and without waiting.
//   - No key where one is needed: 400 `idempotency_key_required`. A key is 1 to 255
//     visible ASCII characters, or it is a 422.
//
// Only what was done is kept. A refusal, a failed validation and a fault roll the
// key back with the rest: the same request may be tried again under the same key.
// Keys of different principals do not meet. A key is kept for 24 hours at least,
// then pruned by the job that Jobs registers.
//
// There is no standard yet: this follows draft-ietf-httpapi-idempotency-key-header,
// with the key taken as it is sent, in quotes or without.
package idempotency
