// Dates of a feed by ical.js and by node-ical: UID, start, end and summary of each that begins
// from one day on and before another. Instants are in UTC, whole days are dates.
import ICAL from "ical.js";
import nodeICAL from "node-ical";

const instant = (date) => date.toISOString().slice(0, 19) + "Z";

// ical.js is given the file's own time zones, and none that it knows from elsewhere.
export function readICALJS(file, from, until) {
	const calendar = new ICAL.Component(ICAL.parse(file));
	for (const zone of calendar.getAllSubcomponents("vtimezone")) {
		ICAL.TimezoneService.register(new ICAL.Timezone(zone).tzid, new ICAL.Timezone(zone));
	}
	const time = (t) => (t.isDate ? t.toString() : instant(t.toJSDate()));
	const [first, last] = [new Date(from), new Date(until)];
	const found = [];
	const events = calendar.getAllSubcomponents("vevent").map((c) => new ICAL.Event(c, { exceptions: [] }));
	for (const event of events.filter((e) => !e.isRecurrenceException())) {
		for (const other of events) if (other.isRecurrenceException() && other.uid === event.uid) event.relateException(other);
		const add = (item, start, end) => {
			const d = { uid: item.uid, start: time(start), end: time(end), summary: item.summary ?? "" };
			if (d.start >= from && d.start < until) found.push(d);
		};
		if (!event.isRecurring()) {
			add(event, event.startDate, event.endDate);
			continue;
		}
		const dates = event.iterator();
		for (let next = dates.next(); next && next.toJSDate() < last; next = dates.next()) {
			const d = event.getOccurrenceDetails(next);
			if (d.endDate.toJSDate() >= first) add(d.item, d.startDate, d.endDate);
		}
	}
	return found;
}

// node-ical has its own time zones, by their names.
export function readNodeICAL(file, from, until) {
	const day = (d) => `${d.getFullYear()}-${String(d.getMonth() + 1).padStart(2, "0")}-${String(d.getDate()).padStart(2, "0")}`;
	const found = [];
	for (const event of Object.values(nodeICAL.sync.parseICS(file))) {
		if (event?.type !== "VEVENT") continue;
		for (const d of nodeICAL.expandRecurringEvent(event, { from: new Date(from), to: new Date(until) })) {
			const time = d.isFullDay ? day : instant;
			const start = time(d.start);
			if (start < from || start >= until) continue;
			found.push({ uid: d.event.uid, start, end: time(d.end), summary: typeof d.summary === "string" ? d.summary : (d.summary?.val ?? "") });
		}
	}
	return found;
}
