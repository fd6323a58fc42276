// What every page has to bear being looked at for: no barrier that axe knows, nothing on
// the console, nobody else asked, nothing that moves or sticks out.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { origin as demo, settle, signedIn, watch } from "./world.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const pictures = path.join(import.meta.dirname, "screenshots");

// barriers are what axe and the layout say against a page that is open.
export async function barriers(tab) {
	await tab.evaluate(axe);
	const { sticksOut, images } = await tab.evaluate(measure);
	return [...(await tab.evaluate(violations, rules)), ...sticksOut, ...images];
}

// check opens a page of a site and fails on whatever is wrong with it; its picture is
// kept in screenshots/ for who looks.
export async function check(browser, page, colorScheme, width, origin = demo) {
	mkdirSync(pictures, { recursive: true });
	const context = await browser.newContext({ colorScheme, viewport: { width, height: width < 600 ? 740 : 900 }, reducedMotion: "reduce", ...(page.signedIn && (page.signedIn.storageState ? page.signedIn : signedIn)) });
	try {
		const tab = await context.newPage();
		const faults = watch(tab, { expected: page.status, origin });
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
