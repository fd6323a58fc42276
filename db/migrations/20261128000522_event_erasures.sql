-- migrate:up
-- Who has had their data erased, as a hash that tells nothing: a request of theirs that was on
-- its way stores nothing new.
CREATE TABLE events.erased (user_hash bytea PRIMARY KEY CHECK (length(user_hash) = 32));

-- migrate:down
DROP TABLE events.erased;
