// Calendars as visitors read them: what comes, months by keyboard, dates and series, where
// calendars are placed, and how dates come into one's own calendar; all of it without scripts too.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dateAt, entry, go, main, plain, seriesAt } from "./calendars.mjs";
import { long, months, named, next, plus, short, today, tuesday } from "./days.mjs";
import { barriers, check } from "./look.mjs";
import { follow } from "./visitor.mjs";
import { get, open, origin, watch } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());

const thisMonth = today().slice(0, 7), nextMonth = months(thisMonth, 1);
// Of the suppers to come one is moved and one has words of its own; in this month none has.
const quiet = months(thisMonth, 3), supper = next(tuesday, `${quiet}-01`);

// visit opens an address in a browser of its own.
async function visit(at, look, { scripts = true, width = 1280, ...options } = {}) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, reducedMotion: "reduce", javaScriptEnabled: scripts, ...options });
	try {
		const tab = await context.newPage(), faults = watch(tab);
		await go(tab, at);
		await look(tab);
		assert.deepEqual(faults, [], at);
	} finally {
		await context.close();
	}
}

// ofSupper is a date of the demo's suppers that something has become of.
async function ofSupper(wanted) {
	const series = await entry("Tuesday supper");
	const date = series.occurrences.find(wanted);
	assert.ok(date, "the demo has no such date");
	return { series, date, at: dateAt(series, date) };
}
const cancelled = () => ofSupper((d) => d.status === "cancelled");
const moved = () => ofSupper((d) => d.moved && d.status === "scheduled");

// linked is the JSON-LD of a page by its types.
async function linked(at) {
	const { status, text } = await get(at);
	assert.equal(status, 200, at);
	const all = [...text.matchAll(/<script type="application\/ld\+json">([^]*?)<\/script>/g)].flatMap(([, json]) => {
		const data = JSON.parse(json);
		return data["@graph"] ?? [data].flat();
	});
	return { all, of: (type) => all.filter((thing) => thing["@type"] === type), text };
}

const meta = (text, property) => new RegExp(`<meta property="${property}" content="([^"]*)"`).exec(text)?.[1];

