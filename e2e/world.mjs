// What the tests share: the pages they look at, the browser, the API.

import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";
import { next, plus, today, tuesday } from "./days.mjs";

export const origin = process.env.E2E_URL;
export const publicDir = process.env.E2E_PUBLIC_DIR;
if (!origin) throw new Error("start the tests with e2e/run.sh");

const month = today().slice(0, 7);

// A page of every kind: those of the demo, and what setup.mjs adds. Of those with dates some
// have a script for these; months and archives, which hold no more than what is listed, are in no sitemap.
export const pages = [
	{ name: "home", path: "/", dates: true, script: true },
	{ name: "home-page-1", path: "/page/1/" },
	{ name: "post", path: "/bulk-bins-and-bringing-jars/" },
	{ name: "photograph", path: "/a-photograph-of-dough/" },
	{ name: "tag", path: "/tag/recipes/" },
	{ name: "author", path: "/author/the-bakery/" },
	{ name: "about", path: "/about/" },
	{ name: "market", path: "/market/", dates: true, script: true },
	{ name: "category", path: "/market/bakery/" },
	{ name: "product", path: "/market/products/country-sourdough/" },
	{ name: "product-sizes", path: "/market/products/tahini/" },
	{ name: "label", path: "/market/labels/organic/" },
	{ name: "producer", path: "/market/producers/lower-orchard/" },
	{ name: "collection", path: "/market/collections/gluten-free-cupboard/" },
	{ name: "events", path: "/events/", dates: true, script: true },
	{ name: "events-month", path: `/events/${month}/`, dates: true, script: true, unlisted: true },
	{ name: "events-archive", path: "/events/archive/", dates: true, unlisted: true },
	{ name: "calendar", path: "/events/workshops/", dates: true, script: true },
	{ name: "calendar-month", path: `/events/hall/${month}/`, dates: true, script: true, unlisted: true },
	{ name: "calendar-archive", path: "/events/suppers/archive/", dates: true, unlisted: true },
	{ name: "series", path: "/events/suppers/tuesday-supper/", dates: true },
	{ name: "date", path: `/events/suppers/tuesday-supper/${next(tuesday, plus(today(), 1))}/`, dates: true },
	{ name: "post-dates", path: "/repair-evening/", dates: true, script: true },
	{ name: "page-month", path: "/visit/", dates: true, script: true },
	{ name: "search", path: "/search/?q=bread", dynamic: true },
	{ name: "listing", path: "/search/?category=store-cupboard&label=organic&sort=price", dynamic: true },
	{ name: "nothing-found", path: "/search/?q=zeppelin", dynamic: true },
	{ name: "cart-empty", path: "/cart/", dynamic: true },
	{ name: "shop", signedIn: true, path: "/shop/", dynamic: true },
	{ name: "shop-board", signedIn: true, path: "/shop/orders/", dynamic: true },
	{ name: "shop-books", signedIn: true, path: "/shop/accounts/", dynamic: true },
	{ name: "shop-stock", signedIn: true, path: "/shop/stock/", dynamic: true },
	{ name: "shop-catalogue", signedIn: true, path: "/shop/catalogue/", dynamic: true },
	{ name: "organise", signedIn: true, path: "/organise/", dynamic: true },
	{ name: "organise-entries", signedIn: true, path: "/organise/entries/", dynamic: true },
	{ name: "organise-new", signedIn: true, path: "/organise/entries/new/", dynamic: true, script: true },
	{ name: "organise-calendars", signedIn: true, path: "/organise/calendars/", dynamic: true },
	{ name: "organise-calendar-new", signedIn: true, path: "/organise/calendars/new/", dynamic: true },
	{ name: "organise-venues", signedIn: true, path: "/organise/venues/", dynamic: true },
	{ name: "organise-venue-new", signedIn: true, path: "/organise/venues/new/", dynamic: true },
	{ name: "mail-box", path: "/_dev/mail", dynamic: true },
	{ name: "not-found", path: "/no-such-page/", status: 404 },
	{ name: "gone", path: "/withdrawn/", status: 410 },
	{ name: "docs", path: "/docs" },
];

