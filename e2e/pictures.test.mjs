// Photographs: every screen fetches the size it needs, the one at the top first and
// the others when they come near.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { get, open, origin, page, settle } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser.close());

// shown lists the pictures of the photograph's page as a screen of a width sees them.
async function shown(width, deviceScaleFactor = 1) {
	const context = await browser.newContext({ viewport: { width, height: 800 }, deviceScaleFactor });
	const tab = await context.newPage();
	await tab.goto(origin + page("photograph").path);
	await settle(tab);
	const pictures = await tab.evaluate(() => [...document.querySelectorAll("article img")].filter((i) => i.alt.startsWith("Dough")).map((i) => ({
		alt: i.alt, size: /\/w(\d+)\.webp$/.exec(i.currentSrc)?.[1], natural: i.naturalWidth, drawn: Math.round(i.getBoundingClientRect().width),
		width: i.getAttribute("width"), height: i.getAttribute("height"), priority: i.fetchPriority,
	})));
	await context.close();
	return pictures;
}

test("a photograph above a post and one in it", async () => {
	for (const { width, scale, sizes } of [
		{ width: 360, scale: 1, sizes: ["400", "400"] },
		{ width: 360, scale: 2, sizes: ["800", "800"] },
		{ width: 1280, scale: 1, sizes: ["1200", "800"] },
	]) {
		const pictures = await shown(width, scale);
		assert.deepEqual(pictures.map(({ alt }) => alt), ["Dough from above", "Dough in a tray"]);
		assert.deepEqual(pictures.map(({ size }) => size), sizes, `at ${width} px, ${scale} to 1`);
		for (const { alt, width: room, height, drawn, size } of pictures) {
			assert.deepEqual([room, height], ["1700", "1100"], alt);
			assert.ok(Number(size) >= drawn * scale * 0.95, `${alt} is drawn ${drawn} px wide from ${size}`);
		}
		assert.equal(pictures[0].priority, "high");
	}
});

test("the sizes of a photograph", async () => {
	const { text } = await get(page("photograph").path);
	const sets = [...text.matchAll(/<img [^>]*src="([^"]+\/dough\.jpg)"[^>]*srcset="([^"]+)"/g)];
	assert.ok(sets.length >= 2, `${sets.length} pictures have a srcset`);
	const weigh = async (url) => Number((await fetch(origin + url, { method: "HEAD" })).headers.get("Content-Length"));
	const whole = await weigh(sets[0][1]);
	let before = 0;
	for (const [, url, width] of sets[0][2].matchAll(/(\S+) (\d+)w/g)) {
		const answer = await fetch(origin + url);
		const bytes = (await answer.arrayBuffer()).byteLength;
		assert.equal(answer.headers.get("Content-Type"), "image/webp", url);
		assert.match(answer.headers.get("Cache-Control"), /immutable/, url);
		assert.ok(bytes > before && bytes < whole, `${width} px take ${bytes} bytes, the photograph ${whole}`);
		before = bytes;
	}
	const base = sets[0][1].slice(0, sets[0][1].lastIndexOf("/"));
	for (const name of ["w401.webp", "w99999.webp", "w400.avif"]) assert.equal((await get(`${base}/${name}`)).status, 404, name);
});

test("what is far down is not fetched", async () => {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
	const tab = await context.newPage();
	const asked = [];
	tab.on("request", (request) => request.resourceType() === "image" && asked.push(request.url()));
	await tab.goto(origin + page("market").path, { waitUntil: "networkidle" });
	const all = await tab.evaluate(() => document.images.length);
	assert.ok(all > 15 && asked.length < all / 2, `${asked.length} of ${all} pictures are fetched`);
	await context.close();
});
