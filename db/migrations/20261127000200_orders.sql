-- migrate:up
-- Orders, their payments and what became of both.
CREATE SCHEMA orders;

-- What is said on invoices and agreed to at checkout; one row.
CREATE TABLE orders.settings (
    one                boolean PRIMARY KEY DEFAULT true CHECK (one),
    business_name      text NOT NULL DEFAULT '' CHECK (length(business_name) <= 200),
    business_address   text NOT NULL DEFAULT '' CHECK (length(business_address) <= 500),
    vat_number         text NOT NULL DEFAULT '' CHECK (length(vat_number) <= 30),
    company_number     text NOT NULL DEFAULT '' CHECK (length(company_number) <= 30),
    contact            text NOT NULL DEFAULT '' CHECK (length(contact) <= 200), -- where to complain: an address or a telephone number
    terms              text NOT NULL DEFAULT '' CHECK (length(terms) <= 20000), -- Markdown
    cancellation       text NOT NULL DEFAULT '' CHECK (length(cancellation) <= 20000), -- Markdown: the right to cancel, and what it is not for
    invoice_prefix     text NOT NULL DEFAULT '' CHECK (invoice_prefix ~ '^[A-Z0-9-]{0,10}$'),
    version            bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    updated_at         timestamptz NOT NULL
);
INSERT INTO orders.settings (updated_at) VALUES (shared.clock());

-- How goods reach people.
CREATE TABLE orders.delivery_methods (
    id           uuid PRIMARY KEY,
    name         text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    kind         text NOT NULL CHECK (kind IN ('collection', 'delivery')), -- delivery takes an address
    place        text NOT NULL DEFAULT '' CHECK (length(place) <= 300), -- where goods are collected
    instructions text NOT NULL DEFAULT '' CHECK (length(instructions) <= 1000),
    fee_minor    bigint NOT NULL DEFAULT 0 CHECK (fee_minor BETWEEN 0 AND 99999999),
    free_from_minor bigint CHECK (free_from_minor > 0), -- no fee from this sum of goods on
    currency     text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    postcodes    text[] NOT NULL DEFAULT '{}' CHECK (cardinality(postcodes) <= 200), -- beginnings: 'HX7'; none: anywhere
    active       boolean NOT NULL DEFAULT true,
    sort_order   integer NOT NULL DEFAULT 0,
    version      bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL
);

-- Ordering windows: between opening and closing one may order for its slots.
CREATE TABLE orders.windows (
    id         uuid PRIMARY KEY,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 120),
    opens_at   timestamptz NOT NULL,
    closes_at  timestamptz NOT NULL CHECK (closes_at > opens_at),
    active     boolean NOT NULL DEFAULT true,
    version    bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX windows_closes ON orders.windows (closes_at);
CREATE TABLE orders.slots (
    id          uuid PRIMARY KEY,
    window_id   uuid NOT NULL REFERENCES orders.windows (id) ON DELETE CASCADE,
    delivery_id uuid NOT NULL REFERENCES orders.delivery_methods (id),
    starts_at   timestamptz NOT NULL,
    ends_at     timestamptz NOT NULL CHECK (ends_at > starts_at),
    capacity    integer CHECK (capacity > 0), -- orders; null: any number
    taken       integer NOT NULL DEFAULT 0,
    UNIQUE (window_id, delivery_id, starts_at),
    CONSTRAINT slots_taken_check CHECK (taken BETWEEN 0 AND coalesce(capacity, 2147483647))
);
CREATE INDEX slots_delivery ON orders.slots (delivery_id);