describe("a month by keyboard", () => {
	const day = (tab) => tab.evaluate(() => document.activeElement.closest("td")?.dataset.date + (document.activeElement.matches("td") ? "" : " " + document.activeElement.tagName.toLowerCase()));

	// toGrid goes on with the Tab key until the focus is on a day.
	async function toGrid(tab) {
		for (let i = 0; i < 60; i++) {
			await tab.keyboard.press("Tab");
			if ((await tab.evaluate(() => document.activeElement.matches("table.month td"))) === true) return;
		}
		assert.fail("the keyboard does not reach the month");
	}

	// keys presses a key and tells on which day one is.
	const keys = (tab) => async (key) => {
		await tab.keyboard.press(key);
		return day(tab);
	};

	// turn presses a key that leads to another month.
	async function turn(tab, key, month) {
		await Promise.all([tab.waitForURL((url) => url.pathname.endsWith(`/${month}/`)), tab.keyboard.press(key)]);
		await tab.waitForFunction(() => document.activeElement.matches("td[data-date]"));
		return day(tab);
	}

	test("arrows go from day to day and week to week, Page Up and Page Down from month to month, Enter to a date", { timeout: 300_000 }, async () => {
		const first = supper;
		await visit(`/events/suppers/${quiet}/`, async (tab) => {
			const press = keys(tab);
			await toGrid(tab);
			assert.equal(await day(tab), first, "Tab leads to the first day with a date");
			assert.equal(await press("ArrowRight"), plus(first, 1));
			assert.equal(await press("ArrowRight"), plus(first, 2));
			assert.equal(await press("ArrowLeft"), plus(first, 1));
			assert.equal(await press("ArrowDown"), plus(first, 8));
			assert.equal(await press("ArrowUp"), plus(first, 1));
			assert.equal(await press("End"), plus(first, 5), "Sunday");
			assert.equal(await press("Control+End"), plus(`${months(quiet, 1)}-01`, -1));
			assert.equal(await press("ArrowRight"), plus(`${months(quiet, 1)}-01`, -1), "there is no other day in this month");
			assert.equal(await press("Control+Home"), `${quiet}-01`);
			await tab.locator(`td[data-date="${first}"]`).focus();

			const later = `${months(quiet, 1)}${first.slice(7)}`;
			assert.equal(await turn(tab, "PageDown", months(quiet, 1)), later, "the day with the same number");
			assert.match(await main(tab), new RegExp(named(later)));
			assert.equal(await turn(tab, "PageUp", quiet), first);
			assert.equal(await turn(tab, "PageUp", months(quiet, -1)), `${months(quiet, -1)}${first.slice(7)}`);
			assert.equal(await turn(tab, "PageDown", quiet), first);

			assert.equal(await press("Enter"), `${first} a`, "Enter leads to what is on that day");
			assert.equal(await press("Escape"), first);
			assert.equal(await press("Enter"), `${first} a`);
			assert.deepEqual(await barriers(tab), []);
			await Promise.all([tab.waitForURL(`**/tuesday-supper/${first}/`), tab.keyboard.press("Enter")]);
			await tab.getByRole("heading", { level: 1, name: "Tuesday supper" }).waitFor();
		});
	});

	test("on a narrow screen it is a list of days, and arrows go through those", { timeout: 300_000 }, async () => {
		const first = supper;
		await visit(`/events/suppers/${quiet}/`, async (tab) => {
			const shown = await tab.locator("td[data-date]").evaluateAll((days) => days.filter((d) => d.checkVisibility()).map((d) => d.dataset.date));
			assert.ok(shown.includes(first) && shown.length < 12, `these days are shown: ${shown}`);
			const press = keys(tab);
			await toGrid(tab);
			assert.equal(await day(tab), shown[0]);
			for (const at of shown.slice(1)) assert.equal(await press(at > shown[2] ? "ArrowRight" : "ArrowDown"), at);
			for (const at of shown.toReversed().slice(1)) assert.equal(await press("ArrowUp"), at);
			assert.deepEqual(await barriers(tab), []);
		}, { width: 360 });
	});

	test("Tab leads through it once, and the month says which day is today", { timeout: 300_000 }, async () => {
		await visit(`/events/${thisMonth}/`, async (tab) => {
			const now = today();
			assert.equal(await tab.locator("td[aria-current=date]").getAttribute("data-date"), now);
			await toGrid(tab);
			assert.equal(await day(tab), now);
			const links = await tab.locator(`td[data-date="${now}"] a`).count();
			for (let i = 0; i < links; i++) {
				await tab.keyboard.press("Tab");
				assert.equal(await day(tab), `${now} a`);
			}
			await tab.keyboard.press("Tab");
			assert.equal(await tab.evaluate(() => document.activeElement.closest("table.month")), null, "the month holds the focus");
		});
	});
});

