// A calendar of one's own: what a member follows and keeps, in a feed that has a secret address
// until that is revoked, or the account is gone.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { dateAt, entry, go, main, made, person, said } from "./calendars.mjs";
import { next, plus, today, tuesday } from "./days.mjs";
import { mailTo } from "./signin.mjs";
import { follow, look, press, title, visitor } from "./visitor.mjs";
import { api, get, open, origin, until } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());

const comes = next(tuesday, plus(today(), 1));
const supperAt = `/events/suppers/tuesday-supper/${comes}/`;

// feed makes a secret address, and returns it.
async function feed({ tab }, name) {
	await go(tab, "/account/calendar/");
	await tab.getByLabel(/^Name/).fill(name);
	await press(tab, "Make a secret address");
	assert.match(await main(tab), /it is not shown again/);
	const address = (await tab.locator(".secret-value").innerText()).trim();
	assert.match(address, new RegExp(`^${origin}/ics/me/[\\w-]{22,}\\.ics$`));
	assert.equal(await tab.getByRole("link", { name: "Open it in a calendar program" }).getAttribute("href"), address.replace(/^https?/, "webcal"));
	return address;
}

// keep keeps what a page of the site is about, by its link.
async function keep({ tab }, at, link, button) {
	await go(tab, at);
	await follow(tab, tab.locator("main").getByRole("link", { name: link }));
	assert.match(tab.url(), /\/account\/calendar\/(save|follow)\//);
	await press(tab, button);
}

// lines are those of a feed, unfolded.
async function lines(address) {
	const { status, headers, text } = await get(address);
	assert.equal(status, 200);
	assert.match(headers.get("Content-Type"), /^text\/calendar/);
	assert.match(headers.get("Cache-Control"), /no-store/);
	assert.equal(headers.get("X-Robots-Tag"), "noindex");
	return text.replaceAll("\r\n ", "").split("\r\n");
}

for (const scripts of [true, false]) {
	test(`a calendar that is followed and a date that is kept are in the feed, until it is revoked, ${scripts ? "with" : "without"} scripts`, { timeout: 300_000 }, async () => {
		const who = await person(browser, "keeps", { scripts, viewport: { width: 360, height: 740 } }), { tab } = who;
		await keep(who, "/events/workshops/", /^Follow this calendar/, "Follow it");
		assert.match(await said(tab), /^You follow it/);
		await keep(who, supperAt, /^Keep this date/, "Keep it in my calendar");
		assert.match(await said(tab), /^You keep it/);
		assert.match(await main(tab), /Tuesday supper[^]*Workshops/);
		const address = await feed(who, "Phone");
		if (scripts) await look(tab, "account-feed"); // axe is a script as well
		await go(tab, "/account/calendar/");
		assert.equal(await tab.locator(".secret-value").count(), 0);

		const has = await lines(address);
		for (const line of ["SUMMARY:Tuesday supper", "SUMMARY:Repair evening", "SUMMARY:Growing group"]) assert.ok(has.includes(line), `${line} is not in\n${has.join("\n")}`);
		assert.ok(!has.includes("SUMMARY:Yard market"), "what is not followed is not in it");
		const starts = has.filter((line) => line.startsWith("DTSTART") && line.includes(comes.replaceAll("-", "")));
		assert.ok(starts.length > 0, `no date begins on ${comes}`);
		assert.equal(has.filter((line) => line === "SUMMARY:Tuesday supper").length, 1, "one date is kept, not the series");
		assert.ok(!has.some((line) => line.startsWith("METHOD")));

		// What changes is in it, and what is taken out is not.
		const day = plus(today(), 33), name = `Darning ${crypto.randomUUID().slice(0, 8)}`;
		await made("workshops", { title: name, local_start: `${day}T10:00:00`, local_end: `${day}T11:00:00` });
		await until("the new date is in the feed", async () => (await lines(address)).includes(`SUMMARY:${name}`));
		await go(tab, "/account/calendar/");
		await follow(tab, tab.getByRole("button", { name: /^Do not keep it/ }));
		assert.ok(!(await lines(address)).includes("SUMMARY:Tuesday supper"));
		await follow(tab, tab.getByRole("button", { name: /^Stop following/ }));
		assert.ok(!(await lines(address)).some((line) => line.startsWith("SUMMARY:")));

		assert.match(await main(tab), /last used/);
		await follow(tab, tab.getByRole("button", { name: /^Revoke/ }));
		assert.match(await said(tab), /^Revoked/);
		assert.equal((await get(address)).status, 404);
		assert.equal((await get(address.replace(/.\.ics$/, ".ics"))).status, 404);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});
}

test("a date that somebody keeps stays beside its series, and its organiser is told", { timeout: 300_000 }, async () => {
	const day = plus(today(), 36), name = `Mending ${crypto.randomUUID().slice(0, 8)}`;
	const series = await made("workshops", { title: name, local_start: `${day}T10:00:00`, local_end: `${day}T11:00:00`, rrule: "FREQ=DAILY;COUNT=4" });
	const last = series.occurrences[3];
	const who = await person(browser, "keeps");
	await until("its page is there", async () => (await get(dateAt(series, last))).status === 200);
	await keep(who, dateAt(series, last), /^Keep this date/, "Keep it in my calendar");
	const organiser = await person(browser, "mender", { calendars: ["workshops"] }), { tab } = organiser;
	await go(tab, `/organise/entries/${series.id}/edit/?apply=all`);
	await tab.getByLabel("Dates", { exact: true }).fill("2");
	await press(tab, "See what this will touch");
	assert.match(await main(tab), /Stay beside the series[^]*Go|Go[^]*Stay beside the series/);
	await look(tab, "organise-touch-kept");
	await press(tab, "Change it");
	assert.match(await said(tab), /^Saved\./);
	const left = await entry(series.id);
	assert.deepEqual(left.occurrences.map((d) => [d.id, !!d.kept]), [[series.occurrences[0].id, false], [series.occurrences[1].id, false], [last.id, true]]);
	assert.equal((await get(dateAt(series, last))).status, 200);
	await until("the page of the other is gone", async () => [404, 410].includes((await get(dateAt(series, series.occurrences[2]))).status));
	await organiser.close();
	await who.close();
});

test("whoever is nobody yet signs in first, and then keeps the date", { timeout: 300_000 }, async () => {
	const { tab, close } = await visitor(browser);
	await go(tab, supperAt);
	await follow(tab, tab.locator("main").getByRole("link", { name: /^Keep this date/ }));
	assert.match(tab.url(), /\/login\/\?return_to=/);
	assert.ok(decodeURIComponent(tab.url()).includes("/account/calendar/save/?occurrence="), tab.url());
	await close();
});

test("of an account that is erased the feed is gone", { timeout: 300_000 }, async () => {
	const who = await person(browser, "leaves"), { tab, address: email } = who;
	await keep(who, supperAt, /^Keep this date/, "Keep it in my calendar");
	const address = await feed(who, "Phone");
	assert.ok((await lines(address)).includes("SUMMARY:Tuesday supper"));
	await go(tab, "/account/data/");
	await tab.getByText("Delete my account").click();
	await press(tab, "Plan the deletion");
	await mailTo(email, "deletion_planned");
	assert.equal((await get(address)).status, 200, "until then nothing is gone");
	const { items: [user] } = await api("GET", `/v1/users?q=${encodeURIComponent(email)}`);
	soon(user.id);
	await until("the account is erased", async () => (await api("GET", `/v1/users/${user.id}`)).email !== email);
	assert.equal((await get(address)).status, 404);
	await go(tab, "/account/calendar/");
	assert.match(tab.url(), /\/login\//);
	await who.close();
});

// soon has an account erased whose owner has waited two weeks for it, as far as the database
// knows: the day is set back, and the job that looks each hour is asked for now.
function soon(user) {
	const hex = user.replace(/^user_/, "");
	assert.match(hex, /^[0-9a-f]{32}$/);
	const socket = readFileSync(path.join(process.env.E2E_DATA_DIR, "postgres", "postmaster.pid"), "utf8").split("\n")[4];
	execFileSync("psql", ["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--host", socket, "--username", "roseash", "--dbname", "roseash", "--command",
		`UPDATE identity.users SET deletion_due = now() - interval '1 minute' WHERE id = '${hex}' AND deletion_due IS NOT NULL;
		INSERT INTO river.river_job (kind, args, max_attempts) VALUES ('identity.erase', '{}', 3);`], { stdio: ["ignore", "ignore", "inherit"] });
}

describe("the page of it", () => {
	test("is empty at first, and says where to begin", async () => {
		const who = await person(browser, "new"), { tab } = who;
		await go(tab, "/account/");
		await follow(tab, tab.getByRole("link", { name: /^My calendar/ }).last());
		assert.equal(await title(tab), "My calendar");
		await look(tab, "account-calendar-empty");
		await follow(tab, tab.getByRole("link", { name: "All calendars" }));
		assert.equal(tab.url(), `${origin}/events/`);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});
});
