// Dates of iCalendar files by ical.js: instants, or dates of whole days. Reads
// [{name, text, until, most}] as JSON on standard input: the file, what its dates are before, and
// how many of them are wanted at most. Writes {name: [dates]}, "refused" for a rule it does not take.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

function* dates(text) {
	const calendar = new ICAL.Component(ICAL.parse(text));
	ICAL.TimezoneService.reset();
	for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
	const iterator = new ICAL.Event(calendar.getFirstSubcomponent("vevent")).iterator();
	for (let date = iterator.next(); date; date = iterator.next()) {
		yield date.isDate ? date.toString() : new Date(date.toUnixTime() * 1000).toISOString().slice(0, 19) + "Z";
	}
}

const found = {};
for (const { name, text, until, most } of JSON.parse(readFileSync(0, "utf8"))) {
	found[name] = [];
	try {
		for (const date of dates(text)) {
			if (date >= until || found[name].length === most) break;
			found[name].push(date);
		}
	} catch {
		found[name].push("refused");
	}
}
process.stdout.write(JSON.stringify(found));
