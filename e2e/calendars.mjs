// Calendars as people keep them on the pages, and what the tests ask of the API to know what
// should be there.

import assert from "node:assert/strict";
import { grant, signIn } from "./signin.mjs";
import { follow, press, somebody, visitor } from "./visitor.mjs";
import { api, get, origin, until, watch } from "./world.mjs";

// calendar is one of the demo's, as the API has it.
export const calendar = (slug) => api("GET", `/v1/calendars/${slug}`);

// entry is one with all its dates, by its id or by words of its title.
export async function entry(what) {
	if (/^entry_[0-9a-f]{32}$/.test(what)) return api("GET", `/v1/entries/${what}`);
	const states = "draft,submitted,provisional,confirmed,declined,cancelled,postponed";
	const { items } = await api("GET", `/v1/entries?state=${states}&q=${encodeURIComponent(what)}`);
	const found = items.filter((e) => e.title === what);
	assert.equal(found.length, 1, `${found.length} entries are called ${what}`);
	return api("GET", `/v1/entries/${found[0].id}`);
}

// made makes an entry by the API; confirmed, where nothing else is said.
export async function made(slug, fields) {
	const { id } = await calendar(slug);
	return api("POST", "/v1/entries", { calendar: id, state: "confirmed", ...fields });
}

// Where a series and its dates are on the site.
export const seriesAt = (e) => `/events/${e.calendar.slug}/${e.slug}/`;
export const dateAt = (e, date) => `${seriesAt(e)}${date.slug}/`;

// plain is the text of a page without its tags, as those read it who have nothing else.
export const plain = (html) => html.replace(/<(script|style)\b[^]*?<\/\1>/g, "").replace(/<[^>]+>/g, " ")
	.replaceAll("&amp;", "&").replaceAll("&#39;", "'").replaceAll("⁠", "").replaceAll(/\s+/g, " ");

// shows waits until a page of the site has some words, or none of them.
export const shows = (at, words, there = true) => until(`${at} ${there ? "shows" : "no longer shows"} ${words}`, async () => {
	const { status, text } = await get(at);
	return (status === 200 && plain(text).includes(words)) === there;
});

// is waits until an address answers with a status, and returns the answer.
export const is = (at, status) => until(`${at} is ${status}`, async () => {
	const answer = await get(at);
	return answer.status === status && answer;
});

// person is somebody who has signed in, at a browser of their own; with the calendars that they
// organise.
export async function person(browser, name, { calendars = [], scripts = true, ...options } = {}) {
	const who = await visitor(browser, { javaScriptEnabled: scripts, ...options });
	const address = somebody(name);
	await signIn(who.tab, address);
	if (calendars.length > 0) {
		const roles = await Promise.all(calendars.map(async (slug) => ({ role: "organiser", calendar: (await calendar(slug)).id })));
		await grant(address, roles);
	}
	const seen = watch(who.tab);
	// The browser reports a form that was not taken, whose answer is a page that says why.
	const refused = /^console error: Failed to load resource: .* status of (409|422) /;
	return { ...who, address, scripts, faults: () => seen.filter((fault) => !refused.test(fault)) };
}

export const go = (tab, at) => tab.goto(origin + at);
export const main = (tab) => tab.locator("main").innerText();
export const said = (tab) => tab.locator("#message").innerText();

// fill fills in the form of an entry: texts, times and choices by the labels of their fields.
export async function fill(tab, fields) {
	for (const [label, value] of Object.entries(fields)) {
		const field = tab.getByLabel(new RegExp(`^${label}\\s*\\*?$`)); // a star says that it is needed
		if (typeof value === "boolean") await field.setChecked(value);
		else if ((await field.evaluate((e) => e.tagName)) === "SELECT") await field.selectOption({ label: value });
		else await field.fill(value);
	}
}

// check has the form show its dates, and returns the part with them once it says how they repeat.
export async function check({ tab, scripts }, words) {
	const button = tab.getByRole("button", { name: "Check the dates" });
	await (scripts ? button.click() : follow(tab, button));
	const dates = tab.locator("[data-preview]");
	await dates.getByRole("heading", { level: 3, name: words }).waitFor();
	return dates;
}

// change leads from the page of an entry to the form for some of its dates: all, this or
// following.
export async function change(tab, e, which, date) {
	await go(tab, `/organise/entries/${e.id}/`);
	await follow(tab, tab.getByRole("link", { name: "Edit", exact: true }));
	const words = { all: "All dates", following: "This date and all later ones", this: "Only this date" };
	await tab.getByRole("radio", { name: words[which] }).check();
	if (date) await tab.getByLabel("This date is").selectOption(date.id);
	await press(tab, "Go on");
}

// touches is what the page says that an edit will touch: how many dates stay, move, come and go,
// and by name which.
export async function touches(tab) {
	await tab.getByRole("heading", { level: 1, name: "What this will touch" }).waitFor();
	return tab.evaluate(() => {
		const counts = Object.fromEntries([...document.querySelectorAll(".organise-counts > div")].map((row) => [row.querySelector("dt").textContent.trim(), Number(row.querySelector("dd").textContent.replaceAll(/\D/g, ""))]));
		const lists = Object.fromEntries([...document.querySelectorAll("details.organise-touch")].map((part) => [part.querySelector("summary").textContent.trim(), [...part.querySelectorAll("li")].map((item) => item.textContent.trim())]));
		return { counts, lists };
	});
}
