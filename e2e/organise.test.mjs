// Keeping a calendar: a series over the change of the clocks, edited three ways; what members
// propose; what is private; a file that is imported; with scripts, without, by keyboard.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { calendar, change, check, dateAt, entry, fill, go, is, main, made, person, plain, said, seriesAt, shows, touches } from "./calendars.mjs";
import { clocksForward, long, plus, short, today } from "./days.mjs";
import { barriers } from "./look.mjs";
import { follow, look, press, title } from "./visitor.mjs";
import { get, open, origin } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());

// called is a title that no other test uses.
const called = (name) => `${name} ${crypto.randomUUID().slice(0, 8)}`;

// The clocks skip half past one on this Sunday.
const skipped = clocksForward();
const sundays = [-2, -1, 0, 1, 2, 3, 4, 5].map((week) => plus(skipped, 7 * week));

// seen holds the page that somebody is on to what every page has to bear. Without scripts axe
// does not run either: of such a page it is told whether it is as wide as the screen.
async function seen({ tab, scripts }, name) {
	if (scripts) return look(tab, name);
	const [page, screen] = await tab.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
	assert.ok(page <= screen, `${name} is ${page} px wide in ${screen}`);
}

// night makes a series of eight Sundays at half past one, by the form, and is told of the gap.
async function night(who, name) {
	const { tab } = who;
	await go(tab, "/organise/");
	await follow(tab, tab.getByRole("link", { name: "New entry" }));
	await fill(tab, { Title: name, Summary: "Owls, and tea against the cold.", "Begins on": sundays[0], at: "01:30", until: "02:15", "It repeats": "Weekly", "It ends": "After a number of dates", Dates: "8", "It begins as": "Confirmed: visitors see it" });
	const dates = await check(who, "Every week on Sunday, eight times");
	const rows = await dates.locator("li").allInnerTexts();
	assert.deepEqual(rows.map((row) => row.split(",")[0]), sundays.map(short));
	assert.deepEqual(rows.flatMap((row, i) => (/clocks skip/.test(row) ? [i] : [])), [2], `the gap is warned of at another date: ${rows.join("; ")}`);
	await seen(who, "organise-new");
	await press(tab, "Save it");
	assert.match(await said(tab), /^Made\./);
	assert.equal(await title(tab), name);
	assert.match(await main(tab), /clocks change/);
	return entry(name);
}

