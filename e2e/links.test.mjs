// Every link leads somewhere: what the pages of each kind name, what the sitemap
// and the feeds list, down to the places within a page.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { get, open, origin, pages, signedIn } from "./world.mjs";

let browser, tab;
before(async () => {
	browser = await open();
	tab = await browser.newPage(signedIn);
});
after(() => browser.close());

// found keeps the answer of each address, asked for once.
const found = new Map();

function ask(url) {
	// Some pages are there only for who has signed in, as the tab has.
	const closed = /^\/(account|shop|editor|orders|organise)\//.test(new URL(url).pathname);
	if (!found.has(url)) found.set(url, closed ? asOwner(url) : get(url));
	return found.get(url);
}

async function asOwner(url) {
	const answer = await tab.context().request.get(url, { maxRedirects: 0 });
	return { status: answer.status(), text: await answer.text() };
}

// dead lists what is wrong with the addresses that a page names.
async function dead(from, addresses) {
	const faults = [];
	for (const address of new Set(addresses)) {
		const url = new URL(address, origin + from);
		if (url.origin !== origin || !url.protocol.startsWith("http")) continue;
		const { hash } = url;
		url.hash = "";
		const { status, text } = await ask(url.href);
		const expected = pages.find((p) => p.path === url.pathname)?.status ?? 200;
		if (status !== expected) faults.push(`${from}: ${address} = ${status}`);
		const id = decodeURIComponent(hash.slice(1));
		if (id && !new RegExp(`\\sid="?${RegExp.escape?.(id) ?? id.replaceAll(/[^\w-]/g, "\\$&")}["\\s>]`).test(text)) {
			faults.push(`${from}: ${address}: there is no such place in the page`);
		}
	}
	return faults;
}

test("links, pictures and style sheets of a page of every kind", async () => {
	const faults = [];
	let links = 0;
	for (const page of pages) {
		await tab.goto(origin + page.path, { waitUntil: "domcontentloaded" });
		const named = await tab.evaluate(() => [...document.querySelectorAll("[href], [src], [srcset], meta[property$=image]")].flatMap((e) => [
			e.getAttribute("href"), e.getAttribute("src"), e.getAttribute("content"),
			...(e.getAttribute("srcset") ?? "").split(",").map((part) => part.trim().split(" ")[0]),
		]).filter(Boolean));
		links += named.length;
		faults.push(...(await dead(page.path, named)));
	}
	assert.deepEqual(faults, []);
	assert.ok(links > 200, `only ${links} links were found`);
});

test("links are addresses, not words for them", async () => {
	const faults = [];
	for (const page of pages) {
		await tab.goto(origin + page.path, { waitUntil: "domcontentloaded" });
		faults.push(...(await tab.evaluate(() => [...document.links]
			.filter((a) => !/^(https?|mailto|tel|webcal):$/.test(a.protocol) || (a.textContent.trim() === "" && !a.querySelector("img[alt], [aria-label]") && !a.ariaLabel))
			.map((a) => a.outerHTML))));
	}
	assert.deepEqual(faults, []);
});

test("sitemap", async () => {
	const listed = await sitemap(`${origin}/sitemap.xml`);
	assert.ok(listed.length > 50, `only ${listed.length} addresses`);
	for (const { path, status, dynamic, unlisted } of pages) {
		if (path === "/docs" || path.includes("/page/")) continue;
		assert.equal(listed.includes(origin + path), status === undefined && !dynamic && !unlisted, `${path} in the sitemap`);
	}
	assert.deepEqual(await dead("/sitemap.xml", listed), []);
	// What is listed is what the page calls itself, and may be indexed.
	const faults = [];
	for (const url of listed) {
		const { text } = await ask(url);
		if (!text.includes(`<link rel="canonical" href="${url}"`)) faults.push(`${url}: another canonical address`);
		if (/<meta name="robots" content="[^"]*noindex/.test(text)) faults.push(`${url}: not for indexes`);
	}
	assert.deepEqual(faults, []);
});

async function sitemap(url) {
	const { status, text } = await ask(url);
	assert.equal(status, 200, url);
	const listed = [...text.matchAll(/<loc>([^<]+)<\/loc>/g)].map((m) => m[1].replaceAll("&amp;", "&"));
	if (!text.includes("<sitemapindex")) return listed;
	return (await Promise.all(listed.map(sitemap))).flat();
}

test("feeds", async () => {
	for (const feed of ["/rss.xml", "/tag/recipes/rss.xml"]) {
		const { status, text } = await ask(origin + feed);
		assert.equal(status, 200, feed);
		const parsed = await tab.evaluate((xml) => {
			const feed = new DOMParser().parseFromString(xml, "text/xml");
			return {
				fault: feed.querySelector("parsererror")?.textContent ?? "",
				links: [...feed.querySelectorAll("item > link")].map((link) => link.textContent),
			};
		}, text);
		assert.equal(parsed.fault, "");
		assert.ok(parsed.links.length > 0, `${feed} has no items`);
		assert.deepEqual(await dead(feed, parsed.links), []);
	}
});
