-- migrate:up
-- What a picture of the catalogue in memory needs besides.

-- The names of terms are in it too. A term is noted by its own id: no product has it.
CREATE FUNCTION market.note_term() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM market.note_change(CASE TG_OP WHEN 'DELETE' THEN OLD.id ELSE NEW.id END);
    RETURN NULL;
END $$;
CREATE TRIGGER note_change AFTER INSERT OR DELETE ON market.terms FOR EACH ROW EXECUTE FUNCTION market.note_term();
CREATE TRIGGER note_renamed AFTER UPDATE ON market.terms
    FOR EACH ROW WHEN ((OLD.slug, OLD.name) IS DISTINCT FROM (NEW.slug, NEW.name)) EXECUTE FUNCTION market.note_term();
INSERT INTO market.changes SELECT id, pg_current_xact_id() FROM market.terms;

-- Stock that begins with something in it, as a copy from elsewhere does.
CREATE TRIGGER note_begun AFTER INSERT ON market.stock
    FOR EACH ROW WHEN (NEW.on_hand > 0) EXECUTE FUNCTION market.note_changed_row();

-- What is known to be free, as bits: the first for celery, and on in the order in
-- which the fourteen are always listed.
CREATE FUNCTION market.free_bits(allergens jsonb) RETURNS integer LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT CASE WHEN allergens = '{}' THEN 0 ELSE
          CASE WHEN allergens -> 'celery' ->> 'state' = 'free' THEN 1 ELSE 0 END
        | CASE WHEN allergens -> 'gluten' ->> 'state' = 'free' THEN 2 ELSE 0 END
        | CASE WHEN allergens -> 'crustaceans' ->> 'state' = 'free' THEN 4 ELSE 0 END
        | CASE WHEN allergens -> 'eggs' ->> 'state' = 'free' THEN 8 ELSE 0 END
        | CASE WHEN allergens -> 'fish' ->> 'state' = 'free' THEN 16 ELSE 0 END
        | CASE WHEN allergens -> 'lupin' ->> 'state' = 'free' THEN 32 ELSE 0 END
        | CASE WHEN allergens -> 'milk' ->> 'state' = 'free' THEN 64 ELSE 0 END
        | CASE WHEN allergens -> 'molluscs' ->> 'state' = 'free' THEN 128 ELSE 0 END
        | CASE WHEN allergens -> 'mustard' ->> 'state' = 'free' THEN 256 ELSE 0 END
        | CASE WHEN allergens -> 'nuts' ->> 'state' = 'free' THEN 512 ELSE 0 END
        | CASE WHEN allergens -> 'peanuts' ->> 'state' = 'free' THEN 1024 ELSE 0 END
        | CASE WHEN allergens -> 'sesame' ->> 'state' = 'free' THEN 2048 ELSE 0 END
        | CASE WHEN allergens -> 'soya' ->> 'state' = 'free' THEN 4096 ELSE 0 END
        | CASE WHEN allergens -> 'sulphites' ->> 'state' = 'free' THEN 8192 ELSE 0 END
    END
$$;

-- migrate:down
DROP FUNCTION market.free_bits;
DROP TRIGGER note_begun ON market.stock;
DROP TRIGGER note_renamed ON market.terms;
DROP TRIGGER note_change ON market.terms;
DROP FUNCTION market.note_term;
