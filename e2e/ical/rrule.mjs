// Dates of the cases by npm's rrule, on floating time: UTC stands for the clock on the wall.
// Reads the cases as JSON on standard input, and writes {case: [wall times]}.
import { readFileSync } from "node:fs";
import rruleModule from "rrule";

const { RRule, RRuleSet } = rruleModule;
const instant = (wall) => new Date(wall.length === 10 ? wall + "T00:00:00Z" : wall + "Z");

const found = {};
for (const c of JSON.parse(readFileSync(0, "utf8"))) {
	const set = new RRuleSet();
	const start = instant(c.start);
	if (c.rule) {
		const options = RRule.parseString(c.rule);
		options.dtstart = start;
		set.rrule(new RRule(options));
	} else {
		set.rdate(start);
	}
	for (const wall of c.rdates ?? []) set.rdate(instant(wall));
	for (const wall of c.exdates ?? []) set.exdate(instant(wall));
	const from = new Date("0001-01-01T00:00:00Z");
	const before = new Date(instant(c.until).getTime() - 1000);
	found[c.name] = set.between(from, before, true).map((d) => d.toISOString().slice(0, c.all_day ? 10 : 19));
}
process.stdout.write(JSON.stringify(found));