-- An order: three axes, status, payment_status and fulfilment_status. What was bought is a
-- picture of its moment: nothing of it follows the shop later.
CREATE TABLE orders.orders (
    id                 uuid PRIMARY KEY,
    reference          text NOT NULL CHECK (reference ~ '^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$'), -- for people: random, Crockford's base 32
    channel            text NOT NULL CHECK (channel IN ('web', 'counter')),
    cart_id            text CHECK (cart_id ~ '^cart_[0-9a-f]{32}$'),
    user_id            text CHECK (user_id ~ '^user_[0-9a-f]{32}$'), -- null: a guest
    name               text NOT NULL DEFAULT '' CHECK (length(name) <= 120),
    email              text NOT NULL DEFAULT '' CHECK (length(email) <= 254),
    phone              text NOT NULL DEFAULT '' CHECK (length(phone) <= 40),
    address            jsonb, -- of delivery
    note               text NOT NULL DEFAULT '' CHECK (length(note) <= 1000),
    status             text NOT NULL CHECK (status IN ('pending_payment', 'paid', 'part_fulfilled', 'fulfilled', 'cancelled', 'expired')),
    payment_status     text NOT NULL CHECK (payment_status IN ('unpaid', 'review', 'paid', 'part_refunded', 'refunded')),
    fulfilment_status  text NOT NULL CHECK (fulfilment_status IN ('unfulfilled', 'picking', 'ready', 'part_fulfilled', 'fulfilled')),
    currency           text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    gross_minor        bigint NOT NULL CHECK (gross_minor >= 0),
    discount_minor     bigint NOT NULL CHECK (discount_minor BETWEEN 0 AND gross_minor),
    deposit_minor      bigint NOT NULL CHECK (deposit_minor >= 0),
    delivery_minor     bigint NOT NULL CHECK (delivery_minor >= 0),
    total_minor        bigint NOT NULL CONSTRAINT orders_total_check CHECK (total_minor = gross_minor - discount_minor + deposit_minor + delivery_minor),
    vat                jsonb NOT NULL, -- contract.VATShare, by rate
    discounts          jsonb NOT NULL DEFAULT '[]', -- contract.Discount
    paid_minor         bigint NOT NULL DEFAULT 0 CHECK (paid_minor >= 0), -- money that came in for it
    refunded_minor     bigint NOT NULL DEFAULT 0, -- of it, what went back
    delivery           jsonb NOT NULL DEFAULT '{}', -- the method and the slot as they were
    delivery_id        uuid REFERENCES orders.delivery_methods (id) ON DELETE SET NULL,
    slot_id            uuid REFERENCES orders.slots (id) ON DELETE SET NULL,
    editable_until     timestamptz, -- the window's close; null: until it is picked
    terms_version      bigint, -- of orders.settings
    accepted           jsonb NOT NULL DEFAULT '{}', -- what was agreed to, when, in which words' hash
    version            bigint NOT NULL DEFAULT 1 CHECK (version > 0),
    placed_at          timestamptz NOT NULL,
    expires_at         timestamptz, -- of what is reserved, while nothing is paid
    paid_at            timestamptz,
    ready_at           timestamptz,
    fulfilled_at       timestamptz,
    ended_at           timestamptz, -- cancelled or expired
    updated_at         timestamptz NOT NULL,
    CONSTRAINT orders_refunded_check CHECK (refunded_minor BETWEEN 0 AND paid_minor),
    CONSTRAINT orders_paid_check CHECK ((payment_status IN ('unpaid', 'review')) = (paid_at IS NULL)),
    CONSTRAINT orders_paid_before CHECK (status IN ('pending_payment', 'cancelled', 'expired') OR paid_at IS NOT NULL)
);
CREATE UNIQUE INDEX orders_reference ON orders.orders (reference);
-- One order a cart, but for those that ended unpaid and gave it back.
CREATE UNIQUE INDEX orders_cart ON orders.orders (cart_id) WHERE status NOT IN ('cancelled', 'expired');
CREATE INDEX orders_user ON orders.orders (user_id, placed_at DESC, id DESC) WHERE user_id IS NOT NULL;
CREATE INDEX orders_placed ON orders.orders (placed_at DESC, id DESC);
CREATE INDEX orders_open ON orders.orders (placed_at) WHERE status IN ('pending_payment', 'paid', 'part_fulfilled');
CREATE INDEX orders_slot ON orders.orders (slot_id);
CREATE INDEX orders_delivery ON orders.orders (delivery_id);
CREATE INDEX orders_email ON orders.orders (lower(email));

-- No way leads back: what is cancelled stays so, what was refunded is not paid again.
-- A payment that comes after the end (expired -> paid) is the one exception.
CREATE FUNCTION orders.keep_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.status = NEW.status OR (OLD.status, NEW.status) IN (
        ('pending_payment', 'paid'), ('pending_payment', 'cancelled'), ('pending_payment', 'expired'), ('expired', 'paid'),
        ('paid', 'part_fulfilled'), ('paid', 'fulfilled'), ('paid', 'cancelled'),
        ('part_fulfilled', 'fulfilled'), ('part_fulfilled', 'cancelled')))
    OR NOT (OLD.payment_status = NEW.payment_status OR (OLD.payment_status, NEW.payment_status) IN (
        ('unpaid', 'review'), ('review', 'unpaid'), ('unpaid', 'paid'), ('review', 'paid'),
        ('paid', 'part_refunded'), ('paid', 'refunded'), ('part_refunded', 'refunded')))
    OR NEW.paid_minor < OLD.paid_minor OR NEW.refunded_minor < OLD.refunded_minor
    OR (NEW.id, NEW.reference, NEW.channel, NEW.currency, NEW.placed_at) IS DISTINCT FROM (OLD.id, OLD.reference, OLD.channel, OLD.currency, OLD.placed_at) THEN
        RAISE EXCEPTION 'an order does not go from %/% to %/%', OLD.status, OLD.payment_status, NEW.status, NEW.payment_status USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_order BEFORE UPDATE ON orders.orders FOR EACH ROW EXECUTE FUNCTION orders.keep_order();

