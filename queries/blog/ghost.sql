-- What the sync with a Ghost has stored, and how its lanes are doing.

-- name: GhostObject :one
SELECT * FROM blog.ghost_objects WHERE kind = $1 AND ghost_id = $2;

-- name: LockGhostObject :one
SELECT * FROM blog.ghost_objects WHERE kind = $1 AND ghost_id = $2 FOR UPDATE;

-- name: PutGhostObject :exec
-- A thing that was deleted and has come back is stored as a new one.
INSERT INTO blog.ghost_objects AS g (kind, ghost_id, object_id, hash, data, url, edited_at, applied_at)
VALUES (@kind, @ghost_id, @object_id, @hash, @data, @url, @edited_at, @applied_at)
ON CONFLICT (kind, ghost_id) DO UPDATE SET
    object_id = excluded.object_id, hash = excluded.hash, data = excluded.data, url = excluded.url,
    edited_at = excluded.edited_at, applied_at = excluded.applied_at, deleted_at = NULL;

-- name: StampGhostObject :exec
-- What is stored is as it is in Ghost, but for the time of its last change.
UPDATE blog.ghost_objects SET edited_at = @edited_at WHERE kind = @kind AND ghost_id = @ghost_id;

-- name: BuryGhostObject :exec
UPDATE blog.ghost_objects SET object_id = NULL, data = NULL, url = NULL, deleted_at = @deleted_at, applied_at = @deleted_at
WHERE kind = @kind AND ghost_id = @ghost_id;

-- name: ForgetPostHashes :exec
-- The next walk brings these posts again, but not those that were changed here: something
-- that they name was taken from them, and Ghost may have it after all.
UPDATE blog.ghost_objects g SET hash = sha256('') FROM blog.posts p
WHERE g.kind = 'post' AND g.object_id = p.id AND p.id = ANY (@posts::uuid[]) AND p.version = p.origin_version;

-- name: GhostHashes :many
SELECT ghost_id, hash FROM blog.ghost_objects
WHERE kind = @kind AND ghost_id = ANY (@ghost_ids::text[]) AND deleted_at IS NULL;

-- name: GhostIDs :many
-- Everything of a kind that is not deleted.
SELECT ghost_id FROM blog.ghost_objects WHERE kind = $1 AND deleted_at IS NULL ORDER BY ghost_id;

-- name: GhostRefs :many
-- What some things of Ghost's are here.
SELECT ghost_id, object_id::uuid AS object_id FROM blog.ghost_objects
WHERE kind = @kind AND ghost_id = ANY (@ghost_ids::text[]) AND object_id IS NOT NULL;

-- name: GhostIDOf :one
-- What one of ours is in Ghost.
SELECT ghost_id FROM blog.ghost_objects WHERE kind = @kind AND object_id = @object_id::uuid;

-- name: GhostPaths :many
-- Where posts are here that Ghost has at some addresses.
SELECT g.url::text AS url, p.path FROM blog.ghost_objects g JOIN blog.posts p ON p.id = g.object_id
WHERE g.kind = 'post' AND g.url = ANY (@urls::text[]);

-- name: GhostPostsOfTag :many
-- The posts of Ghost's that carry a tag of Ghost's, or have had it when they were stored.
SELECT ghost_id FROM blog.ghost_objects
WHERE kind = 'post' AND data -> 'tags' @> jsonb_build_array(jsonb_build_object('id', @ghost_id::text))
ORDER BY ghost_id;

-- name: GhostPostsOfAuthor :many
SELECT ghost_id FROM blog.ghost_objects
WHERE kind = 'post' AND data -> 'authors' @> jsonb_build_array(jsonb_build_object('id', @ghost_id::text))
ORDER BY ghost_id;

-- name: DisplacedPosts :many
-- Posts that stand somewhere else than Ghost has them, for something was in the way.
SELECT g.ghost_id FROM blog.ghost_objects g JOIN blog.posts p ON p.id = g.object_id
WHERE g.kind = 'post' AND p.version = p.origin_version AND EXISTS (SELECT 1 FROM unnest(p.flags) f WHERE f LIKE 'stands at %' OR f LIKE 'is named %')
ORDER BY g.ghost_id;

-- name: PostsLinkingAside :many
-- Posts that link to one which stands somewhere else than Ghost has it, and do not lead there.
SELECT DISTINCT l.ghost_id FROM blog.ghost_objects g
JOIN blog.posts p ON p.id = g.object_id AND EXISTS (SELECT 1 FROM unnest(p.flags) f WHERE f LIKE 'stands at %')
JOIN blog.posts b ON b.id <> p.id AND (strpos(b.ghost_html, '"' || rtrim(g.url, '/') || '/') > 0 OR strpos(b.ghost_html, '"' || rtrim(g.url, '/') || '"') > 0)
JOIN blog.ghost_objects l ON l.kind = 'post' AND l.object_id = b.id
WHERE g.kind = 'post' AND g.url <> '' AND strpos(concat(b.html, b.document), '"' || p.path) = 0
ORDER BY l.ghost_id;

