// A page of every kind, light and dark, on a telephone, a tablet and a desk: no
// barrier that axe knows, nothing on the console, nobody else asked, nothing that
// moves or sticks out. Their pictures are kept in screenshots/ for who looks.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { get, open, origin, pages, settle, watch } from "./world.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const pictures = path.join(import.meta.dirname, "screenshots");

let browser;
before(async () => {
	mkdirSync(pictures, { recursive: true });
	browser = await open();
});
after(() => browser.close());

describe("pages", { concurrency: 2 }, () => {
	for (const page of pages) {
		for (const colorScheme of ["light", "dark"]) {
			for (const width of colorScheme === "light" ? [360, 768, 1280] : [360, 1280]) {
				test(`${page.name}, ${colorScheme}, ${width} px`, { timeout: 180_000 }, () => check(page, colorScheme, width));
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
				await tab.evaluate(axe);
				const { sticksOut, images } = await tab.evaluate(measure);
				const found = [...(await tab.evaluate(violations, rules)), ...sticksOut, ...images];
				faults.push(...found.map((fault) => `${at}: ${fault}`));
			}
		}
		await context.close();
		assert.deepEqual(faults, []);
	});
});

async function check(page, colorScheme, width) {
	const context = await browser.newContext({ colorScheme, viewport: { width, height: width < 600 ? 740 : 900 }, reducedMotion: "reduce" });
	try {
		const tab = await context.newPage();
		const faults = watch(tab, { expected: page.status });
		const answer = await tab.goto(origin + page.path);
		assert.equal(answer.status(), page.status ?? 200);
		await settle(tab);
		const found = await tab.evaluate(measure);

		if (found.shift > 0.02) faults.push(`layout shift ${found.shift}`);
		if (found.headings !== 1) faults.push(`${found.headings} h1 elements`);
		if (!/^[a-z]{2}(-[A-Za-z0-9]+)*$/.test(found.language)) faults.push(`lang is ${found.language}`);
		if (found.fontsUsed < found.fontsPreloaded) faults.push("a font is preloaded that the page does not use");
		faults.push(...found.sticksOut, ...found.images);
		if (width !== 768) {
			const fullPage = page.name !== "docs"; // it is hundreds of screens high
			await tab.screenshot({ path: path.join(pictures, `${page.name}-${colorScheme}-${width}.png`), fullPage });
			// The reference's sections are all alike, and axe takes long over hundreds.
			if (page.name === "docs") await tab.evaluate(() => document.querySelectorAll("section > article:nth-of-type(n + 4)").forEach((e) => e.remove()));
			await tab.evaluate(axe);
			faults.push(...(await tab.evaluate(violations, rules)));
		}
		assert.deepEqual(faults, []);
	} finally {
		await context.close();
	}
}

// measure runs in the page.
async function measure() {
	const root = document.documentElement;
	// cut tells what cannot stick out: it scrolls inside another, or is clipped.
	const cut = (element) => {
		for (let e = element; e && e !== document.body; e = e.parentElement) {
			const { overflowX, clipPath } = getComputedStyle(e);
			if (clipPath !== "none" || (e !== element && overflowX !== "visible")) return true;
		}
		return false;
	};
	const sticksOut = [];
	for (const element of document.body.querySelectorAll("*")) {
		const box = element.getBoundingClientRect();
		const off = box.right <= 0; // waits there for the keyboard
		if (box.width > 0 && !off && (box.right > root.clientWidth + 0.5 || box.left < -0.5) && !cut(element)) {
			sticksOut.push(`sticks out sideways: ${element.tagName.toLowerCase()}.${element.className?.baseVal ?? element.className}`);
		}
	}
	if (root.scrollWidth > root.clientWidth) sticksOut.push(`the page is ${root.scrollWidth} px wide`);

	const shift = await new Promise((done) => {
		let sum = 0;
		const observer = new PerformanceObserver((list) => {
			for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
		});
		observer.observe({ type: "layout-shift", buffered: true });
		requestAnimationFrame(() => requestAnimationFrame(() => done(sum)));
	});

	const roomy = (i) => [i.getAttribute("width"), i.getAttribute("height")].every((size) => /^[1-9]\d*$/.test(size));
	const images = [...document.images]
		.filter((i) => !i.hasAttribute("alt") || !roomy(i) || (i.complete && i.naturalWidth === 0))
		.map((i) => `without alternative text, room or bytes: ${i.outerHTML}`);
	return {
		sticksOut, shift, images,
		headings: document.querySelectorAll("h1").length,
		language: root.lang,
		fontsPreloaded: document.querySelectorAll("link[rel=preload][as=font]").length,
		fontsUsed: [...document.fonts].filter((font) => font.status === "loaded").length,
	};
}

// violations runs in the page, after axe.
async function violations(values) {
	const result = await window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] });
	return result.violations.flatMap((v) => v.nodes.map((node) => `axe ${v.id}: ${node.target.join(" ")}: ${node.failureSummary}`));
}