CREATE TABLE orders.order_lines (
    id             uuid PRIMARY KEY,
    order_id       uuid NOT NULL REFERENCES orders.orders (id) ON DELETE CASCADE,
    position       integer NOT NULL,
    kind           text NOT NULL CHECK (kind IN ('product', 'ticket', 'booking')),
    thing          text NOT NULL CHECK (length(thing) BETWEEN 1 AND 100),
    offer          jsonb NOT NULL, -- contract.Offer as it was: name, price, VAT, allergens, the label's hash
    ordered        bigint NOT NULL CHECK (ordered BETWEEN 1 AND 1000000), -- as it was bought
    quantity       bigint NOT NULL CHECK (quantity BETWEEN 0 AND ordered), -- still wanted and to be had: edits and short picks lower it
    fulfilled      bigint NOT NULL DEFAULT 0,
    note           text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    gross_minor    bigint NOT NULL CHECK (gross_minor >= 0), -- of what was ordered, as the three below
    discount_minor bigint NOT NULL CHECK (discount_minor BETWEEN 0 AND gross_minor),
    net_minor      bigint NOT NULL CHECK (net_minor = gross_minor - discount_minor),
    deposit_minor  bigint NOT NULL CHECK (deposit_minor >= 0),
    vat_minor      bigint NOT NULL CHECK (vat_minor >= 0),
    refunded_minor bigint NOT NULL DEFAULT 0 CHECK (refunded_minor BETWEEN 0 AND net_minor + deposit_minor),
    UNIQUE (order_id, position),
    UNIQUE (order_id, kind, thing),
    CONSTRAINT order_lines_fulfilled_check CHECK (fulfilled BETWEEN 0 AND quantity)
);

-- Attempts to pay. One at most may still be paid; a new one is made only when the last
-- one's deactivation is known to have held.
CREATE TABLE orders.payment_attempts (
    id             uuid PRIMARY KEY,
    order_id       uuid NOT NULL REFERENCES orders.orders (id) ON DELETE CASCADE,
    number         integer NOT NULL CHECK (number > 0), -- within the order
    provider       text NOT NULL DEFAULT 'sumup' CHECK (provider IN ('sumup', 'cash', 'card_reader', 'none')),
    reference      text NOT NULL CHECK (reference ~ '^[0-9A-Z]{26}$'), -- checkout_reference: ours, random
    provider_id    text CHECK (length(provider_id) BETWEEN 1 AND 100), -- SumUp's id of the checkout
    status         text NOT NULL CHECK (status IN ('creating', 'open', 'paid', 'closed', 'mismatch')), -- closed: known not to be payable any more
    amount_minor   bigint NOT NULL CHECK (amount_minor >= 0),
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    hosted_url     text NOT NULL DEFAULT '' CHECK (length(hosted_url) <= 500),
    provider_status text NOT NULL DEFAULT '' CHECK (length(provider_status) <= 30), -- as it was last seen: PENDING, FAILED, …
    valid_until    timestamptz NOT NULL, -- SumUp's checkout ends then
    verify_due     timestamptz, -- when SumUp is asked next; null: not again
    verify_cause   text NOT NULL DEFAULT 'poll' CHECK (verify_cause IN ('poll', 'webhook', 'return')), -- why it is asked then
    verify_tries   integer NOT NULL DEFAULT 0,
    fault          text NOT NULL DEFAULT '' CHECK (length(fault) <= 100), -- why it could not be asked last, in a word: unavailable, …
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    settled_at     timestamptz,
    UNIQUE (order_id, number),
    CHECK (provider <> 'sumup' OR status NOT IN ('creating', 'open') OR verify_due IS NOT NULL)
);
CREATE UNIQUE INDEX payment_attempts_reference ON orders.payment_attempts (reference);
CREATE UNIQUE INDEX payment_attempts_provider ON orders.payment_attempts (provider, provider_id) WHERE provider_id IS NOT NULL;
CREATE UNIQUE INDEX payment_attempts_live ON orders.payment_attempts (order_id) WHERE status IN ('creating', 'open');
CREATE INDEX payment_attempts_due ON orders.payment_attempts (verify_due) WHERE verify_due IS NOT NULL;

