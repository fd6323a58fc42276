// Calendars in pages of other sites: the component in its three views and the frame, below a
// policy that allows no more than what they need, and without scripts.

import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, before, describe, test } from "node:test";
import { calendar, entry, made, plain } from "./calendars.mjs";
import { long, next, plus, short, today, tuesday } from "./days.mjs";
import { barriers } from "./look.mjs";
import { follow } from "./visitor.mjs";
import { get, open, origin, until, watch } from "./world.mjs";

let browser, elsewhere, other;
before(async () => {
	browser = await open();
	// The other site: another host, another port, a page of its own and nothing else.
	elsewhere = http.createServer((req, res) => {
		const body = pages.get(req.url);
		res.writeHead(body ? 200 : 404, { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": policy });
		res.end(body ?? "nothing here");
	}).listen(0, "127.0.0.1");
	await once(elsewhere, "listening");
	other = `http://127.0.0.1:${elsewhere.address().port}`;
});
after(async () => {
	await browser?.close();
	elsewhere?.closeAllConnections();
	elsewhere?.close();
});

// What a site has to allow for the component and for the frame; and its own icon.
const policy = `default-src 'none'; script-src ${origin}; connect-src ${origin}; frame-src ${origin}; img-src data:; base-uri 'none'; form-action 'none'`;
const pages = new Map();

// host makes a page of the other site, and returns its address.
function host(at, body) {
	pages.set(at, `<!DOCTYPE html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
		<link rel="icon" href="data:,"><title>Village news</title><main><h1>Village news</h1>${body}</main></html>`);
	return other + at;
}

// snippets are what a calendar's page has to be copied.
async function snippets(at) {
	const tab = await browser.newPage();
	await tab.goto(origin + at);
	const [component, frame] = await Promise.all(["#embed-component", "#embed-frame"].map((field) => tab.locator(field).inputValue()));
	await tab.close();
	return { component, frame };
}

// visit opens a page of the other site; it may ask ours, and nobody else.
async function visit(url, look, { scripts = true, width = 1280, ...options } = {}) {
	const context = await browser.newContext({ viewport: { width, height: 900 }, javaScriptEnabled: scripts, reducedMotion: "reduce", ...options });
	try {
		const tab = await context.newPage();
		const seen = watch(tab, { origin: other });
		await tab.goto(url);
		await look(tab, context);
		assert.deepEqual(seen.filter((fault) => !fault.startsWith(`asked another host: ${origin}/`)), []);
	} finally {
		await context.close();
	}
}

// loaded waits until the component shows what it has fetched.
const loaded = (tab) => tab.waitForFunction(() => {
	const element = document.querySelector("ra-calendar");
	return element.shadowRoot?.querySelector("section") && !element.hasAttribute("aria-busy");
});

const comes = next(tuesday, plus(today(), 1)), supperAt = `/events/suppers/tuesday-supper/${comes}/`;

describe("the component", () => {
	test("what is to be copied works as it is, below a policy of its own", async () => {
		const { component } = await snippets("/events/suppers/");
		await visit(host("/copied", component), async (tab) => {
			await loaded(tab);
			const link = tab.locator(`ra-calendar a[href="${origin}${supperAt}"]`);
			assert.equal(await link.innerText(), "Tuesday supper");
			await follow(tab, link);
			await tab.getByRole("heading", { level: 1, name: "Tuesday supper" }).waitFor();
			assert.match(await tab.locator("main").innerText(), new RegExp(long(comes)));
		});
	});

	for (const view of ["list", "month", "next"]) {
		for (const [colorScheme, width] of [["light", 360], ["dark", 1280]]) {
			test(`as ${view}, ${colorScheme}, ${width} px`, { timeout: 180_000 }, async () => {
				const { id } = await calendar("suppers");
				const url = host(`/${view}`, `<script type="module" src="${origin}/_fragments/ra-calendar.js"></script>
					<ra-calendar src="${origin}" calendar="${id}" view="${view}"><a href="${origin}/events/suppers/">Suppers</a></ra-calendar>`);
				await visit(url, async (tab) => {
					await loaded(tab);
					const part = tab.getByRole("region", { name: "Suppers" });
					assert.equal(await part.count(), 1);
					assert.equal(await tab.getByRole("heading", { level: 1 }).count(), 1, "the page's own title is its only one");
					if (view === "month") assert.equal(await part.locator("table.month").getAttribute("data-month"), today().slice(0, 7));
					else assert.match(plain(await part.innerHTML()), /Tuesday supper 19:00–21:30|19:00–21:30 Tuesday supper/);
					assert.equal(await part.locator("a").evaluateAll((links) => links.every((a) => /^(https?|webcal):\/\//.test(a.getAttribute("href")))), true, "all addresses are whole ones");
					assert.deepEqual(await barriers(tab), []);
				}, { width, colorScheme });
			});
		}
	}

	test("a month by keyboard, in the page of somebody else", async () => {
		await visit(host("/keys", `<script type="module" src="${origin}/_fragments/ra-calendar.js"></script><ra-calendar src="${origin}" view="month"><a href="${origin}/events/">Events</a></ra-calendar>`), async (tab) => {
			await loaded(tab);
			const day = () => tab.evaluate(() => document.querySelector("ra-calendar").shadowRoot.activeElement?.closest("td")?.dataset.date);
			for (let i = 0; i < 20 && !(await day()); i++) await tab.keyboard.press("Tab");
			const now = today();
			assert.equal(await day(), now);
			const [key, back] = now.slice(8) === "01" ? ["ArrowRight", "ArrowLeft"] : ["ArrowLeft", "ArrowRight"];
			await tab.keyboard.press(key);
			assert.equal(await day(), plus(now, key === "ArrowLeft" ? -1 : 1));
			await tab.keyboard.press(back);
			assert.equal(await day(), now);
		});
	});

	test("its attributes may change, and it follows; what it does not know it leaves to its content", async () => {
		const { id } = await calendar("workshops");
		await visit(host("/changes", `<script type="module" src="${origin}/_fragments/ra-calendar.js"></script><ra-calendar calendar="${id}" view="next"><a href="${origin}/events/">All our events</a></ra-calendar>`), async (tab) => {
			await loaded(tab);
			assert.equal(await tab.getByRole("region", { name: "Workshops" }).count(), 1, "without an address it asks where its script came from");
			await tab.evaluate(() => document.querySelector("ra-calendar").setAttribute("view", "month"));
			await tab.locator("ra-calendar table.month").waitFor();
			await tab.evaluate(() => {
				const another = document.createElement("ra-calendar");
				another.setAttribute("calendar", "no such calendar");
				another.innerHTML = "<p>Ask at the shop.</p>";
				document.querySelector("main").append(another);
			});
			await tab.getByText("Ask at the shop.").waitFor();
		});
	});

	test("a change of the calendar is in it", { timeout: 180_000 }, async () => {
		const day = plus(today(), 2), name = `Pop-up ${crypto.randomUUID().slice(0, 8)}`;
		const { id } = await calendar("market-days");
		const stall = await made("market-days", { title: name, local_start: `${day}T07:00:00`, local_end: `${day}T08:00:00` });
		await until("the fragment has it", async () => (await get(`/_fragments/calendar/${id}/list.html`)).text.includes(name));
		await visit(host("/fresh", `<script type="module" src="${origin}/_fragments/ra-calendar.js"></script><ra-calendar src="${origin}" calendar="${id}"></ra-calendar>`), async (tab) => {
			await loaded(tab);
			assert.equal(await tab.getByRole("link", { name }).getAttribute("href"), `${origin}/events/market-days/${stall.slug}/${stall.occurrences[0].slug}/`);
		});
	});

	test("without scripts there is what stands between its tags", async () => {
		const { component } = await snippets("/events/suppers/");
		await visit(host("/plain", component), async (tab) => {
			await follow(tab, tab.getByRole("link", { name: "Suppers" }));
			assert.equal(tab.url(), `${origin}/events/suppers/`);
		}, { scripts: false });
	});
});

describe("the frame", () => {
	for (const scripts of [true, false]) {
		test(`what is to be copied shows the list, ${scripts ? "with" : "without"} scripts`, { timeout: 180_000 }, async () => {
			const { frame } = await snippets("/events/suppers/");
			const url = host("/frame", frame);
			for (const [colorScheme, width] of [["light", 360], ["dark", 1280]]) {
				await visit(url, async (tab) => {
					const inside = await until("the frame is there", () => tab.frames().find((f) => f.url().startsWith(origin)));
					await inside.waitForLoadState("domcontentloaded");
					const link = inside.locator(`a[href="${origin}${supperAt}"]`);
					await link.waitFor();
					assert.equal(await inside.getByRole("heading", { level: 1, name: "Suppers" }).count(), 1);
					assert.match((await inside.locator("main").innerText()).replaceAll("⁠", ""), /19:00–21:30/);
					if (scripts) assert.deepEqual([...(await barriers(inside)), ...(await barriers(tab))], []); // without, axe does not run either
					await follow(tab, link); // it leaves the frame
					assert.equal(tab.url(), origin + supperAt);
				}, { scripts, width, colorScheme });
			}
		});
	}

	test("the other views are there as well, and may be framed by everybody; other pages may not", async () => {
		const { id } = await calendar("suppers");
		for (const which of [id, "all"]) {
			for (const view of ["list", "month", "next"]) {
				const { status, headers, text } = await get(`/_fragments/calendar/${which}/${view}.html`, { Origin: "https://village.example" });
				assert.equal(status, 200, view);
				const policy = headers.get("Content-Security-Policy");
				assert.match(policy, /default-src 'none'/);
				assert.match(policy, /frame-ancestors \*/);
				assert.doesNotMatch(policy, /script-src|unsafe/);
				assert.equal(headers.get("X-Frame-Options"), null);
				assert.equal(headers.get("Access-Control-Allow-Origin"), "*");
				assert.equal(headers.get("Set-Cookie"), null);
				assert.doesNotMatch(text, /<script/);
				assert.match(text, /<meta name="robots" content="noindex">/);
			}
		}
		const script = await get("/_fragments/ra-calendar.js", { Origin: "https://village.example" });
		assert.equal(script.headers.get("Access-Control-Allow-Origin"), "*");
		assert.match(script.headers.get("Content-Type"), /^text\/javascript/);
		assert.equal((await get("/_fragments/calendar/cal_00000000000000000000000000000000/list.html")).status, 404);
		for (const at of ["/events/", "/events/suppers/", "/organise/"]) {
			assert.match((await get(at)).headers.get("Content-Security-Policy"), /frame-ancestors '(self|none)'/, at);
		}
	});

	test("of what is private it says the time, in the month", async () => {
		const { id } = await calendar("hall");
		const hire = await entry("Thursday hire");
		const here = hire.occurrences.filter((d) => d.slug.startsWith(today().slice(0, 7)));
		for (const view of ["list", "month", "next"]) assert.doesNotMatch((await get(`/_fragments/calendar/${id}/${view}.html`)).text, /Thursday hire|folk dancers/);
		assert.ok(here.length > 0 && short(here[0].slug).startsWith("Thu"));
		assert.match(plain((await get(`/_fragments/calendar/${id}/month.html`)).text), /18:00–22:00 Busy/);
	});
});
