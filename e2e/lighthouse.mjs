// Lighthouse on a page of the kinds that visitors see most, as on a telephone with a
// slow line: `make lighthouse`. Each page is measured three times, and the median
// counts, because one run depends on what else the machine does. Ends with 1 where a
// page is below 99 for performance or 100 for anything else.

import { launch } from "chrome-launcher";
import lighthouse from "lighthouse";
import { origin, page } from "./world.mjs";

const runs = 3;
const wanted = { performance: 99, accessibility: 100, "best-practices": 100, seo: 100 };
const timings = {
	"first-contentful-paint": ["FCP", (ms) => `${(ms / 1000).toFixed(2)} s`], "largest-contentful-paint": ["LCP", (ms) => `${(ms / 1000).toFixed(2)} s`],
	"total-blocking-time": ["TBT", (ms) => `${Math.round(ms)} ms`], "cumulative-layout-shift": ["CLS", (n) => n.toFixed(3)],
	"total-byte-weight": ["bytes", (n) => `${Math.round(n / 1024)} KiB`],
};
const measured = ["home", "post", "photograph", "product", "market"];

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
const row = (cells) => console.log(`| ${cells.join(" | ")} |`);

const begun = Date.now();
const chrome = await launch({
	chromePath: process.env.E2E_CHROMIUM,
	chromeFlags: ["--headless=new", "--no-sandbox", "--disable-gpu", "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"],
	handleSIGINT: false,
});
const faults = [];
let version;
try {
	const lines = [];
	for (const name of measured) {
		const reports = [];
		for (let i = 0; i < runs; i++) {
			const { lhr } = await lighthouse(origin + page(name).path, { port: chrome.port, onlyCategories: Object.keys(wanted), logLevel: "error" });
			if (lhr.runtimeError) throw new Error(`${name}: ${lhr.runtimeError.message}`);
			reports.push(lhr);
		}
		version = reports[0].lighthouseVersion;
		const scores = Object.entries(wanted).map(([category, least]) => {
			const score = median(reports.map((r) => Math.round(r.categories[category].score * 100)));
			if (score < least) faults.push(`${name}: ${category} is ${score}, wanted ${least}${lost(reports[0], category)}`);
			return score;
		});
		const figures = Object.entries(timings).map(([audit, [, show]]) => show(median(reports.map((r) => r.audits[audit].numericValue))));
		lines.push([name, scores.join(" / "), ...figures]);
	}
	row(["page", Object.keys(wanted).join(" / "), ...Object.values(timings).map(([title]) => title)]);
	row(Array(2 + Object.keys(timings).length).fill("---"));
	lines.forEach(row);
} finally {
	await chrome.kill();
}
console.log(`Lighthouse ${version}, median of ${runs}, ${Math.round((Date.now() - begun) / 1000)} s`);
for (const fault of faults) console.error(`lighthouse: ${fault}`);
process.exitCode = faults.length > 0 ? 1 : 0;

// lost names the audits for which a category lost points.
function lost(report, category) {
	const names = report.categories[category].auditRefs.filter(({ id, weight }) => weight > 0 && (report.audits[id].score ?? 1) < 1).map(({ id }) => id);
	return names.length > 0 ? ` (${names.join(", ")})` : "";
}
