-- migrate:up
-- Carts: what somebody wants, until it becomes an order.
CREATE SCHEMA cart;

-- A holder has one open cart. Those that have become orders stay, with the order: an order
-- that ends unpaid gives its lines back to the holder's open cart.
CREATE TABLE cart.carts (
    id         uuid PRIMARY KEY,
    holder     text NOT NULL CHECK (holder ~ '^(user_[0-9a-f]{32}|anonymous_[0-9a-f]{64})$'), -- of a stranger the SHA-256 of their token
    status     text NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'converted', 'merged', 'abandoned')),
    order_id   text CHECK (order_id ~ '^ord_[0-9a-f]{32}$'),
    currency   text CHECK (currency ~ '^[A-Z]{3}$'), -- of the first line; all lines share it
    note       text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    expires_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CHECK ((status = 'converted') = (order_id IS NOT NULL))
);
CREATE UNIQUE INDEX carts_open ON cart.carts (holder) WHERE status = 'open';
CREATE UNIQUE INDEX carts_order ON cart.carts (order_id);
CREATE INDEX carts_holder ON cart.carts (holder);
CREATE INDEX carts_expires ON cart.carts (expires_at) WHERE status = 'open';

CREATE TABLE cart.lines (
    id               uuid PRIMARY KEY,
    cart_id          uuid NOT NULL REFERENCES cart.carts (id) ON DELETE CASCADE,
    kind             text NOT NULL CHECK (kind IN ('product', 'ticket', 'booking')),
    thing            text NOT NULL CHECK (length(thing) BETWEEN 1 AND 100), -- var_…; its owner knows it
    quantity         bigint NOT NULL CHECK (quantity BETWEEN 1 AND 1000000), -- pieces, or grams
    note             text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    added_unit_minor bigint NOT NULL CHECK (added_unit_minor >= 0), -- what it cost when it was put in
    position         integer NOT NULL,
    created_at       timestamptz NOT NULL,
    updated_at       timestamptz NOT NULL,
    UNIQUE (cart_id, kind, thing)
);

-- Discount codes. used counts orders that are paid or may still be; the check holds the limit.
CREATE TABLE cart.discounts (
    id              uuid PRIMARY KEY,
    code            text NOT NULL CHECK (code ~ '^[A-Z0-9-]{3,40}$'), -- in capitals, however it is typed
    name            text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    kind            text NOT NULL CHECK (kind IN ('percent', 'fixed')),
    percent_bp      integer CHECK (percent_bp BETWEEN 1 AND 10000),
    amount_minor    bigint CHECK (amount_minor BETWEEN 1 AND 99999999999),
    currency        text CHECK (currency ~ '^[A-Z]{3}$'),
    category_ids    text[] NOT NULL DEFAULT '{}' CHECK (cardinality(category_ids) <= 50),
    minimum_minor   bigint NOT NULL DEFAULT 0 CHECK (minimum_minor >= 0), -- of what it applies to
    usage_limit     integer CHECK (usage_limit > 0),
    usage_per_buyer integer CHECK (usage_per_buyer > 0),
    members_only    boolean NOT NULL DEFAULT false,
    used            integer NOT NULL DEFAULT 0,
    starts_at       timestamptz,
    ends_at         timestamptz CHECK (ends_at > starts_at),
    active          boolean NOT NULL DEFAULT true,
    version         bigint NOT NULL DEFAULT 1,
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL,
    CONSTRAINT discounts_used_check CHECK (used BETWEEN 0 AND coalesce(usage_limit, 2147483647)),
    CHECK ((kind = 'percent') = (percent_bp IS NOT NULL)),
    CHECK ((kind = 'fixed') = (amount_minor IS NOT NULL)),
    CHECK ((amount_minor IS NULL AND minimum_minor = 0) OR currency IS NOT NULL)
);
CREATE UNIQUE INDEX discounts_code ON cart.discounts (code);

-- The codes that somebody has typed into a cart, in that order.
CREATE TABLE cart.cart_discounts (
    cart_id     uuid NOT NULL REFERENCES cart.carts (id) ON DELETE CASCADE,
    discount_id uuid NOT NULL REFERENCES cart.discounts (id) ON DELETE CASCADE,
    position    integer NOT NULL,
    PRIMARY KEY (cart_id, discount_id)
);
CREATE INDEX cart_discounts_discount ON cart.cart_discounts (discount_id);

-- Which orders have used a code. A row goes when its order ends unpaid.
CREATE TABLE cart.discount_uses (
    discount_id uuid NOT NULL REFERENCES cart.discounts (id),
    order_id    text NOT NULL CHECK (order_id ~ '^ord_[0-9a-f]{32}$'),
    buyer       text NOT NULL CHECK (length(buyer) BETWEEN 1 AND 100), -- user_… or the hash of a guest's e-mail address
    taken_minor bigint NOT NULL CHECK (taken_minor >= 0),
    used_at     timestamptz NOT NULL,
    PRIMARY KEY (discount_id, order_id)
);
CREATE INDEX discount_uses_order ON cart.discount_uses (order_id);
CREATE INDEX discount_uses_buyer ON cart.discount_uses (discount_id, buyer);

-- migrate:down
DROP SCHEMA cart CASCADE;