export const page = (name) => pages.find((p) => p.name === name);

// patience is how long a page or a change may take to appear on a busy machine. How long it
// may take at all is the benchmarks' business.
const patience = 60_000;

// open connects to the browser of this run; close it when the file is done.
export const open = async () => patient(await chromium.connect(process.env.E2E_BROWSER));

// patient has all tabs of a browser wait as long as a busy machine may need.
export function patient(browser) {
	const make = browser.newContext.bind(browser);
	browser.newContext = async (options) => { // tabs without a context have one that is made here too
		const context = await make(options);
		context.setDefaultTimeout(patience);
		return context;
	};
	return browser;
}

// signedIn makes a context of the browser one of the owner, who signed in when the tests began.
export const signedIn = { storageState: path.join(process.env.E2E_DATA_DIR, "owner.json") };

// until asks again and again until the answer is truthy, and returns it.
export async function until(what, ask) {
	const end = Date.now() + patience;
	for (;;) {
		const answer = await ask();
		if (answer) return answer;
		if (Date.now() > end) throw new Error(`waited ${patience / 1000} s in vain: ${what}`);
		await pause(25);
	}
}

const token = readFileSync(path.join(process.env.E2E_DATA_DIR, "dev-token"), "utf8").trim();

// api calls an operation as an editor and fails where the answer is a problem.
export async function api(method, at, body, headers = {}) {
	const res = await fetch(origin + at, {
		method,
		headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }), ...headers },
		body: body && JSON.stringify(body),
	});
	const text = await res.text();
	if (!res.ok) throw new Error(`${method} ${at} = ${res.status}: ${text}`);
	return { etag: res.headers.get("ETag"), ...(text && JSON.parse(text)) };
}

// get asks for an address as a program does. The text is always read: an answer
// that is not keeps its connection, and with it the process.
export async function get(at, headers = {}) {
	const res = await fetch(new URL(at, origin), { headers, redirect: "manual" });
	return { status: res.status, headers: res.headers, text: await res.text() };
}

// watch writes down all that a page should not do: complain on the console, fail
// to fetch something, ask another host.
export function watch(tab, { expected = 200, origin: own = origin } = {}) {
	const faults = [];
	tab.on("console", (message) => {
		if (!["error", "warning"].includes(message.type())) return;
		// The browser reports the status of the page itself there too.
		const itself = message.location().url === tab.url() && message.text().includes(`status of ${expected}`);
		if (expected === 200 || !itself) faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
	});
	tab.on("pageerror", (fault) => faults.push(`script: ${fault.message}`));
	tab.on("requestfailed", (request) => {
		// A visitor who goes on makes the browser drop what it was still asking for.
		const why = request.failure()?.errorText;
		if (why !== "net::ERR_ABORTED") faults.push(`failed: ${request.url()} ${why}`);
	});
	tab.on("request", (request) => {
		const { origin: host, protocol } = new URL(request.url());
		if (host !== own && protocol !== "data:") faults.push(`asked another host: ${request.url()}`);
	});
	tab.on("response", (response) => {
		if (response.status() >= 400 && !response.request().isNavigationRequest()) {
			faults.push(`status ${response.status()}: ${response.url()}`);
		}
	});
	return faults;
}

// settle scrolls through the page, so that everything that loads late has loaded,
// and back.
export async function settle(tab) {
	await tab.evaluate(async () => {
		const frame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
		for (let y = 0; y < document.documentElement.scrollHeight; y += innerHeight * 4) {
			scrollTo(0, y);
			await frame();
		}
		for (const image of document.images) image.loading = "eager";
		await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
		await document.fonts.ready;
		scrollTo(0, 0);
		await frame();
	});
}
