-- migrate:up
-- A client that is disabled or deleted takes what it led to with it.
CREATE INDEX grants_client ON identity.grants (client_id);
CREATE INDEX consents_client ON identity.consents (client_id);
CREATE INDEX device_codes_client ON identity.device_codes (client_id);
CREATE INDEX ceremonies_expires ON identity.ceremonies (expires_at);

-- migrate:down
DROP INDEX identity.ceremonies_expires;
DROP INDEX identity.device_codes_client;
DROP INDEX identity.consents_client;
DROP INDEX identity.grants_client;
