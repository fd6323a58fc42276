// A page of every kind, light and dark, on a telephone, a tablet and a desk.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { barriers, check } from "./look.mjs";
import { get, open, origin, pages } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser.close());

describe("pages", { concurrency: 2 }, () => {
	for (const page of pages) {
		for (const colorScheme of ["light", "dark"]) {
			for (const width of colorScheme === "light" ? [360, 768, 1280] : [360, 1280]) {
				test(`${page.name}, ${colorScheme}, ${width} px`, { timeout: 180_000 }, () => check(browser, page, colorScheme, width));
			}
		}
	}

	// What editors write differs from post to post: tables, pictures, code.
	test("every post and page, 360 px", { timeout: 180_000 }, async () => {
		const context = await browser.newContext({ viewport: { width: 360, height: 740 } });
		const tab = await context.newPage();
		const faults = [];
		for (const list of ["/v1/posts?limit=100", "/v1/pages?limit=100"]) {
			for (const { path: at } of JSON.parse((await get(list)).text).items) {
				await tab.goto(origin + at);
				faults.push(...(await barriers(tab)).map((fault) => `${at}: ${fault}`));
			}
		}
		await context.close();
		assert.deepEqual(faults, []);
	});
});
