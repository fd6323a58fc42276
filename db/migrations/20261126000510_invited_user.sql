-- migrate:up
-- A one-time link that the operator makes lets in a user who is there already: user_id. Its
-- address is only shown; it proves nothing about who reads mail there.
ALTER TABLE identity.invitations ADD COLUMN user_id uuid REFERENCES identity.users ON DELETE CASCADE;
CREATE INDEX invitations_user ON identity.invitations (user_id) WHERE user_id IS NOT NULL;

-- migrate:down
DROP INDEX identity.invitations_user;
ALTER TABLE identity.invitations DROP COLUMN user_id;
