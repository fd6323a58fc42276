// Where a reader is known to be wrong, and what it says instead. Everything else must be equal,
// and what is here must be just as wrong: a reader that has been mended is taken off the table.
const hour = 3600_000;
const later = (instant, by) => new Date(new Date(instant).getTime() + by).toISOString().slice(0, 19) + "Z";

// always are the differences that any feed can show.
const always = [
	{
		reader: "node-ical", why: "it does not read RDATE (RFC 5545, 3.8.5.2)",
		expected: (d) => (d.rdate ? null : d),
	},
	{
		reader: "node-ical", why: "a backslash before an n is taken for a line end, though it is escaped (RFC 5545, 3.3.11)",
		expected: (d) => ({ ...d, summary: d.summary.replaceAll("\\n", "\\\n") }),
	},
	{
		reader: "khal", why: "the same, and the backslash is lost",
		expected: (d) => ({ ...d, summary: d.summary.replaceAll("\\n", "\n") }),
	},
	{
		reader: "khal", why: "what has no end lasts an hour, and not no time (RFC 5545, 3.6.1)",
		expected: (d) => (d.end === d.start ? { ...d, end: later(d.start, hour) } : d),
	},
	{
		reader: "libical", why: "blanks at the end of a text are lost",
		expected: (d) => ({ ...d, summary: d.summary.trimEnd() }),
	},
];

// cases are single dates of the samples, by UID and start: another start and end, or an end alone.
// What is wrong each time is how a local time that clocks skip, or show twice, becomes an instant
// (RFC 5545, 3.3.5), or that a series goes on as if its first date were where the gap has put it.
const cases = [
	["node-ical", "repeated", "2026-10-25T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:45:00Z"],
	["node-ical", "until-overlap", "2027-10-31T00:30:00Z", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z"],
	["libical", "gap", "2027-04-04T00:30:00Z", "2027-04-04T01:30:00Z", "2027-04-04T04:00:00Z"],
	["libical", "gap-first", "2027-03-21T06:30:00Z", "2027-03-21T07:30:00Z", "2027-03-21T08:30:00Z"],
	["libical", "gap-first", "2027-03-28T06:30:00Z", "2027-03-28T07:30:00Z", "2027-03-28T08:30:00Z"],
	["node-ical", "gap-first", "2027-03-21T06:30:00Z", "2027-03-21T07:30:00Z", "2027-03-21T08:30:00Z"],
	["node-ical", "gap-first", "2027-03-28T06:30:00Z", "2027-03-28T07:30:00Z", "2027-03-28T08:30:00Z"],
];

// besides are dates that libical has twice: it does not know that the one of the series and the
// one with a RECURRENCE-ID are the same, whose local time is in a gap.
const besides = [
	["libical", "gap", "2027-03-28T01:30:00Z", "2027-03-28T04:00:00Z"],
	["libical", "gap-first", "2027-03-14T07:30:00Z", "2027-03-14T08:30:00Z"],
];

// expected is what a reader is to find of a feed's dates.
export function expected(reader, dates) {
	const found = [];
	for (const date of dates) {
		let d = date;
		for (const difference of always) if (d && difference.reader === reader) d = difference.expected(d);
		if (!d) continue;
		const wrong = cases.find(([r, uid, start]) => r === reader && uid === date.uid && start === date.start);
		if (wrong) d = { ...d, start: wrong[3], end: wrong[4] };
		found.push(d);
	}
	for (const [r, uid, start, end] of besides) {
		const like = r === reader && found.find((d) => d.uid === uid);
		if (like) found.push({ ...like, start, end });
	}
	return found;
}
