// The demo's feeds, read by four programs (ical.js, node-ical, libical, khal): each has the dates
// that the API has.

import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { origin } from "./world.mjs";

test("every feed says to calendar programs what the API says", async () => {
	await promisify(execFile)("ical/run.sh", ["readers", origin], { cwd: import.meta.dirname, maxBuffer: 1 << 26 });
});
