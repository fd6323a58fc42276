// How heavy pages are: each one of the built site, and what it takes to see one.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";
import { get, open, origin, page, pages, publicDir, signedIn, until } from "./world.mjs";

const kB = 1024;
const tree = path.join(publicDir, "main");
const files = readdirSync(tree, { recursive: true }).map(String);

// Pages are compressed as they are asked for or once they are built, at a quality
// that costs little; style sheets once and for all.
const weigh = (bytes, quality) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }).length;

test("HTML: 20 kB for a list, 14 kB for all else", (t) => {
	const faults = [];
	let heaviest = ["", 0];
	const built = files.filter((file) => file.endsWith(".html"));
	assert.ok(built.length > 50, `only ${built.length} pages`);
	for (const file of built) {
		const html = readFileSync(path.join(tree, file));
		const kind = /<body class="([a-z]+)/.exec(html)?.[1];
		const limit = (["home", "tag", "author", "market", "category", "term", "calendar", "series", "fragment"].includes(kind) ? 20 : 14) * kB;
		const weight = weigh(html, 5);
		if (weight > limit || !kind) faults.push(`${file} (${kind}): ${weight} bytes of ${limit}`);
		if (weight > heaviest[1]) heaviest = [file, weight];
	}
	t.diagnostic(`note: the heaviest of ${built.length} pages is ${heaviest[0]} with ${heaviest[1]} bytes`);
	assert.deepEqual(faults, []);
});

test("CSS: 12 kB for visitors, 4 kB more where dates are, 6 kB for who buys, for shopkeepers, organisers and who is signed in; a script 2 kB", (t) => {
	const limits = {
		"site.css": 12 * kB, "shop.css": 6 * kB, "account.css": 6 * kB, "login.css": 2 * kB, "cart.css": 6 * kB,
		"events.css": 4 * kB, "organise.css": 6 * kB, "fragment.css": 4 * kB,
		"site.js": 2 * kB, "cart.js": 2 * kB, "order.js": 2 * kB, "cards.js": 2 * kB, "gate.js": 2 * kB, "passkey.js": 2 * kB,
		"calendar.js": 2 * kB, "organise.js": 2 * kB, "ra-calendar.js": 6 * kB, // with its style sheet, for other sites
	};
	const made = files.filter((file) => /^_assets\/.*\.(css|js)$/.test(file));
	assert.equal(made.length, Object.keys(limits).length, made.join(", "));
	for (const file of made) {
		const name = path.basename(file).replace(/-[0-9a-f]+\./, ".");
		const weight = weigh(readFileSync(path.join(tree, file)), 11);
		t.diagnostic(`note: ${name} has ${weight} bytes`);
		assert.ok(weight <= limits[name], `${name}: ${weight} bytes`);
	}
});

let browser;
before(async () => (browser = await open()));
after(() => browser.close());

test("requests: four for the words, one more with a sheet of the page's kind, and the pictures", async (t) => {
	const most = {};
	for (const at of pages) {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...(at.signedIn && signedIn) });
		const tab = await context.newPage();
		const kinds = {};
		// The browser fetches its tab's icon when it likes.
		tab.on("request", (request) => request.url().includes("/favicon") || (kinds[request.resourceType()] = (kinds[request.resourceType()] ?? 0) + 1));
		await tab.goto(origin + at.path, { waitUntil: "networkidle" });
		// A page that is the same for all asks once who looks at it; a product's page asks how
		// much there is as well, and can put it into the cart. On pages that are made for who
		// looks at them there is nothing to ask. Some have a script for their dates besides.
		const product = at.name.startsWith("product");
		const made = at.signedIn || ["docs", "cart-empty"].includes(at.name);
		const asks = made ? (at.script ? { script: 1 } : {}) : { script: product || at.script ? 2 : 1, fetch: product ? 2 : 1 };
		// On a busy machine the network is idle before the scripts have run.
		await until(`${at.name} has asked`, () => (kinds.fetch ?? 0) >= (asks.fetch ?? 0));
		const { document: documents, stylesheet, font = 0, image = 0, ...more } = kinds;
		assert.equal(documents, 1, at.name);
		assert.equal(stylesheet, at.dates || /^(shop|cart|organise|mail-box)/.test(at.name) ? 2 : 1, at.name);
		assert.deepEqual(more, asks, at.name);
		// Words in italics far down have a face of their own.
		const seen = await tab.evaluate(() => [...document.querySelectorAll("em, i, cite, q")].some((e) => e.getBoundingClientRect().top < innerHeight));
		assert.ok(1 + 1 + font - (font > 2 && !seen ? 1 : 0) <= 4, `${at.name}: ${font} fonts`);
		most[at.name] = `${2 + font}+${image}`;
		await context.close();
	}
	t.diagnostic(`note: requests for words and pictures: ${Object.entries(most).map((e) => e.join(" ")).join(", ")}`);
});

test("nothing is fetched twice, and again only what may have changed", async () => {
	const context = await browser.newContext();
	const tab = await context.newPage();
	const asked = [];
	tab.on("request", (request) => asked.push(request.url()));
	await tab.goto(origin + page("post").path);
	assert.deepEqual(asked.filter((url, i) => asked.indexOf(url) !== i), []);
	const { headers } = await get(page("post").path);
	assert.equal((await get(page("post").path, { "If-None-Match": headers.get("ETag") })).status, 304);
	for (const url of asked.filter((url) => url.includes("/_assets/") || url.includes("/media/"))) {
		assert.match((await get(url)).headers.get("Cache-Control"), /immutable/, url);
	}
	await context.close();
});
