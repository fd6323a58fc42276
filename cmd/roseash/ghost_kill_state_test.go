// What a site has that follows a Ghost: whether it is sound, and how it differs from another.

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// walked tells whether somebody was killed who was comparing everything.
func (f *following) walked() bool {
	return f.migrated() && len(f.rows(`select lane from blog.ghost_lanes where lane in ('change', 'period', 'manual') and started_at > coalesce(finished_at, '-infinity')`)) > 0
}

// unsound are queries that find what must never be, however a process ended.
var unsound = map[string]string{
	"a post lacks tags or authors that it should have, or has others": `
		with wanted as (
			select p.id, g.ghost_id,
				(select coalesce(array_agg(r.object_id order by t.n), '{}') from jsonb_array_elements(g.data -> 'tags') with ordinality t(ref, n)
					join blog.ghost_objects r on r.kind = 'tag' and r.ghost_id = t.ref ->> 'id' and r.object_id is not null) as tags,
				(select coalesce(array_agg(r.object_id order by t.n), '{}') from jsonb_array_elements(g.data -> 'authors') with ordinality t(ref, n)
					join blog.ghost_objects r on r.kind = 'user' and r.ghost_id = t.ref ->> 'id' and r.object_id is not null) as authors
			from blog.posts p join blog.ghost_objects g on g.kind = 'post' and g.object_id = p.id)
		select ghost_id from wanted w
		where tags <> (select coalesce(array_agg(tag_id order by sort_order), '{}') from blog.post_tags where post_id = w.id)
			or authors <> (select coalesce(array_agg(author_id order by sort_order), '{}') from blog.post_authors where post_id = w.id)`,
	"a post refers to a tag or author that was never stored": `
		select g.ghost_id || ' ' || (t.ref ->> 'id') from blog.ghost_objects g, jsonb_array_elements(g.data -> 'tags' || (g.data -> 'authors')) t(ref)
		where g.kind = 'post' and not exists (select from blog.ghost_objects r where r.kind in ('tag', 'user') and r.ghost_id = t.ref ->> 'id')`,
	"an object is known and not stored": `
		select kind || ' ' || ghost_id from blog.ghost_objects g where deleted_at is null and kind <> 'settings' and not exists (
			select from blog.posts where id = object_id union all select from blog.tags where id = object_id union all select from blog.authors where id = object_id
			union all select from blog.tiers where id = object_id union all select from blog.newsletters where id = object_id union all select from blog.members where id = object_id)`,
	"a post of Ghost's is stored and not known": `
		select origin_id from blog.posts p where origin = 'ghost' and not exists (select from blog.ghost_objects where kind = 'post' and ghost_id = origin_id and object_id = p.id)`,
	"something is stored of what is deleted": `
		select g.ghost_id from blog.ghost_objects g join blog.posts p on p.origin_id = g.ghost_id where g.kind = 'post' and g.deleted_at is not null`,
	"a post counts as changed here": `select origin_id from blog.posts where version <> origin_version`,
	"a post was told of in turns that are none": `
		with told as (select data ->> 'id' as post, kind, lag(kind) over (partition by data ->> 'id' order by id) as before
			from bus.domain_events where kind in ('blog.post_published', 'blog.post_unpublished'))
		select post || ' ' || kind from told where kind = before or before is null and kind = 'blog.post_unpublished'`,
	"a public post was never told of, or one that is not public was": `
		with told as (select distinct on (data ->> 'id') right(data ->> 'id', 26) as post, kind from bus.domain_events
			where kind in ('blog.post_published', 'blog.post_unpublished') order by data ->> 'id', id desc)
		select format('%s public, %s told of', (select count(*) from blog.posts where is_public), count(*))
		from told where kind = 'blog.post_published' having count(*) <> (select count(*) from blog.posts where is_public)`,
	"a copy is known whose file is not kept": `
		select url from blog.ghost_media where address is not null and not exists (select from media.objects where address like '%' || hash || '%')`,
	"an address that somebody has is one that was left": `select l.path from blog.left_paths l join blog.posts p using (path)`,
}