-- Money that moved, as the provider counts it; it stays as it is. Payments are above zero,
-- refunds and fees below. This is what is compared with SumUp every night.
CREATE TABLE orders.ledger (
    id             uuid PRIMARY KEY,
    provider       text NOT NULL CHECK (provider IN ('sumup', 'cash', 'card_reader')),
    transaction_id text NOT NULL CHECK (length(transaction_id) BETWEEN 1 AND 100),
    kind           text NOT NULL CHECK (kind IN ('payment', 'refund', 'chargeback')),
    sequence       integer NOT NULL DEFAULT 0 CHECK (sequence >= 0), -- of refunds of one payment: 0, 1, …
    order_id       uuid REFERENCES orders.orders (id),
    attempt_id     uuid REFERENCES orders.payment_attempts (id),
    refund_id      uuid,
    amount_minor   bigint NOT NULL CHECK ((kind = 'payment') = (amount_minor > 0) AND amount_minor <> 0),
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    at             timestamptz NOT NULL, -- at the provider
    recorded_at    timestamptz NOT NULL,
    UNIQUE (provider, transaction_id, kind, sequence)
);
CREATE INDEX ledger_order ON orders.ledger (order_id);
CREATE INDEX ledger_attempt ON orders.ledger (attempt_id);
CREATE INDEX ledger_at ON orders.ledger (at);

CREATE TABLE orders.refunds (
    id             uuid PRIMARY KEY,
    order_id       uuid NOT NULL REFERENCES orders.orders (id) ON DELETE CASCADE,
    provider       text NOT NULL CHECK (provider IN ('sumup', 'cash', 'card_reader')),
    transaction_id text NOT NULL CHECK (length(transaction_id) BETWEEN 1 AND 100), -- of the payment that goes back
    amount_minor   bigint NOT NULL CHECK (amount_minor > 0),
    currency       text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    reason         text NOT NULL CHECK (reason IN ('requested', 'cancelled', 'short', 'edited', 'late_payment', 'paid_twice', 'mismatch', 'outside')),
    note           text NOT NULL DEFAULT '' CHECK (length(note) <= 500),
    lines          jsonb NOT NULL DEFAULT '[]', -- how much of it is for which line, and for delivery
    status         text NOT NULL CHECK (status IN ('requested', 'sending', 'unknown', 'done', 'failed')),
    before_minor   bigint NOT NULL DEFAULT 0, -- what SumUp had refunded of the payment when this one was first sent
    due            timestamptz, -- when it is looked at next
    tries          integer NOT NULL DEFAULT 0,
    fault          text NOT NULL DEFAULT '' CHECK (length(fault) <= 100),
    actor          text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100),
    created_at     timestamptz NOT NULL,
    done_at        timestamptz,
    CHECK ((status = 'done') = (done_at IS NOT NULL)),
    CHECK ((status IN ('requested', 'sending', 'unknown')) = (due IS NOT NULL))
);
-- One at a time is on its way of a payment, so that what SumUp says of it can be read.
CREATE UNIQUE INDEX refunds_sending ON orders.refunds (provider, transaction_id) WHERE status IN ('sending', 'unknown');
CREATE INDEX refunds_order ON orders.refunds (order_id);
CREATE INDEX refunds_due ON orders.refunds (due) WHERE due IS NOT NULL;

-- What happened to an order, by whom and why. Replayed in order, after rebuilds its state.
CREATE TABLE orders.order_events (
    order_id    uuid NOT NULL REFERENCES orders.orders (id) ON DELETE CASCADE,
    sequence    integer NOT NULL CHECK (sequence > 0),
    kind        text NOT NULL CHECK (kind ~ '^[a-z]+(\.[a-z_]+)*$'), -- placed, paid, refund.done, …
    actor       text NOT NULL CHECK (length(actor) BETWEEN 1 AND 100), -- user_…, guest, shop, sumup, system
    cause       text NOT NULL CHECK (length(cause) BETWEEN 1 AND 200), -- request req_…, webhook, poll, night, expiry
    before_hash bytea CHECK (length(before_hash) = 32), -- SHA-256 of the state before; null: there was none
    after_hash  bytea NOT NULL CHECK (length(after_hash) = 32),
    after       jsonb NOT NULL, -- the state: the three axes, sums, quantities
    details     jsonb NOT NULL DEFAULT '{}',
    at          timestamptz NOT NULL,
    PRIMARY KEY (order_id, sequence)
);
CREATE FUNCTION orders.keep_row() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of % stays as it is', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_row BEFORE UPDATE ON orders.order_events FOR EACH ROW EXECUTE FUNCTION orders.keep_row();
CREATE TRIGGER keep_row BEFORE UPDATE OR DELETE ON orders.ledger FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