describe("dates", () => {
	test("one that takes place: when, where, how to get in, and the same for machines", async () => {
		const day = next(tuesday, plus(today(), 1));
		const at = `/events/suppers/tuesday-supper/${day}/`;
		const { of, text } = await linked(at);
		const words = plain(text);
		for (const part of [`${long(day)}, 19:00–21:30`, "The brick hall", "1 Ash Lane", "Hearing loop", "Come in by the yard door", "Rose Ash Kitchen", "Every week on Tuesday"]) {
			assert.ok(words.includes(part), `${part} is not in ${words}`);
		}
		const [event, ...more] = of("Event");
		assert.deepEqual(more, []);
		const offset = new Intl.DateTimeFormat("en", { timeZone: "Europe/London", timeZoneName: "longOffset" }).formatToParts(new Date(`${day}T19:00:00Z`)).find((p) => p.type === "timeZoneName").value.slice(3) || "+00:00";
		assert.equal(event.startDate, `${day}T19:00${offset}`);
		assert.equal(event.endDate, `${day}T21:30${offset}`);
		assert.equal(event.eventStatus, "https://schema.org/EventScheduled");
		assert.equal(event.eventAttendanceMode, "https://schema.org/OfflineEventAttendanceMode");
		assert.equal(event.previousStartDate, undefined);
		assert.equal(event.isAccessibleForFree, undefined);
		assert.equal(event.location["@type"], "Place");
		assert.equal(event.location.address.postalCode, "HX7 0AA");
		assert.ok(event.location.geo.latitude > 53);
		assert.ok(event.location.amenityFeature.some((f) => f.name === "Step-free access" && f.value === true));
		assert.equal(event.organizer.name, "Rose Ash Kitchen");
		assert.equal((await get(event.image)).status, 200);
		assert.equal(event.url, origin + at);
		assert.ok(meta(text, "og:title").includes(short(day)), meta(text, "og:title"));
		assert.ok(meta(text, "og:description").includes("The brick hall"), meta(text, "og:description"));
	});

	for (const [what, find, say, status] of [
		["cancelled", cancelled, /This date is cancelled\. The oven is being mended\./, "EventCancelled"],
		["moved", moved, /This date has moved\. It was to begin on Tuesday \d+ \w+ \d{4}, 19:00\./, "EventRescheduled"],
	]) {
		test(`one that is ${what} says so on its page, to machines, and with its series`, async () => {
			const { series, date, at } = await find();
			const { of, text } = await linked(at);
			assert.match(plain(text), say);
			const [event] = of("Event");
			assert.equal(event.eventStatus, `https://schema.org/${status}`);
			assert.equal(event.previousStartDate?.slice(0, 10), what === "moved" ? date.recurrence.slice(0, 10) : undefined);
			if (what === "moved") assert.notEqual(event.startDate.slice(0, 10), date.recurrence.slice(0, 10));
			else assert.match(meta(text, "og:title"), /^Cancelled: /);
			await visit(seriesAt(series), async (tab) => {
				const row = tab.locator(".event-dates li").filter({ has: tab.locator(`a[href$="/${date.slug}/"]`) });
				assert.equal(await row.count(), 1, "the series has it once");
				if (what === "cancelled") assert.match(await row.textContent(), /Cancelled/);
				else assert.match(await row.textContent(), new RegExp(long(date.slug)));
			});
			await visit(`/events/suppers/${date.slug.slice(0, 7)}/`, async (tab) => {
				const cell = await tab.locator(`td[data-date="${date.slug}"]`).textContent();
				assert.match(cell, what === "cancelled" ? /Tuesday supper\s+Cancelled/ : /Tuesday supper/);
			});
		});
	}

	test("one that is online, one that takes two days, and one of its own words", async () => {
		const label = await entry("Reading a label"), fair = await entry("Midwinter fair");
		const coming = label.occurrences.find((d) => d.slug > today());
		const online = await linked(dateAt(label, coming));
		assert.equal(online.of("Event")[0].location["@type"], "VirtualLocation");
		assert.equal(online.of("Event")[0].location.url, "https://meet.rose-ash.example/labels");
		assert.match(plain(online.text), /Join online/);

		const [only] = fair.occurrences;
		const both = await linked(dateAt(fair, only));
		assert.equal(both.of("Event")[0].startDate, only.slug);
		assert.equal(both.of("Event")[0].endDate, plus(only.slug, 1), "the last day, not the one after");
		assert.ok(plain(both.text).includes(long(plus(only.slug, 1))));
		// An entry with one date has no page besides that date's.
		const answer = await get(seriesAt(fair));
		assert.equal(answer.status, 301);
		assert.equal(new URL(answer.headers.get("Location"), origin).pathname, dateAt(fair, only));

		const { date, at } = await ofSupper((d) => d.title);
		assert.match(plain((await get(at)).text), new RegExp(`${date.title}[^]*Two courses, and the choir between them\\.`));
	});

	for (const find of [cancelled, moved]) {
		for (const [colorScheme, width] of [["light", 360], ["dark", 360], ["light", 1280], ["dark", 1280]]) {
			test(`${find.name}, ${colorScheme}, ${width} px`, { timeout: 180_000 }, async () => {
				const { at } = await find();
				await check(browser, { name: `date-${find.name}`, path: at }, colorScheme, width);
			});
		}
	}
});

