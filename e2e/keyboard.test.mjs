// Without a mouse: the first stop leads past the menu, every stop is seen, none
// is a trap.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { open, origin, page, pages, signedIn } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser.close());

describe("keyboard", { concurrency: 2 }, () => {
	for (const { name, path, signedIn: closed } of pages) {
		test(`skip link on ${name}`, async () => {
			const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...(closed && signedIn) });
			await tab.goto(origin + path);
			await tab.keyboard.press("Tab");
			const first = await tab.evaluate(() => {
				const { top, left, width, height } = document.activeElement.getBoundingClientRect();
				return { skip: document.activeElement.matches("a.skip"), seen: top >= 0 && left >= 0 && width > 40 && height > 20 };
			});
			assert.deepEqual(first, { skip: true, seen: true });
			await tab.keyboard.press("Enter");
			await tab.waitForFunction(() => document.activeElement.tagName === "MAIN");
			await tab.keyboard.press("Tab");
			const next = await tab.evaluate(() => document.querySelector("header.top, nav").contains(document.activeElement));
			assert.equal(next, false, "after the skip link the menu has the focus again");
			await tab.close();
		});
	}

	for (const colorScheme of ["light", "dark"]) {
		for (const { name, path } of [page("home"), page("post"), page("product"), page("events"), page("events-month"), page("date")]) {
			test(`every stop on ${name} is seen, ${colorScheme}`, { timeout: 120_000 }, async () => {
				const context = await browser.newContext({ colorScheme, viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
				const tab = await context.newPage();
				await tab.goto(origin + path);
				const stops = await tab.evaluate(() => [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
					.filter((e) => e.tabIndex >= 0 && e.checkVisibility()).length); // of a month one day is a stop, and what is folded away is none
				assert.ok(stops > 5, `only ${stops} stops`);
				const unseen = [];
				for (let i = 0; i < stops; i++) {
					await tab.keyboard.press("Tab");
					const stop = await tab.evaluate(look);
					if (!stop.ring || !stop.inView) unseen.push(stop);
				}
				assert.deepEqual(unseen, []);
				// The next one leaves the page: nothing held it back.
				await tab.keyboard.press("Tab");
				assert.equal(await tab.evaluate(() => document.activeElement === document.body || document.activeElement.matches("a.skip")), true, "the page holds the focus");
				await context.close();
			});
		}
	}
});

// look runs in the page. A card's whole area is its link's, so the ring may be
// around an ancestor or be drawn by ::after.
function look() {
	const stop = document.activeElement;
	const ringed = (element, pseudo) => {
		const style = getComputedStyle(element, pseudo);
		return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2 && !/rgba\(.*, 0\)/.test(style.outlineColor);
	};
	const box = stop.getBoundingClientRect();
	return {
		stop: stop.outerHTML.slice(0, 120),
		ring: ringed(stop) || ringed(stop, "::after") || ringed(stop.parentElement) || !!(stop.closest("article") && ringed(stop.closest("article"))),
		inView: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
	};
}