-- Numbers without gaps: the row is the last that a transaction locks.
CREATE TABLE orders.counters (
    name  text PRIMARY KEY CHECK (name IN ('invoice', 'credit_note')),
    value bigint NOT NULL DEFAULT 0 CHECK (value >= 0)
);
INSERT INTO orders.counters (name) VALUES ('invoice'), ('credit_note');

-- Invoices, and credit notes for what went back: documents as they were issued.
CREATE TABLE orders.documents (
    kind      text NOT NULL CHECK (kind IN ('invoice', 'credit_note')),
    number    bigint NOT NULL CHECK (number > 0),
    order_id  uuid NOT NULL REFERENCES orders.orders (id),
    refund_id uuid REFERENCES orders.refunds (id),
    data      jsonb NOT NULL,
    issued_at timestamptz NOT NULL,
    PRIMARY KEY (kind, number),
    CHECK ((kind = 'credit_note') = (refund_id IS NOT NULL))
);
CREATE UNIQUE INDEX documents_invoice ON orders.documents (order_id) WHERE kind = 'invoice';
CREATE UNIQUE INDEX documents_credit_note ON orders.documents (refund_id);
CREATE INDEX documents_order ON orders.documents (order_id);
CREATE INDEX documents_issued ON orders.documents (issued_at);
CREATE TRIGGER keep_row BEFORE UPDATE OR DELETE ON orders.documents FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

-- Comparing the ledger with SumUp's.
CREATE TABLE orders.reconciliations (
    id          uuid PRIMARY KEY,
    from_at     timestamptz NOT NULL,
    to_at       timestamptz NOT NULL CHECK (to_at > from_at),
    status      text NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    seen        integer NOT NULL DEFAULT 0, -- transactions of SumUp's
    ours_minor  bigint NOT NULL DEFAULT 0, -- payments less refunds within the time
    theirs_minor bigint NOT NULL DEFAULT 0,
    found       integer NOT NULL DEFAULT 0, -- differences
    fault       text NOT NULL DEFAULT '' CHECK (length(fault) <= 100),
    started_at  timestamptz NOT NULL,
    ended_at    timestamptz
);
CREATE TABLE orders.differences (
    id             uuid PRIMARY KEY,
    kind           text NOT NULL CHECK (kind IN ('payment_missed', 'foreign_payment', 'refund_outside', 'amount', 'missing_there', 'chargeback', 'paid_mismatch', 'paid_twice', 'refund_failed')),
    provider       text NOT NULL DEFAULT 'sumup',
    transaction_id text NOT NULL CHECK (length(transaction_id) BETWEEN 1 AND 100), -- or SumUp's id of the checkout
    order_id       uuid REFERENCES orders.orders (id) ON DELETE SET NULL,
    ours_minor     bigint,
    theirs_minor   bigint,
    currency       text NOT NULL DEFAULT '',
    details        jsonb NOT NULL DEFAULT '{}', -- in our words
    found_at       timestamptz NOT NULL,
    seen_at        timestamptz NOT NULL, -- when it was last found
    resolved_at    timestamptz,
    resolved_by    text NOT NULL DEFAULT '' CHECK (length(resolved_by) <= 100),
    resolution     text NOT NULL DEFAULT '' CHECK (length(resolution) <= 500),
    CHECK ((resolved_at IS NULL) = (resolved_by = ''))
);
CREATE UNIQUE INDEX differences_one ON orders.differences (provider, kind, transaction_id) WHERE resolved_at IS NULL;
CREATE INDEX differences_found ON orders.differences (found_at DESC, id DESC);
CREATE INDEX differences_order ON orders.differences (order_id);

-- What SumUp says of fees and payouts, for the month's files.
CREATE TABLE orders.payouts (
    id             text PRIMARY KEY, -- SumUp's
    payout_date    date NOT NULL,
    kind           text NOT NULL CHECK (length(kind) <= 50), -- PAYOUT, REFUND_DEDUCTION, …
    transaction_code text NOT NULL DEFAULT '',
    reference      text NOT NULL DEFAULT '',
    amount_minor   bigint NOT NULL,
    fee_minor      bigint NOT NULL,
    currency       text NOT NULL,
    status         text NOT NULL DEFAULT '',
    recorded_at    timestamptz NOT NULL
);
CREATE INDEX payouts_date ON orders.payouts (payout_date);

-- migrate:down
DROP SCHEMA orders CASCADE;
