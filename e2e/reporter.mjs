// What the tests print: a line a file while it goes well, everything about what
// does not.

import { basename } from "node:path";

export default async function* reporter(events) {
	const files = new Map();
	const begun = Date.now();
	let failed = 0, passed = 0;
	for await (const { type, data } of events) {
		switch (type) {
			case "test:pass":
			case "test:fail": {
				const file = files.get(data.file) ?? { passed: 0, failed: 0, ms: 0 };
				files.set(data.file, file);
				if (data.nesting === 0) file.ms += data.details?.duration_ms ?? 0;
				if (data.details?.type === "suite") {
					// Its tests are reported one by one; its own fault is not among them.
					if (type === "test:pass" || data.details.error?.failureType === "subtestsFailed") break;
				}
				if (type === "test:pass") {
					file.passed++;
					passed++;
					break;
				}
				file.failed++;
				failed++;
				const cause = data.details?.error?.cause ?? data.details?.error;
				yield `FAIL ${basename(data.file ?? "")}: ${data.name}\n${indent(cause?.stack ?? String(cause?.message ?? cause))}\n`;
				break;
			}
			case "test:diagnostic":
				if (data.nesting > 0 || data.message.startsWith("note:")) yield `  ${data.message}\n`;
				break;
			case "test:stderr":
			case "test:stdout":
				yield data.message;
				break;
		}
	}
	for (const [name, { passed: good, failed: bad, ms }] of files) {
		yield `${bad > 0 ? "FAIL" : "ok  "} ${basename(name ?? "")}: ${good} of ${good + bad}, ${seconds(ms)}\n`;
	}
	yield `e2e: ${passed} passed, ${failed} failed, ${seconds(Date.now() - begun)}\n`;
}

function seconds(ms) {
	return `${(ms / 1000).toFixed(1)} s`;
}

function indent(text) {
	return text.replaceAll(/^/gm, "    ");
}
