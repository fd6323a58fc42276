// What visitors have set for themselves: no scripts, no motion, larger letters, a
// narrow window, their own spacing, paper.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { get, open, origin, page, pages, settle } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser.close());

async function visit(at, options, look) {
	const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
	try {
		const tab = await context.newPage();
		await tab.goto(origin + at.path);
		return await look(tab);
	} finally {
		await context.close();
	}
}

test("no page runs a script but ours, one on nearly all, two where one can buy or has dates to look at", async () => {
	for (const { name, path, signedIn, script } of pages) {
		const { text: html } = await get(path);
		const data = /type="(application\/ld\+json|speculationrules)"/;
		const scripts = [...html.matchAll(/<script\b[^>]*>/g)].map(([tag]) => tag).filter((tag) => !data.test(tag));
		// The reference, the cart and the pages for signing in know themselves who is there.
		const most = signedIn || ["docs", "cart-empty"].includes(name) ? 0 : name.startsWith("product") || script ? 2 : 1;
		assert.ok(scripts.length <= most, `${path}: ${scripts}`);
		for (const tag of scripts) assert.match(tag, /^<script type="module" src="\/_assets\/(site|cart|calendar)-[0-9a-f]+\.js" integrity="sha384-/, path);
		assert.doesNotMatch(html, /\son[a-z]+=|javascript:/i, path);
	}
});

test("without JavaScript", async () => {
	await visit(page("home"), { javaScriptEnabled: false }, async (tab) => {
		await tab.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Market" }).click();
		await tab.getByRole("heading", { level: 1, name: "The market" }).waitFor();
		await tab.locator("main").getByRole("link", { name: "Bakery", exact: true }).click();
		await tab.getByRole("heading", { level: 1, name: "Bakery" }).waitFor();
		await tab.locator("main").getByRole("link", { name: "Country sourdough" }).click();
		await tab.getByRole("heading", { level: 1, name: "Country sourdough" }).waitFor();
		assert.match(await tab.locator("main").innerText(), /£\d+\.\d\d/);
	});
	for (const at of [page("post"), page("docs")]) {
		const words = await visit(at, { javaScriptEnabled: false }, async (tab) => (await tab.locator("main").innerText()).split(/\s+/).length);
		assert.ok(words > 200, `${at.name} has ${words} words`);
	}
});

describe("motion", () => {
	const moving = (tab) => tab.evaluate(() => {
		const seconds = (list) => Math.max(...list.split(",").map((time) => parseFloat(time) * (time.endsWith("ms") ? 0.001 : 1)));
		return [...document.querySelectorAll("*")].flatMap((element) => [undefined, "::before", "::after"].map((pseudo) => getComputedStyle(element, pseudo)))
			.filter((style) => seconds(style.transitionDuration) > 0 || (style.animationName !== "none" && seconds(style.animationDuration) > 0)).length;
	});
	for (const at of [page("home"), page("product"), page("market"), page("docs")]) {
		test(`${at.name}: none for who wants none`, async () => {
			assert.equal(await visit(at, { reducedMotion: "reduce" }, moving), 0);
		});
	}
	test("there is some otherwise", async () => {
		assert.ok((await visit(page("home"), { reducedMotion: "no-preference" }, moving)) > 0);
	});
});

// lost lists texts that are cut off or stick out; it runs in the page.
function lost() {
	const root = document.documentElement;
	const faults = root.scrollWidth > root.clientWidth ? [`the page is ${root.scrollWidth} px wide in ${root.clientWidth}`] : [];
	for (const element of document.querySelectorAll("body *")) {
		const style = getComputedStyle(element);
		const heard = style.clipPath !== "none" && style.position === "absolute"; // for those who hear the page
		if (heard || element.matches("svg, svg *, img") || style.display.includes("inline")) continue;
		const shortened = style.webkitLineClamp !== "none"; // an excerpt, on purpose
		const cut = (axis, size, room) => ["hidden", "clip"].includes(axis) && size > room + 2;
		if (!shortened && element.textContent.trim() !== "" &&
			(cut(style.overflowX, element.scrollWidth, element.clientWidth) || cut(style.overflowY, element.scrollHeight, element.clientHeight))) {
			faults.push(`cut off: ${element.tagName.toLowerCase()}.${element.className} ${element.textContent.trim().slice(0, 40)}`);
		}
	}
	return faults;
}

describe("nothing is lost", { concurrency: 2 }, () => {
	const ways = {
		// A browser's zoom makes the window smaller in CSS pixels.
		"at 200 %": [{ viewport: { width: 640, height: 450 }, deviceScaleFactor: 2 }],
		"at 400 %": [{ viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 }],
		"with letters twice as large": [{}, ":root { font-size: 200% }"],
		"with letters twice as large on a telephone": [{ viewport: { width: 360, height: 740 } }, ":root { font-size: 200% }"],
		// WCAG 1.4.12
		"with more space": [{ viewport: { width: 360, height: 740 } },
			"* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-bottom: 2em !important }"],
	};
	for (const [way, [options, css]] of Object.entries(ways)) {
		test(way, { timeout: 120_000 }, async () => {
			const faults = [];
			const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
			const tab = await context.newPage();
			// The reference is for desks, and a browser's zoom enlarges it.
			for (const at of way.includes("letters") ? pages.filter((at) => at.name !== "docs") : pages) {
				await tab.goto(origin + at.path);
				if (css) {
					await tab.evaluate((text) => {
						const sheet = new CSSStyleSheet();
						sheet.replaceSync(text);
						document.adoptedStyleSheets = [sheet];
					}, css);
				}
				faults.push(...(await tab.evaluate(lost)).map((fault) => `${at.name}: ${fault}`));
			}
			await context.close();
			assert.deepEqual(faults, []);
		});
	}
});

describe("on paper", () => {
	test("what hangs beside a text stays on the screen, and a shelf is what the market is", async () => {
		for (const { name, shelf } of [{ name: "market", shelf: true }, { name: "product", shelf: false }, { name: "home", shelf: false }]) {
			const seen = await visit(page(name), {}, async (tab) => {
				await tab.emulateMedia({ media: "print" });
				return tab.evaluate(() => [".product-card", ".copyright", ".pager"].map((s) => document.querySelector(s)?.checkVisibility() ?? false));
			});
			assert.deepEqual(seen, [shelf, true, false], name);
		}
	});
	for (const colorScheme of ["light", "dark"]) {
		for (const at of [page("post"), page("product")]) {
			test(`${at.name}, ${colorScheme}`, async () => {
				const seen = await visit(at, { colorScheme }, async (tab) => {
					await settle(tab);
					await tab.emulateMedia({ media: "print", colorScheme });
					return tab.evaluate(() => {
						const shown = (selector) => [...document.querySelectorAll(selector)].some((e) => e.checkVisibility() && e.getBoundingClientRect().height > 0);
						return {
							title: shown("h1"), text: shown(".prose p"), picture: shown("main img"), menu: shown(".menu"), skip: shown(".skip"),
							ink: getComputedStyle(document.querySelector(".prose p")).color,
							paper: getComputedStyle(document.documentElement).backgroundColor,
						};
					});
				});
				assert.deepEqual(seen, {
					title: true, text: true, picture: true, menu: false, skip: false, ink: "rgb(0, 0, 0)", paper: "rgb(255, 255, 255)",
				});
			});
		}
	}
});
