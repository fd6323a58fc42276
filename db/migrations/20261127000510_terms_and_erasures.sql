-- migrate:up
-- Orders of people who have had their data erased while there was business left to do with
-- them: the rest is erased when that ends.
CREATE TABLE orders.erasures (
    order_id uuid PRIMARY KEY REFERENCES orders.orders (id) ON DELETE CASCADE,
    asked_at timestamptz NOT NULL
);

-- Every version of the words that people agree to: orders name theirs, and it stays.
CREATE TABLE orders.terms (
    version      bigint PRIMARY KEY,
    terms        text NOT NULL,
    cancellation text NOT NULL,
    since        timestamptz NOT NULL
);
INSERT INTO orders.terms SELECT version, terms, cancellation, updated_at FROM orders.settings;
CREATE FUNCTION orders.keep_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders.terms VALUES (NEW.version, NEW.terms, NEW.cancellation, NEW.updated_at);
    RETURN NULL;
END $$;
CREATE TRIGGER keep_terms AFTER UPDATE ON orders.settings FOR EACH ROW
    WHEN (OLD.version <> NEW.version) EXECUTE FUNCTION orders.keep_terms();
CREATE FUNCTION orders.new_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'other terms are another version' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER new_words BEFORE UPDATE ON orders.settings FOR EACH ROW
    WHEN (OLD.version = NEW.version AND (OLD.terms, OLD.cancellation) IS DISTINCT FROM (NEW.terms, NEW.cancellation))
    EXECUTE FUNCTION orders.new_words();
CREATE TRIGGER keep_row BEFORE UPDATE OR DELETE ON orders.terms FOR EACH ROW EXECUTE FUNCTION orders.keep_row();

-- migrate:down
DROP TRIGGER new_words ON orders.settings;
DROP TRIGGER keep_terms ON orders.settings;
DROP TABLE orders.terms;
DROP FUNCTION orders.new_words();
DROP FUNCTION orders.keep_terms();
DROP TABLE orders.erasures;