describe("lists", () => {
	test("all calendars, one of them, its months and its archive", async () => {
		await visit("/events/", async (tab) => {
			assert.match(await main(tab), /Tuesday supper[^]*Yard market/);
			assert.doesNotMatch(await main(tab), /Thursday hire|Busy/, "private dates are for months only");
			await follow(tab, tab.getByRole("navigation", { name: "Calendars" }).getByRole("link", { name: "Workshops" }));
			await tab.getByRole("heading", { level: 1, name: "Workshops" }).waitFor();
			assert.match(await main(tab), /Repair evening/);
			assert.doesNotMatch(await main(tab), /Tuesday supper/);
			await follow(tab, tab.getByRole("link", { name: "Archive" }));
			await tab.getByRole("heading", { level: 1, name: /^Archive/ }).waitFor();
			await follow(tab, tab.locator(".archive-months a").last());
			assert.ok((await tab.locator("td[data-date] a").count()) > 0, "a month of the archive has dates");
			await follow(tab, tab.getByRole("link", { name: "What comes" }));
			assert.equal(tab.url(), `${origin}/events/workshops/`);
		});
	});

	test("a series: its dates to come, and the former ones", async () => {
		await visit("/events/suppers/tuesday-supper/", async (tab) => {
			const comes = next(tuesday, plus(today(), 1));
			assert.ok(await tab.locator(`.event-dates a[href$="/${comes}/"]`).isVisible());
			const former = tab.locator("details").filter({ has: tab.getByText("Former dates") });
			assert.equal(await former.locator("li").first().isVisible(), false);
			await former.locator("summary").click();
			assert.ok((await former.locator("li:visible").count()) >= 8);
			await follow(tab, tab.locator(`.event-dates a[href$="/${comes}/"]`));
			assert.match(await main(tab), new RegExp(long(comes)));
		});
	});

	test("placed: on the home page, below a post, on a page as a month, in the market", { timeout: 300_000 }, async () => {
		for (const [at, name, words] of [["/", "Suppers", /Tuesday supper/], ["/repair-evening/", "Workshops", /Repair evening|Growing group|Reading a label/], ["/market/", "Market days", /Yard market/], ["/visit/", "The hall", /Busy/]]) {
			await visit(at, async (tab) => {
				const part = tab.locator(".placed-calendar").filter({ has: tab.getByRole("heading", { level: 2, name, exact: true }) });
				assert.equal(await part.count(), 1, `${at} has ${name} once`);
				assert.match(await part.innerText(), words);
				if (at === "/visit/") assert.equal(await part.locator("table.month").getAttribute("data-month"), thisMonth);
				for (const link of await part.locator("a").all()) {
					const href = await link.getAttribute("href");
					assert.equal((await get(href)).status, 200, `${at}: ${href}`);
				}
			});
		}
	});

	test("what is private is Busy in months and feeds, and nowhere else", async () => {
		const hire = await entry("Thursday hire");
		const comes = hire.occurrences.find((d) => d.slug > today());
		await visit(`/events/hall/${comes.slug.slice(0, 7)}/`, async (tab) => {
			const cell = tab.locator(`td[data-date="${comes.slug}"]`);
			assert.match(await cell.textContent(), /Busy/);
			assert.equal(await cell.locator("a").count(), 0);
		});
		for (const at of ["/events/", "/events/hall/", "/", "/visit/", "/ics/all.ics", "/ics/calendars/hall.ics", "/sitemap.xml"]) {
			assert.doesNotMatch((await get(at)).text, /Thursday hire|folk dancers|thursday-hire/, at);
		}
		assert.match((await get("/ics/calendars/hall.ics")).text, /CLASS:PRIVATE/);
		for (const at of [seriesAt(hire), dateAt(hire, comes), "/ics/calendars/hall/thursday-hire.ics"]) assert.equal((await get(at)).status, 404, at);
	});
});