describe("a series over the night in which the clocks go forward", () => {
	for (const scripts of [true, false]) {
		test(`made, and edited three ways, ${scripts ? "with" : "without"} scripts`, { timeout: 600_000 }, async () => {
			const who = await person(browser, "organiser", { calendars: ["workshops"], scripts, viewport: scripts ? { width: 1280, height: 900 } : { width: 360, height: 740 } });
			const { tab } = who;
			const name = called("Owl watch");
			const series = await night(who, name);
			const at = (day) => `${seriesAt(series)}${day}/`;
			assert.deepEqual(series.occurrences.map((d) => d.slug), sundays);
			await seen(who, "organise-entry");

			// Visitors read what the clocks do that night.
			await shows(at(skipped), `${long(skipped)}, 01:30–02:15`);
			assert.match(plain((await get(at(skipped))).text), /The clocks go forward over 01:30 that day: it begins when they show 02:30\./);
			assert.doesNotMatch(plain((await get(at(sundays[1]))).text), /The clocks go/);

			// Only this date: the next one, at another time, with a title of its own.
			await change(tab, series, "this", series.occurrences[3]);
			assert.match(await main(tab), new RegExp(`Only this date is changed: ${short(sundays[3])}, 01:30`));
			await fill(tab, { Title: `${name} with a guest`, "Begins on": sundays[3], at: "04:00", until: "05:00" });
			await press(tab, "See what this will touch");
			let touched = await touches(tab);
			assert.deepEqual(touched.lists.Move, [`${short(sundays[3])}, 01:30 → ${short(sundays[3])}, 04:00`]);
			assert.equal(touched.counts["Are new"] + touched.counts.Go, 0);
			await seen(who, "organise-touch-this");
			await press(tab, "Change it");
			assert.match(await said(tab), /^Saved\./);
			await shows(at(sundays[3]), `${long(sundays[3])}, 04:00–05:00`);
			const changed = plain((await get(at(sundays[3]))).text);
			assert.ok(changed.includes(`${name} with a guest`));
			assert.match(changed, new RegExp(`This date has moved\\. It was to begin on ${long(sundays[3])}, 01:30\\.`));
			await shows(seriesAt(series), "04:00–05:00");
			assert.ok(plain((await get(at(sundays[4]))).text).includes(`${long(sundays[4])}, 01:30–02:15`), "its neighbour is as it was");

			// This date and all later ones: they become an entry of their own, a day later in the week.
			const later = called("Owl morning"), mondays = sundays.slice(5).map((day) => plus(day, 1));
			await change(tab, await entry(series.id), "following", series.occurrences[5]);
			await fill(tab, { Title: later, "Begins on": mondays[0], at: "06:00", until: "07:00" });
			await press(tab, "See what this will touch");
			touched = await touches(tab);
			assert.match(await main(tab), /The later dates become an entry of their own/);
			assert.deepEqual(touched.lists.Move, sundays.slice(5).map((day, i) => `${short(day)}, 01:30 → ${short(mondays[i])}, 06:00`));
			await seen(who, "organise-touch-following");
			await press(tab, "Change it");
			assert.match(await said(tab), /^These dates are an entry of their own now\./);
			const split = await entry(later);
			assert.deepEqual(split.occurrences.map((d) => d.slug), mondays);
			assert.deepEqual(split.occurrences.map((d) => d.id), series.occurrences.slice(5).map((d) => d.id), "whoever keeps a date keeps it");
			for (const day of mondays) await shows(`${seriesAt(split)}${day}/`, `${long(day)}, 06:00–07:00`);
			// Where a date was, its new address is told.
			for (const [i, day] of sundays.slice(5).entries()) {
				const answer = await is(at(day), 301);
				assert.equal(new URL(answer.headers.get("Location"), origin).pathname, `${seriesAt(split)}${mondays[i]}/`);
			}
			await shows(seriesAt(series), long(sundays[5]), false);

			// All dates: the remaining ones begin an hour earlier, before the clocks change.
			const renamed = called("Owl night");
			const rest = await entry(series.id);
			assert.equal(rest.occurrences.length, 5);
			await change(tab, rest, "all");
			await fill(tab, { Title: renamed, at: "00:30", until: "01:15" });
			await press(tab, "See what this will touch");
			touched = await touches(tab);
			assert.equal(touched.counts.Move + touched.counts["Stay when they are"], 5);
			assert.equal(touched.counts["Are new"] + touched.counts.Go, 0);
			assert.ok([0, 1, 2, 4].every((i) => touched.lists.Move.includes(`${short(sundays[i])}, 01:30 → ${short(sundays[i])}, 00:30`)), touched.lists.Move.join("; "));
			await seen(who, "organise-touch-all");
			await press(tab, "Change it");
			assert.match(await said(tab), /^Saved\./);
			for (const i of [0, 1, 2, 4]) await shows(at(sundays[i]), `${long(sundays[i])}, 00:30–01:15`);
			assert.doesNotMatch(plain((await get(at(skipped))).text), /The clocks go/);
			await shows(seriesAt(series), renamed);
			assert.deepEqual((await entry(series.id)).occurrences.map((d) => d.id), series.occurrences.slice(0, 5).map((d) => d.id));
			// What a date had of its own is its own still.
			assert.ok(plain((await get(at(sundays[3]))).text).includes(`${name} with a guest`));
			assert.deepEqual(who.faults(), []);
			await who.close();
		});
	}

	test("one date is cancelled, for a reason, and takes place after all", { timeout: 300_000 }, async () => {
		const who = await person(browser, "organiser", { calendars: ["workshops"] }), { tab } = who;
		const day = plus(today(), 40);
		const talk = await made("workshops", { title: called("Talk"), local_start: `${day}T19:00:00`, local_end: `${day}T20:00:00`, rrule: "FREQ=DAILY;COUNT=3" });
		const at = dateAt(talk, talk.occurrences[1]);
		await go(tab, `/organise/entries/${talk.id}/`);
		await follow(tab, tab.getByRole("link", { name: new RegExp(`^${short(plus(day, 1))}`) }));
		await look(tab, "organise-date");
		await tab.getByText("Cancel this date").click();
		await tab.getByLabel(/^Why/).last().fill("Nobody has the key.");
		await press(tab, "Cancel it");
		assert.match(await said(tab), /^Cancelled\./);
		await shows(at, "This date is cancelled. Nobody has the key.");
		assert.doesNotMatch(plain((await get(dateAt(talk, talk.occurrences[0]))).text), /cancelled/);
		await press(tab, "It takes place after all");
		await shows(at, "cancelled", false);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});
});