// migrated is false where every process was killed before there was a schema.
func (f *following) migrated() bool {
	return len(f.rows(`select relname::text from pg_class where oid = to_regclass('blog.ghost_objects')`)) > 0
}

// sound fails where something is half stored.
func (f *following) sound() {
	f.t.Helper()
	if !f.migrated() {
		return
	}
	for what, query := range unsound {
		if found := f.rows(query); len(found) > 0 {
			f.t.Errorf("%s: %s", what, strings.Join(found[:min(len(found), 5)], ", "))
		}
	}
}

// expireLeases does what a minute does: nobody holds a file that a process was copying
// when it was killed, nor leads those that run the bus.
func (f *following) expireLeases() {
	if !f.migrated() {
		return
	}
	f.exec(`update blog.ghost_media set next_at = clock_timestamp() where address is null and attempts = 0;
		update river.river_leader set expires_at = clock_timestamp()`)
}

// waitingSQL finds what is still to be done.
const waitingSQL = `
	select format('%s jobs %s %s', count(*), kind, state) from river.river_job where state in ('available', 'running', 'retryable', 'pending') and kind like 'ghost.%' group by kind, state
	union all select format('%s events to build or to hand out', count(*)) from bus.domain_events where built_at is null or dispatched_at is null having count(*) > 0
	union all select format('%s files to copy', count(*)) from blog.ghost_media where address is null having count(*) > 0
	union all select format('%s uses of copied files', count(*)) from blog.ghost_media_uses having count(*) > 0`

// quiet waits until nothing is left to be done.
func (f *following) quiet() {
	f.t.Helper()
	f.until("nothing is left to be done", func() string {
		left := f.rows(waitingSQL)
		if len(left) > 0 {
			left = append(left, f.rows(`select to_jsonb(m)::text from blog.ghost_media m where address is null
				union all select to_jsonb(j)::text from river.river_job j where kind = 'ghost.media'`)...)
		}
		return strings.Join(left, "\n")
	})
}

// truthful fails where the lanes tell of something else than that all went well at last.
func (f *following) truthful() {
	f.t.Helper()
	f.until("the lanes tell of a sync that nobody disturbed", func() string {
		return strings.Join(f.rows(`
		select concat_ws(' ', lane, started_at, finished_at, succeeded_at, failed_at, error, missing) from blog.ghost_lanes
		where finished_at < started_at or failed_at >= coalesce(succeeded_at, '-infinity') and error <> 'it was interrupted'
			or lane = 'manual' and (finished_at <> succeeded_at or missing <> 0)
		union all select format('%s webhooks are not handled', count(*)) from blog.ghost_hooks where handled_at is null having count(*) > 0
		union all select 'there is no lane of it' where not exists (select from blog.ghost_lanes where lane = 'manual')`), "; ")
	})
	// Those that come again by the clock may be given up when their process is killed.
	if dead := f.rows(`select kind || ' ' || args || ' ' || coalesce(errors[array_upper(errors, 1)]::text, '') from river.river_job
		where state = 'discarded' and (kind in ('ghost.fetch', 'ghost.push') or kind like 'handle:%'
			or kind like 'ghost.%' and errors[array_upper(errors, 1)] ->> 'error' <> 'the process that worked on it is gone')`); len(dead) > 0 {
		f.t.Errorf("jobs were given up: %s", strings.Join(dead, "; "))
	}
}

// unlocked fails where a process that has ended left a lock, a session or a running job.
func (f *following) unlocked() {
	f.t.Helper()
	f.until("nobody holds anything", func() string {
		return strings.Join(f.rows(`
			select format('lock %s %s', classid, objid) from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
			union all select format('session %s', application_name) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'
			union all select format('job %s', kind) from river.river_job where state = 'running' and kind like 'ghost.%'`), ", ")
	})
}

