// What the feeds of a site are to say, by its API.

// all reads a list to its end.
async function all(api, path) {
	const items = [];
	for (let cursor = ""; ; ) {
		const url = new URL(path, api);
		if (cursor) url.searchParams.set("cursor", cursor);
		const answer = await fetch(url);
		if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
		const page = await answer.json();
		items.push(...page.items);
		if (!(cursor = page.next_cursor ?? "")) return items;
	}
}

// beside tells whether a date is not of the rule, but beside it: RDATE.
const beside = (entry, o) => entry.rdates?.includes(o.recurrence) || (o.kept && !entry.exdates?.includes(o.recurrence)) || undefined;

// dates are those of an entry that a feed has: all that take place, and of what happens once and
// is cancelled that one too.
function dates(entry) {
	const once = !entry.rrule && !(entry.rdates?.length > 0);
	const time = (local, at) => (entry.all_day ? local : new Date(at).toISOString().slice(0, 19) + "Z");
	return entry.occurrences
		.filter((o) => o.status === "scheduled" || once)
		.map((o) => ({ uid: entry.uid, start: time(o.local_start, o.starts_at), end: time(o.local_end, o.ends_at), summary: o.title || entry.title, rdate: beside(entry, o) }));
}

// agree fails where the list of dates is not what the entries have.
function agree(entries, cards) {
	const key = (id, start, end, title) => `${id} ${new Date(start).toISOString()} ${new Date(end).toISOString()} ${title}`;
	const told = new Set(cards.map((c) => key(c.id, c.starts_at, c.ends_at, c.title)));
	const last = cards.length ? cards[cards.length - 1].starts_at : "";
	for (const e of entries) {
		for (const o of e.occurrences) {
			if (o.starts_at <= last && !told.has(key(o.id, o.starts_at, o.ends_at, o.title || e.title))) {
				throw new Error(`/v1/occurrences does not have ${o.id} of ${e.id}, which begins at ${o.starts_at}`);
			}
		}
	}
}

// modelOfSite is every feed of a site with its dates: of all calendars, of each, and of each entry
// that is not private. Dates are compared up to 23 months from now, for as long as a series
// certainly has them.
export async function modelOfSite(site, api) {
	const calendars = (await all(api, "/v1/calendars")).filter((c) => !c.archived);
	const entries = (await all(api, "/v1/entries?include=occurrences")).filter((e) => calendars.some((c) => c.id === e.calendar.id));
	agree(entries, await all(api, "/v1/occurrences"));
	const until = new Date();
	until.setUTCMonth(until.getUTCMonth() + 23);
	const feed = (path, list) => ({
		name: path, url: new URL(path, site).href, from: "2000-01-01", until: until.toISOString().slice(0, 10), dates: list.flatMap(dates),
	});
	return [
		feed("/ics/all.ics", entries),
		...calendars.map((c) => feed(`/ics/calendars/${c.slug}.ics`, entries.filter((e) => e.calendar.id === c.id))),
		...entries.filter((e) => !e.busy).map((e) => feed(`/ics/calendars/${e.calendar.slug}/${e.slug}.ics`, [e])),
	];
}