describe("what members propose", () => {
	// propose proposes a date for the hall by the form.
	async function propose(who, name, day) {
		const { tab } = who;
		await go(tab, "/organise/");
		assert.equal(await tab.getByRole("link", { name: "New entry" }).count(), 0);
		await follow(tab, tab.getByRole("link", { name: "Propose a date for The hall" }));
		await fill(tab, { Title: name, Summary: "For whoever sings.", "Begins on": day, at: "18:00", until: "20:00" });
		assert.equal(await tab.getByLabel("It begins as").count(), 0, "organisers choose the state");
		await seen(who, "organise-propose");
		await press(tab, "Propose it");
		assert.match(await said(tab), /^Proposed\. The organisers look at it/);
		return entry(name);
	}

	for (const scripts of [true, false]) {
		test(`an organiser confirms it, and visitors see it, ${scripts ? "with" : "without"} scripts`, { timeout: 300_000 }, async () => {
			const day = plus(today(), scripts ? 44 : 45);
			const member = await person(browser, "singer", { scripts, viewport: { width: 360, height: 740 } });
			const name = called("Choir");
			const proposed = await propose(member, name, day);
			const [date] = proposed.occurrences;
			assert.equal((await get(dateAt(proposed, date))).status, 404);
			assert.ok(!(await get(`/events/hall/${day.slice(0, 7)}/`)).text.includes(name));
			assert.equal((await get(`/v1/entries/${proposed.id}`)).status, 404, "visitors cannot read it either");

			const keeper = await person(browser, "hall", { calendars: ["hall"], scripts }), { tab } = keeper;
			await go(tab, "/organise/");
			await seen(keeper, "organise-home");
			const waits = tab.getByRole("region", { name: "Proposals that wait" });
			await follow(tab, waits.getByRole("link", { name }));
			assert.match(await main(tab), /A member has proposed it\. It waits for an organiser\./);
			await press(tab, "Confirm");
			assert.match(await said(tab), /^Confirmed\. Visitors see it\./);
			await shows(dateAt(proposed, date), `${long(day)}, 18:00–20:00`);
			await shows(`/events/hall/${day.slice(0, 7)}/`, name);
			await go(member.tab, "/organise/");
			const own = member.tab.getByRole("region", { name: "What you have proposed" });
			assert.match(await own.getByRole("listitem").filter({ hasText: name }).innerText(), /confirmed/);
			assert.deepEqual([...member.faults(), ...keeper.faults()], []);
			await member.close();
			await keeper.close();
		});
	}

	test("an organiser declines it, and who proposed it reads why", { timeout: 300_000 }, async () => {
		const member = await person(browser, "drummer"), keeper = await person(browser, "hall", { calendars: ["hall"] });
		const proposed = await propose(member, called("Drums"), plus(today(), 46));
		await go(keeper.tab, `/organise/entries/${proposed.id}/`);
		await keeper.tab.getByText("Decline", { exact: true }).click();
		await keeper.tab.getByLabel(/^Why/).first().fill("The neighbours have a baby.");
		await press(keeper.tab, "Decline it");
		assert.match(await said(keeper.tab), /^Declined\./);
		await go(member.tab, `/organise/entries/${proposed.id}/`);
		assert.match(await main(member.tab), /declined[^]*The neighbours have a baby\./);
		assert.equal((await get(dateAt(proposed, proposed.occurrences[0]))).status, 404);
		assert.deepEqual([...member.faults(), ...keeper.faults()], []);
		await member.close();
		await keeper.close();
	});

	test("somebody else's calendar and entries are not theirs", { timeout: 300_000 }, async () => {
		const member = await person(browser, "member"), keeper = await person(browser, "hall", { calendars: ["hall"] });
		const supper = await entry("Tuesday supper"), swap = await entry("Clothes and toys swap");
		const hall = await calendar("hall"), suppers = await calendar("suppers");
		for (const [{ tab }, at, statuses] of [
			[member, `/organise/entries/${swap.id}/`, [404]], [member, `/organise/entries/${supper.id}/edit/`, [403]], [member, "/organise/calendars/", [403]],
			[member, `/organise/calendars/${hall.id}/import/`, [403]], [keeper, `/organise/entries/${supper.id}/edit/`, [403]], [keeper, `/organise/calendars/${suppers.id}/import/`, [403]],
		]) {
			const answer = await go(tab, at);
			assert.ok(statuses.includes(answer.status()), `${at} = ${answer.status()}`);
			assert.deepEqual(await barriers(tab), [], at);
		}
		await member.close();
		await keeper.close();
	});
});

