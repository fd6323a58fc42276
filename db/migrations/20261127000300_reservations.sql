-- migrate:up
-- What of the stock belongs to which order. A row is replaced, never added to, so that a
-- second attempt of one order does not stand in its own way; it shrinks as goods are handed
-- over and goes with the last of them, or when the order ends.
CREATE TABLE market.reservations (
    order_id    text NOT NULL CHECK (order_id ~ '^ord_[0-9a-f]{32}$'),
    variant_id  uuid NOT NULL, -- no key: a variant may go while an order still names it
    quantity    bigint NOT NULL CHECK (quantity > 0),
    paid        boolean NOT NULL DEFAULT false, -- allocated: the order is paid
    reserved_at timestamptz NOT NULL,
    PRIMARY KEY (order_id, variant_id)
);
CREATE INDEX reservations_variant ON market.reservations (variant_id);

-- migrate:down
DROP TABLE market.reservations;
