-- migrate:up
-- Payments as SumUp has shown them to the nightly comparison: ours, and those made elsewhere.
-- Payouts name a payment by its code alone; here is which one that is.
CREATE TABLE orders.transactions (
    provider           text NOT NULL DEFAULT 'sumup' CHECK (provider = 'sumup'),
    transaction_id     text NOT NULL CHECK (length(transaction_id) BETWEEN 1 AND 100),
    code               text NOT NULL DEFAULT '' CHECK (length(code) <= 100),
    order_id           uuid REFERENCES orders.orders (id), -- null: made elsewhere
    amount_minor       bigint NOT NULL CHECK (amount_minor > 0),
    refunded_minor     bigint NOT NULL CHECK (refunded_minor >= 0),
    charged_back_minor bigint NOT NULL CHECK (charged_back_minor >= 0),
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status             text NOT NULL CHECK (length(status) <= 100),
    at                 timestamptz NOT NULL, -- at SumUp
    seen_at            timestamptz NOT NULL, -- when it was last shown
    PRIMARY KEY (provider, transaction_id)
);
CREATE INDEX transactions_code ON orders.transactions (code);
CREATE INDEX transactions_at ON orders.transactions (at);
CREATE INDEX transactions_order ON orders.transactions (order_id);
CREATE INDEX reconciliations_started ON orders.reconciliations (started_at DESC, id DESC);

-- migrate:down
DROP INDEX orders.reconciliations_started;
DROP TABLE orders.transactions;
