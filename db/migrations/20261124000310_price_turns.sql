-- migrate:up
-- When a price begins or ends after the transaction that planned it: what the turn
-- job looks at, and deletes when it is done. A variant that is gone, and a price
-- that is no longer planned, are met and passed by; no key leads to them, because
-- the job holds a row here before it waits for a product.
CREATE TABLE market.price_turns (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    variant_id uuid NOT NULL,
    at         timestamptz NOT NULL
);
CREATE INDEX price_turns_at ON market.price_turns (at);

-- Of stock, a reader of lists sees whether as much is there as can be ordered.
CREATE FUNCTION market.note_availability() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE product uuid;
BEGIN
    SELECT v.product_id INTO product FROM market.variants v
    WHERE v.id = NEW.variant_id
        AND (OLD.on_hand - OLD.reserved >= v.order_min) <> (NEW.on_hand - NEW.reserved >= v.order_min);
    IF FOUND THEN PERFORM market.note_change(product); END IF;
    RETURN NULL;
END $$;
DROP TRIGGER note_change ON market.stock;
CREATE TRIGGER note_change AFTER UPDATE ON market.stock FOR EACH ROW
    WHEN (OLD.on_hand - OLD.reserved <> NEW.on_hand - NEW.reserved) EXECUTE FUNCTION market.note_availability();

-- migrate:down
DROP TRIGGER note_change ON market.stock;
CREATE TRIGGER note_change AFTER UPDATE ON market.stock FOR EACH ROW
    WHEN ((OLD.on_hand - OLD.reserved > 0) <> (NEW.on_hand - NEW.reserved > 0)) EXECUTE FUNCTION market.note_changed_row();
DROP FUNCTION market.note_availability;
DROP TABLE market.price_turns;
