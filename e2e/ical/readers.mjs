// Feeds as other programs read them: ical.js, node-ical, libical, and khal behind vdirsyncer. Each
// must find the same dates as a model of what the feed is to say, by UID, start, end and summary.
//
//	node readers.mjs DIRECTORY      feeds and model.json, as `go test ./api/shared/ical -run TestWriteSamples -samples DIRECTORY` writes them
//	node readers.mjs SITE [API]     the feeds of a running site; the model is what its API says
//
// LIBICAL_READ names the program made of libical_read.c.
import { execFile } from "node:child_process";
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expected } from "./differences.mjs";
import { modelOfSite } from "./site_model.mjs";
import { readICALJS, readNodeICAL } from "./in_node.mjs";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const most = { maxBuffer: 256 << 20 };

// A feed has a path to its file, an address, and dates within from and until.
const readers = {
	"ical.js": async (feed) => readICALJS(readFileSync(feed.path, "utf8"), feed.from, feed.until),
	"node-ical": async (feed) => readNodeICAL(readFileSync(feed.path, "utf8"), feed.from, feed.until),
	libical: async (feed) => {
		const instant = (day) => day.replaceAll("-", "") + "T000000Z";
		const { stdout } = await run(process.env.LIBICAL_READ, [feed.path, instant(feed.from), instant(feed.until)], most);
		const plain = (text) => text.replace(/\\(.)/g, (_, c) => ({ n: "\n", t: "\t" })[c] ?? c);
		return stdout.split("\n").filter(Boolean).map((line) => {
			const [uid, start, end, summary] = line.split("\t");
			return { uid: plain(uid), start, end, summary: plain(summary) };
		});
	},
	khal: async (feed) => {
		const { stdout } = await run(join(here, "khal.sh"), [feed.url, feed.from, feed.until], most);
		const known = new Map();
		for (const record of stdout.split("\x1e")) {
			const [uid, start, end, summary] = record.replace(/^\n/, "").split("\x1f");
			if (summary === undefined) continue;
			const date = { uid, summary, start: khalTime(start, 0), end: khalTime(end, 1) };
			known.set(JSON.stringify(date), date); // those of several days are listed on each
		}
		return [...known.values()].filter((d) => d.start >= feed.from && d.start < feed.until);
	},
};

// khalTime is an instant as khal writes it, or a day; the last of several is inclusive there.
function khalTime(text, days) {
	if (text.length > 10) return text + "Z";
	const day = new Date(text + "T00:00:00Z");
	day.setUTCDate(day.getUTCDate() + days);
	return day.toISOString().slice(0, 10);
}

const line = (d) => [d.uid, d.start, d.end, d.summary].map((v) => JSON.stringify(v)).join(" ");

// unnamed is dates without UIDs, those of one UID together: vdirsyncer gives what it fetches UIDs
// of its own.
function unnamed(dates) {
	const groups = new Map();
	for (const d of dates) groups.set(d.uid, [...(groups.get(d.uid) ?? []), line({ ...d, uid: "" })]);
	return [...groups.values()].map((lines) => lines.sort().join("\n")).sort();
}

// compare tells what a reader has not found, and what was not to be there.
function compare(reader, feed, found) {
	const within = (d) => d.start >= feed.from && d.start < feed.until;
	const lines = reader === "khal" ? unnamed : (dates) => dates.map(line).sort();
	const want = lines(expected(reader, feed.dates).filter(within));
	const got = lines(found);
	const without = (list, others) => {
		const left = [...others];
		return list.filter((l) => !left.includes(l) || (left.splice(left.indexOf(l), 1), false));
	};
	return [...without(want, got).map((l) => `  missing ${l}`), ...without(got, want).map((l) => `  not to be there ${l}`)];
}

// ofDirectory is the feeds of a directory, served on a loopback address for those who fetch.
async function ofDirectory(directory) {
	const server = createServer((request, response) => {
		const path = join(directory, basename(decodeURIComponent(request.url)));
		if (!existsSync(path)) return response.writeHead(404).end();
		response.writeHead(200, { "Content-Type": "text/calendar; charset=utf-8" });
		createReadStream(path).pipe(response);
	});
	await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
	const { feeds } = JSON.parse(readFileSync(join(directory, "model.json"), "utf8"));
	const base = `http://127.0.0.1:${server.address().port}/`;
	return { close: () => server.close(), feeds: feeds.map((f) => ({ ...f, name: f.file, path: join(directory, f.file), url: base + f.file })) };
}

// ofSite is the feeds of a running site, kept in files for those who read these.
async function ofSite(site, api) {
	const directory = mkdtempSync(join(tmpdir(), "feeds-"));
	const feeds = await modelOfSite(site, api);
	for (const [n, feed] of feeds.entries()) {
		feed.path = join(directory, `${n}.ics`);
		const answer = await fetch(feed.url);
		const type = answer.headers.get("content-type") ?? "";
		if (!answer.ok || !type.startsWith("text/calendar")) throw new Error(`${feed.url}: ${answer.status} ${type}`);
		writeFileSync(feed.path, Buffer.from(await answer.arrayBuffer()));
	}
	return { close: () => rmSync(directory, { recursive: true }), feeds };
}

const [where, api] = process.argv.slice(2);
if (!where || !process.env.LIBICAL_READ) {
	console.error("usage: LIBICAL_READ=program node readers.mjs DIRECTORY | SITE [API]");
	process.exit(2);
}
const { feeds, close } = await (/^https?:/.test(where) ? ofSite(where, api ?? where) : ofDirectory(where));
let failures = 0;
const counts = {};
for (const feed of feeds) {
	for (const [name, read] of Object.entries(readers)) {
		let faults;
		try {
			const found = await read(feed);
			counts[name] = (counts[name] ?? 0) + found.length;
			faults = compare(name, feed, found);
		} catch (error) {
			faults = [`  ${error.stderr || error.stack}`];
		}
		if (faults.length === 0) continue;
		failures++;
		console.error(`${name} on ${feed.name}:\n${faults.join("\n").slice(0, 3000)}`);
	}
}
close();
console.log(`${feeds.length} feeds, dates read: ${Object.entries(counts).map(([n, c]) => `${n} ${c}`).join(", ")}; ${failures} differ`);
if (feeds.length === 0 || failures > 0) process.exitCode = 1;