// dumps are what a site has that follows a Ghost, by table: without ids and times of ours,
// and without Ghost's time of the last change, which is not compared either: somebody may
// change a thing and change it back.
var dumps = map[string]string{
	"posts": `select (to_jsonb(p) - '{id,version,origin_version,updated_at}'::text[]
		|| jsonb_build_object('tags', (select jsonb_agg(t.origin_id order by l.sort_order) from blog.post_tags l join blog.tags t on t.id = l.tag_id where l.post_id = p.id),
			'authors', (select jsonb_agg(a.origin_id order by l.sort_order) from blog.post_authors l join blog.authors a on a.id = l.author_id where l.post_id = p.id)))::text from blog.posts p`,
	"post_tags":    `select format('%s %s %s', p.origin_id, t.origin_id, sort_order) from blog.post_tags join blog.posts p on p.id = post_id join blog.tags t on t.id = tag_id`,
	"post_authors": `select format('%s %s %s', p.origin_id, a.origin_id, sort_order) from blog.post_authors join blog.posts p on p.id = post_id join blog.authors a on a.id = author_id`,
	"tags":         `select (to_jsonb(t) - '{id,created_at,updated_at}'::text[])::text from blog.tags t`,
	"authors":      `select (to_jsonb(a) - '{id,created_at,updated_at}'::text[])::text from blog.authors a`,
	"settings":     `select (to_jsonb(s) - '{version,updated_at}'::text[])::text from blog.settings s`,
	"tiers":        `select (to_jsonb(t) - '{id,updated_at}'::text[])::text from blog.tiers t`,
	"newsletters":  `select (to_jsonb(n) - '{id,updated_at}'::text[])::text from blog.newsletters n`,
	"members":      `select (to_jsonb(m) - '{id,updated_at}'::text[])::text from blog.members m`,
	"redirects":    `select to_jsonb(r)::text from blog.redirects r`,
	"ghost_objects": `select (to_jsonb(g) - '{object_id,applied_at,edited_at}'::text[] || jsonb_build_object('stored', object_id is not null, 'data', data - 'updated_at'))::text
		from blog.ghost_objects g where deleted_at is null`,
	"ghost_conflicts":  `select to_jsonb(c)::text from blog.ghost_conflicts c`,
	"ghost_media_uses": `select to_jsonb(u)::text from blog.ghost_media_uses u`,
	"ghost_media":      `select concat_ws(' ', url, address, width, height, next_at, error) from blog.ghost_media`,
	"files kept":       `select format('%s %s %s %s %s %s', hash, name, media_type, size, width, height) from media.objects`,
}

// grown are tables of which a site keeps more that has met the Ghost before.
var grown = []string{"ghost_media", "files kept"}

// historic are tables that tell what has been, which a twin does not know.
var historic = []string{"ghost_hooks", "ghost_lanes", "left_paths"}

// dump is everything that dumps name.
func (s place) dump() map[string][]string {
	s.t.Helper()
	for _, table := range s.rows(`select tablename::text from pg_tables where schemaname = 'blog'`) {
		if dumps[table] == "" && !slices.Contains(historic, table) {
			s.t.Fatalf("nobody compares blog.%s", table)
		}
	}
	all := map[string][]string{}
	for table, query := range dumps {
		lines := s.rows(query)
		slices.Sort(lines)
		all[table] = lines
	}
	return all
}

// compare fails where ours differs from the twin's.
func (f *following) compare(twin, ours map[string][]string) {
	f.t.Helper()
	if len(twin["posts"]) < 10 || len(twin["tags"]) == 0 || len(twin["ghost_media"]) == 0 || len(twin["files kept"]) == 0 {
		f.t.Fatalf("the twin has next to nothing: %d posts", len(twin["posts"]))
	}
	for table, want := range twin {
		got := ours[table]
		if slices.Contains(grown, table) {
			got = slices.DeleteFunc(slices.Clone(got), func(line string) bool {
				_, there := slices.BinarySearch(want, line)
				return !there
			})
		}
		if diff := cmp.Diff(want, got); diff != "" {
			f.t.Errorf("%s (-twin +killed):\n%s", table, fmt.Sprintf("%.6000s", diff))
		}
	}
}