describe("into one's own calendar", () => {
	test("subscribing to a calendar, to a series, or keeping a date", async () => {
		for (const [at, feed] of [["/events/", "/ics/all.ics"], ["/events/suppers/", "/ics/calendars/suppers.ics"], ["/events/suppers/tuesday-supper/", "/ics/calendars/suppers/tuesday-supper.ics"], [`/events/suppers/tuesday-supper/${next(tuesday, plus(today(), 1))}/`, "/ics/calendars/suppers/tuesday-supper.ics"]]) {
			await visit(at, async (tab) => {
				const href = async (name) => tab.locator(".subscribe-links").getByRole("link", { name }).getAttribute("href");
				const webcal = await href(/^Subscribe/), file = await href(/\.ics/);
				assert.equal(webcal, `webcal://${new URL(origin).host}${feed}`);
				assert.equal(new URL(file, origin).href, origin + feed);
				const google = new URL(await href("Google Calendar")), outlook = new URL(await href("Outlook"));
				assert.equal(google.host, "calendar.google.com");
				assert.equal(outlook.host, "outlook.live.com");
				if (at.split("/").length > 5) {
					assert.match(google.searchParams.get("dates"), /^\d{8}T\d{6}Z\/\d{8}T\d{6}Z$/);
					assert.match(outlook.searchParams.get("startdt"), /^\d{4}-\d\d-\d\dT/);
				} else assert.equal(google.searchParams.get("cid"), webcal);
				assert.ok(await tab.locator(`link[rel=alternate][type="text/calendar"]`).count(), "programs find the feed as well");
			});
			const { status, headers, text } = await get(feed);
			assert.equal(status, 200);
			assert.match(headers.get("Content-Type"), /^text\/calendar/);
			assert.match(text, /^BEGIN:VCALENDAR\r\n[^]*\r\nBEGIN:VTIMEZONE\r\n[^]*SUMMARY:Tuesday supper\r\n[^]*END:VCALENDAR\r\n$/);
			assert.doesNotMatch(text, /^METHOD/m);
		}
	});

	test("the address is copied by a button, which says so", async () => {
		await visit("/events/suppers/", async (tab) => {
			await tab.locator("details.embed > summary").click();
			const field = tab.locator("#embed-component");
			await tab.locator("p").filter({ has: tab.getByRole("button", { name: "Copy" }) }).first().getByRole("button").click();
			await tab.getByRole("status").filter({ hasText: "Copied" }).waitFor();
			assert.equal(await tab.evaluate(() => navigator.clipboard.readText()), await field.inputValue());
			assert.deepEqual(await barriers(tab), []);
		}, { permissions: ["clipboard-read", "clipboard-write"] });
	});
});

describe("without scripts", () => {
	test("every page says the same", { timeout: 300_000 }, async () => {
		const day = next(tuesday, plus(today(), 1));
		for (const at of ["/events/", `/events/${nextMonth}/`, "/events/archive/", "/events/suppers/", `/events/suppers/${nextMonth}/`, "/events/suppers/tuesday-supper/", `/events/suppers/tuesday-supper/${day}/`, "/visit/"]) {
			const said = [];
			for (const scripts of [true, false]) {
				// What a script adds are buttons to copy with, and on a narrow screen, where a month is a
				// list of what is on, today.
				await visit(at, async (tab) => said.push((await tab.locator("main").evaluate((e) => {
					for (const added of e.querySelectorAll("[data-copy] + p, .embed")) added.remove();
					return e.innerText;
				})).replaceAll(/\s+/g, " ")), { scripts });
			}
			assert.ok(said[1].length > 80, at);
			assert.equal(said[0], said[1], at);
		}
	});

	test("from the home page to a date, through the months", { timeout: 300_000 }, async () => {
		await visit("/", async (tab) => {
			await follow(tab, tab.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Events" }));
			await follow(tab, tab.getByRole("navigation", { name: "Calendars" }).getByRole("link", { name: "Suppers" }));
			await follow(tab, tab.getByRole("link", { name: "By month" }));
			assert.match(await tab.locator("caption").innerText(), new RegExp(named(thisMonth)));
			for (const more of [1, 2, 3]) await follow(tab, tab.getByRole("navigation", { name: "Months" }).getByRole("link", { name: named(months(thisMonth, more)) }));
			await follow(tab, tab.locator(`td[data-date="${supper}"] a`).filter({ hasText: "Tuesday supper" }));
			assert.match(await main(tab), new RegExp(long(supper)));
			await follow(tab, tab.getByRole("link", { name: "All dates" }));
			assert.equal(tab.url(), `${origin}/events/suppers/tuesday-supper/`);
		}, { scripts: false, width: 360 });
	});
});