-- name: DisplacedTags :many
SELECT g.ghost_id FROM blog.ghost_objects g JOIN blog.tags t ON t.id = g.object_id
WHERE g.kind = 'tag' AND g.data ->> 'slug' <> t.slug
ORDER BY g.ghost_id;

-- name: DisplacedAuthors :many
SELECT g.ghost_id FROM blog.ghost_objects g JOIN blog.authors a ON a.id = g.object_id
WHERE g.kind = 'user' AND g.data ->> 'slug' <> a.slug
ORDER BY g.ghost_id;

-- name: OldRenderings :many
-- Posts that Ghost wrote whose body was made by an older renderer.
SELECT g.ghost_id FROM blog.ghost_objects g JOIN blog.posts p ON p.id = g.object_id
WHERE g.kind = 'post' AND p.ghost_html IS NOT NULL AND p.render_version < @render_version AND g.ghost_id > @after
ORDER BY g.ghost_id
LIMIT @max_rows;

-- name: WaitingHooks :one
-- Webhooks about one thing that nobody has acted on, that came before a moment.
SELECT count(*)::bigint AS count, coalesce(min(received_at), @before)::timestamptz AS oldest
FROM blog.ghost_hooks WHERE handled_at IS NULL AND ghost_id = @ghost_id::text AND received_at <= @before;

-- name: HandleHooks :exec
UPDATE blog.ghost_hooks SET handled_at = @handled_at
WHERE handled_at IS NULL AND ghost_id = @ghost_id::text AND received_at <= @before;

-- name: WaitingChanges :one
-- The webhooks site.changed that no walk has followed.
SELECT count(*)::bigint AS count, coalesce(min(received_at), @now)::timestamptz AS first, coalesce(max(received_at), @now)::timestamptz AS last
FROM blog.ghost_hooks WHERE handled_at IS NULL AND ghost_id IS NULL AND received_at <= @now;

-- name: HandleAllHooks :exec
-- A walk that has met everything has done what all webhooks before it asked for.
UPDATE blog.ghost_hooks SET handled_at = @handled_at WHERE handled_at IS NULL AND received_at <= @before;

-- name: HandleChanges :exec
-- A walk that left things behind has done only what site.changed asks for.
UPDATE blog.ghost_hooks SET handled_at = @handled_at WHERE handled_at IS NULL AND ghost_id IS NULL AND received_at <= @before;

-- name: StartLane :exec
INSERT INTO blog.ghost_lanes (lane, started_at) VALUES (@lane, @started_at)
ON CONFLICT (lane) DO UPDATE SET started_at = excluded.started_at;

-- name: InterruptLanes :exec
-- Lanes that began and never ended; whoever asks knows that nobody is at work in them.
UPDATE blog.ghost_lanes SET finished_at = @at::timestamptz, failed_at = @at, error = @error
WHERE lane = ANY (@lanes::text[]) AND started_at > coalesce(finished_at, '-infinity');

-- name: EndLane :exec
-- Several may end at once, and the later one be written first.
INSERT INTO blog.ghost_lanes AS l (lane, started_at, finished_at, succeeded_at, failed_at, error, took_ms, seen, changed, missing)
VALUES (@lane, @at::timestamptz, @at, CASE WHEN @error::text = '' THEN @at::timestamptz END, CASE WHEN @error <> '' THEN @at::timestamptz END, @error, @took_ms, @seen, @changed, @missing)
ON CONFLICT (lane) DO UPDATE SET
    finished_at = greatest(l.finished_at, excluded.finished_at), succeeded_at = greatest(l.succeeded_at, excluded.succeeded_at),
    failed_at = greatest(l.failed_at, excluded.failed_at), error = CASE WHEN excluded.failed_at IS NULL THEN l.error ELSE excluded.error END,
    took_ms = excluded.took_ms, seen = excluded.seen, changed = excluded.changed, missing = excluded.missing;

-- name: PutConflict :exec
-- Theirs is null where Ghost has deleted the post.
INSERT INTO blog.ghost_conflicts (post_id, theirs, found_at) VALUES (@post_id, @theirs, @found_at)
ON CONFLICT (post_id) DO UPDATE SET theirs = excluded.theirs;

-- name: FlagPost :exec
-- A flag alone is no new version: nobody edits it.
UPDATE blog.posts SET flags = array_append(flags, @flag::text) WHERE id = @id AND NOT @flag::text = ANY (flags);
