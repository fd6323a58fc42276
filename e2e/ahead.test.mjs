// Fetching ahead: a page is fetched once the pointer rests on its link, and what
// depends on who looks, feeds and files are not.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { open, origin, page, pages, until } from "./world.mjs";

let browser, tab, session;
const rules = [], fetched = new Map(), sources = new Map();
before(async () => {
	browser = await open();
	tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
	session = await tab.context().newCDPSession(tab);
	session.on("Preload.ruleSetUpdated", ({ ruleSet }) => rules.push(ruleSet));
	session.on("Preload.prefetchStatusUpdated", ({ key, status, prefetchStatus }) => fetched.set(key.url, `${status} ${prefetchStatus ?? ""}`));
	session.on("Preload.preloadingAttemptSourcesUpdated", ({ preloadingAttemptSources }) => {
		for (const { key } of preloadingAttemptSources) sources.set(key.url, key.action);
	});
	await session.send("Preload.enable");
});
after(() => browser.close());

test("the rules are understood on every page", async () => {
	for (const { name, path } of pages.filter((p) => p.name !== "docs")) {
		rules.length = 0;
		await tab.goto(origin + path);
		await until(`the rules of ${name}`, () => rules.length > 0);
		assert.deepEqual(rules.map(({ errorType, errorMessage }) => errorType ?? errorMessage).filter(Boolean), [], name);
	}
});

test("which links may be fetched ahead", async () => {
	sources.clear();
	await tab.goto(origin + page("post").path);
	const dynamic = ["/account/", "/cart/", "/checkout/", "/login/", "/editor/", "/orders/1/", "/v1/posts/", "/_dev/mail/", "/rss.xml", "/sitemap.xml", "/docs", "/about/?x=1", "https://elsewhere.example/"];
	await tab.evaluate((addresses) => {
		for (const address of [...addresses, "/about/#us"]) document.body.append(Object.assign(document.createElement("a"), { href: address, textContent: address }));
		document.body.append(Object.assign(document.createElement("a"), { href: "/visit/", rel: "nofollow", textContent: "not to be followed" }));
	}, dynamic);
	await until("the links are looked at", () => [...sources.keys()].some((url) => url.includes("/about/")));
	const links = await tab.evaluate(() => [...document.links].map((a) => a.href));
	for (const url of sources.keys()) {
		const { pathname, search, origin: host } = new URL(url);
		assert.ok(host === origin && pathname.endsWith("/") && search === "", `${url} may be fetched ahead`);
		assert.ok(!dynamic.includes(pathname), `${url} may be fetched ahead`);
		assert.equal(sources.get(url), "Prefetch", url);
	}
	for (const wanted of ["/", "/market/", "/tag/bakery/"]) {
		if (links.includes(origin + wanted)) assert.ok(sources.has(origin + wanted), `${wanted} is not fetched ahead`);
	}
});

test("a page is there before it is asked for", async () => {
	await tab.goto(origin);
	const link = tab.locator("main article").first().getByRole("heading").getByRole("link");
	const url = new URL(await link.getAttribute("href"), origin).href;
	assert.equal(fetched.has(url), false, "it is fetched before anybody points at it");
	await link.hover();
	await until("the page is fetched ahead", () => /^(Ready|Success)/.test(fetched.get(url) ?? ""));
	await link.click();
	await tab.waitForURL(url);
	assert.equal(await tab.evaluate(() => performance.getEntriesByType("navigation")[0].deliveryType), "navigational-prefetch");
});
