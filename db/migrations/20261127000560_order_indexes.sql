-- migrate:up
CREATE INDEX payouts_transaction ON orders.payouts (transaction_code);
CREATE INDEX refunds_transaction ON orders.refunds (provider, transaction_id);
CREATE INDEX payment_attempts_created ON orders.payment_attempts (created_at);
CREATE INDEX orders_paid ON orders.orders (paid_at);

-- migrate:down
DROP INDEX orders.orders_paid;
DROP INDEX orders.payment_attempts_created;
DROP INDEX orders.refunds_transaction;
DROP INDEX orders.payouts_transaction;
