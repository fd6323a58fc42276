-- name: Now :one
-- The time that payments and changes of an order are decided by.
SELECT shared.clock()::timestamptz;

-- name: InsertAttempt :one
-- The next attempt of an order that is locked.
INSERT INTO orders.payment_attempts (id, order_id, number, reference, status, amount_minor, currency, valid_until, verify_due, created_at, updated_at)
VALUES (@id, @order_id, (SELECT coalesce(max(a.number), 0) + 1 FROM orders.payment_attempts a WHERE a.order_id = @order_id),
    @reference, 'creating', @amount_minor, @currency, @valid_until, shared.clock() + make_interval(secs => @pause::float8), shared.clock(), shared.clock())
RETURNING *;

-- name: Attempt :one
SELECT * FROM orders.payment_attempts WHERE id = $1;

-- name: LiveAttempt :one
-- The attempt that may still be paid.
SELECT * FROM orders.payment_attempts WHERE order_id = $1 AND status IN ('creating', 'open');

-- name: AttemptOfCheckout :one
-- By SumUp's id of the checkout.
SELECT id FROM orders.payment_attempts WHERE provider = 'sumup' AND provider_id = @provider_id::text;

-- name: AttemptOfReference :one
SELECT id FROM orders.payment_attempts WHERE provider = 'sumup' AND reference = @reference::text;

-- name: TakeAttempt :one
-- Moves an attempt's clock before SumUp is asked: who dies meanwhile does not keep it.
UPDATE orders.payment_attempts SET
    verify_due = shared.clock() + make_interval(secs => @lease::float8), verify_tries = verify_tries + 1, updated_at = shared.clock()
WHERE id = @id AND (NOT @due::boolean OR verify_due <= shared.clock())
RETURNING *;

-- name: PlanAttempt :exec
-- When SumUp is asked next. Who has asked for it sooner meanwhile gets it.
UPDATE orders.payment_attempts SET
    verify_due = CASE WHEN verify_due = @taken::timestamptz THEN shared.clock() + make_interval(secs => @pause::float8)
        ELSE least(verify_due, shared.clock() + make_interval(secs => @pause::float8)) END,
    verify_cause = CASE WHEN verify_due = @taken::timestamptz THEN 'poll' ELSE verify_cause END,
    provider_status = @provider_status, fault = @fault, updated_at = shared.clock()
WHERE id = @id AND status = @status;

-- name: RestAttempt :exec
-- Nothing is to be asked of what is over, unless somebody has asked for it meanwhile.
UPDATE orders.payment_attempts SET verify_due = NULL, provider_status = @provider_status, fault = '', updated_at = shared.clock()
WHERE id = @id AND status = @status AND verify_due = @taken::timestamptz;

-- name: NudgeAttempt :one
-- Has SumUp asked soon, once in so many seconds, and where that is due already: its job may be
-- planned for later. A paid attempt has nothing more to tell.
UPDATE orders.payment_attempts SET
    verify_due = least(verify_due, greatest(shared.clock(), updated_at + make_interval(secs => @apart::float8))), verify_cause = @cause
WHERE id = @id AND status <> 'paid' AND (verify_due IS NULL OR verify_due <= shared.clock() OR verify_due > greatest(shared.clock(), updated_at + make_interval(secs => @apart::float8)))
RETURNING verify_due;

-- name: AdoptCheckout :one
-- The checkout is there: it can be paid. Of an attempt that was closed because SumUp knew none
-- it is known from now on where to look.
UPDATE orders.payment_attempts SET
    provider_id = @provider_id, hosted_url = @hosted_url, status = CASE WHEN status = 'creating' THEN 'open' ELSE status END, provider_status = @provider_status, fault = @fault,
    verify_due = shared.clock() + make_interval(secs => @pause::float8), updated_at = shared.clock()
WHERE id = @id AND provider_id IS NULL AND status IN ('creating', 'closed')
RETURNING *;

-- name: MoveAttempt :execrows
-- SumUp has the checkout by another id than it told first.
UPDATE orders.payment_attempts SET provider_id = @provider_id WHERE id = @id AND provider_id = @was;

-- name: ShowCheckout :exec
-- Where to pay, learned later.
UPDATE orders.payment_attempts SET hosted_url = @hosted_url WHERE id = @id AND status = 'open' AND hosted_url = '';

-- name: PayAttempt :exec
UPDATE orders.payment_attempts SET status = 'paid', provider_status = 'PAID', fault = '', verify_due = NULL, settled_at = shared.clock(), updated_at = shared.clock()
WHERE id = $1 AND status <> 'paid';

-- name: CloseAttempt :execrows
-- It is known not to be payable any more. It is looked at once more all the same.
UPDATE orders.payment_attempts SET
    status = 'closed', provider_status = @provider_status, fault = '', verify_due = shared.clock() + make_interval(secs => @pause::float8), updated_at = shared.clock()
WHERE id = @id AND status IN ('creating', 'open');

-- name: QuarantineAttempt :execrows
-- Money that is not what was asked for.
UPDATE orders.payment_attempts SET
    status = 'mismatch', provider_status = 'PAID', fault = 'mismatch', verify_due = shared.clock() + make_interval(secs => @pause::float8), updated_at = shared.clock()
WHERE id = @id AND status IN ('creating', 'open', 'closed');

-- name: OverdueAttempts :many
SELECT id FROM orders.payment_attempts WHERE verify_due < shared.clock() - make_interval(secs => @late::float8)
ORDER BY verify_due LIMIT @most::int;

-- name: UnpaidOrders :many
-- Orders whose time is over, and of which nothing can be paid any more.
SELECT o.id FROM orders.orders o
WHERE o.status = 'pending_payment' AND o.payment_status = 'unpaid' AND o.expires_at <= shared.clock()
    AND NOT EXISTS (SELECT FROM orders.payment_attempts a WHERE a.order_id = o.id AND a.status IN ('creating', 'open'))
ORDER BY o.expires_at LIMIT @most::int;

-- name: EnterSlot :execrows
-- A place in a slot, where there is still one and it is not over.
UPDATE orders.slots SET taken = taken + 1 WHERE id = $1 AND (capacity IS NULL OR taken < capacity) AND ends_at > shared.clock();