test("what is private is Busy to visitors", { timeout: 300_000 }, async () => {
	const who = await person(browser, "hall", { calendars: ["hall"] }), { tab } = who;
	const name = called("Mediation"), day = plus(today(), 47);
	await go(tab, "/organise/entries/new/?calendar=hall");
	await fill(tab, { Title: name, "Who may know": "Private: others see that the time is taken", "Begins on": day, at: "10:15", until: "11:45", Text: "Two neighbours and a hedge.", "It begins as": "Confirmed: visitors see it" });
	await press(tab, "Save it");
	assert.match(await main(tab), /Private: others see that the time is taken/);
	const private_ = await entry(name);
	const month = `/events/hall/${day.slice(0, 7)}/`;
	await shows(month, "10:15–11:45");
	const visitor = await browser.newPage();
	await go(visitor, month);
	const cell = visitor.locator(`td[data-date="${day}"]`);
	assert.match((await cell.textContent()).replaceAll("⁠", ""), /10:15–11:45\s+Busy/);
	assert.equal(await cell.getByRole("link").count(), 0);
	await visitor.close();
	for (const at of [month, "/events/hall/", "/events/", "/ics/calendars/hall.ics", "/ics/all.ics"]) {
		const { text } = await get(at);
		assert.ok(!text.includes(name) && !text.includes("hedge"), at);
	}
	assert.equal((await get(dateAt(private_, private_.occurrences[0]))).status, 404);
	assert.equal((await get(seriesAt(private_))).status, 404);
	assert.deepEqual(who.faults(), []);
	await who.close();
});

describe("a file is imported", () => {
	const ics = (lines) => ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//a test//EN", ...lines.flat(), "END:VCALENDAR", ""].join("\r\n");
	const event = (uid, day, more) => ["BEGIN:VEVENT", `UID:${uid}`, "DTSTAMP:20260101T000000Z", `DTSTART;TZID=Europe/London:${day.replaceAll("-", "")}T150000`, `DTEND;TZID=Europe/London:${day.replaceAll("-", "")}T160000`, ...more, "END:VEVENT"];

	for (const scripts of [true, false]) {
		test(`first it is looked at, then stored, ${scripts ? "with" : "without"} scripts`, { timeout: 300_000 }, async () => {
			const who = await person(browser, "importer", { calendars: ["workshops"], scripts, viewport: { width: 360, height: 740 } }), { tab } = who;
			const once = called("Knot tying"), weekly = called("Rope walk"), day = plus(today(), 50), tag = crypto.randomUUID();
			const file = { name: "ropes.ics", mimeType: "text/calendar", buffer: Buffer.from(ics([
				event(`once-${tag}`, day, [`SUMMARY:${once}`]),
				event(`weekly-${tag}`, plus(day, 1), [`SUMMARY:${weekly}`, "RRULE:FREQ=WEEKLY;COUNT=4"]),
				event(`hourly-${tag}`, day, ["SUMMARY:Every hour", "RRULE:FREQ=HOURLY;COUNT=4"]),
			])) };
			const counts = () => tab.evaluate(() => Object.fromEntries([...document.querySelectorAll(".organise-counts > div")].map((row) => [row.querySelector("dt").textContent.trim(), row.querySelector("dd").textContent.trim()])));
			const upload = async () => {
				await go(tab, "/organise/calendars/");
				await go(tab, `/organise/calendars/${(await calendar("workshops")).id}/import/`);
				await tab.getByLabel("A calendar file").setInputFiles(file);
				await press(tab, "Look at it");
			};
			await upload();
			assert.deepEqual(await counts(), { New: "2", Changed: "0", "As they are": "0", Skipped: "1" });
			await seen(who, "organise-import");
			assert.deepEqual((await (await fetch(`${origin}/v1/entries?q=${encodeURIComponent(weekly)}`)).json()).items, [], "it was to be looked at only");
			await assert.rejects(entry(weekly));

			await tab.getByLabel("New entries are").selectOption({ label: "Confirmed: visitors see them" });
			await press(tab, "Import it");
			assert.deepEqual(await counts(), { New: "2", Changed: "0", "As they are": "0", Skipped: "1" });
			const rope = await entry(weekly), knot = await entry(once);
			assert.equal(rope.occurrences.length, 4);
			for (const date of rope.occurrences) await shows(dateAt(rope, date), `${long(date.slug)}, 15:00–16:00`);
			await shows(dateAt(knot, knot.occurrences[0]), once);
			await follow(tab, tab.locator(`a[href="/organise/entries/${rope.id}/"]`));
			assert.equal(await title(tab), weekly);

			// The same file again changes nothing.
			await upload();
			assert.deepEqual(await counts(), { New: "0", Changed: "0", "As they are": "2", Skipped: "1" });
			assert.equal(await tab.getByRole("button", { name: "Import it" }).count(), 0);
			assert.deepEqual(who.faults(), []);
			await who.close();
		});
	}

	test("what is no calendar is refused in words", async () => {
		const who = await person(browser, "importer", { calendars: ["workshops"] }), { tab } = who;
		await go(tab, `/organise/calendars/${(await calendar("workshops")).id}/import/`);
		await tab.getByLabel("A calendar file").setInputFiles({ name: "cat.ics", mimeType: "text/calendar", buffer: Buffer.from("a picture of a cat") });
		await press(tab, "Look at it");
		assert.match(await tab.getByRole("alert").innerText(), /^(Nothing was stored|The file was not read): /);
		assert.deepEqual(await barriers(tab), []);
		await who.close();
	});
});

test("the form where no script comes, on a telephone", { timeout: 300_000 }, async () => {
	const who = await person(browser, "organiser", { calendars: ["workshops"], viewport: { width: 360, height: 740 } }), { tab } = who;
	await who.context.route("**/*.js", (route) => route.abort());
	const series = await entry("Repair evening");
	for (const at of ["/organise/entries/new/", `/organise/entries/${series.id}/edit/?apply=all`, `/organise/entries/${series.id}/edit/?apply=this&occurrence=${series.occurrences.at(-1).id}`]) {
		await go(tab, at);
		await look(tab, `organise-bare-${at.split("=")[1] ?? "new"}`.replace("&occurrence", ""));
	}
	await who.close();
});

test("by keyboard alone, and what is wrong is said at its field", { timeout: 300_000 }, async () => {
	const who = await person(browser, "keys", { calendars: ["workshops"], viewport: { width: 1280, height: 900 } }), { tab } = who;
	const keyboard = tab.keyboard, name = called("Keys"), day = plus(today(), 52);
	// to goes on with the Tab key until the focus is on a field or button.
	const to = async (target) => {
		for (let i = 0; i < 120; i++) {
			await keyboard.press("Tab");
			if (await target.evaluate((e) => e === document.activeElement)) return;
		}
		assert.fail("the keyboard does not reach it");
	};
	const field = (label) => tab.getByLabel(new RegExp(`^${label}\\s*\\*?$`));
	// arrive waits for the page that a key leads to.
	const arrive = (key) => follow(tab, { click: () => keyboard.press(key) });
	await go(tab, "/organise/");
	await to(tab.getByRole("link", { name: "New entry" }));
	await arrive("Enter");
	await to(field("Title"));
	await keyboard.type(name);
	await to(field("Begins on"));
	const [year, month, date] = day.split("-");
	await keyboard.type(`${month}${date}${year}`);
	assert.equal(await field("Begins on").inputValue(), day);
	await to(field("at"));
	await keyboard.type("0700PM");
	assert.equal(await field("at").inputValue(), "19:00");
	await to(field("It repeats"));
	await keyboard.press("ArrowDown");
	await keyboard.press("ArrowDown");
	assert.equal(await field("It repeats").inputValue(), "weekly");
	await to(tab.getByRole("button", { name: "Save it" }));
	await arrive("Enter"); // it has no end yet
	const wrong = tab.getByRole("alert");
	assert.match(await wrong.innerText(), /until|time/i);
	assert.equal(await field("until").getAttribute("aria-invalid"), "true");
	assert.equal(await field("Title").inputValue(), name, "what was typed is still there");
	assert.deepEqual(await barriers(tab), []);
	await to(wrong.getByRole("link").first());
	await keyboard.press("Enter");
	await tab.waitForFunction(() => document.activeElement.matches("[aria-invalid]"));
	await keyboard.type("0900PM");
	assert.equal(await field("until").inputValue(), "21:00");
	await to(tab.getByRole("button", { name: "Save it" }));
	await arrive("Enter");
	assert.match(await said(tab), /^Made\./);
	const kept = await entry(name);
	assert.equal(kept.state, "draft");
	assert.equal(kept.local_start, `${day}T19:00:00`);
	assert.equal(kept.rrule.slice(0, 11), "FREQ=WEEKLY");
	await to(tab.getByRole("button", { name: "Confirm" }));
	await arrive("Enter");
	await shows(dateAt(kept, kept.occurrences[0]), name);
	assert.deepEqual(who.faults(), []);
	await who.close();
});
