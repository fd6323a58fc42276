// Starts the program on a fresh demo and a browser, runs the tests against them,
// stops both and makes sure that nothing of them is left running. run.sh calls it.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { chromium } from "playwright-core";
import { freePort, ready, serve } from "./program.mjs";

const startWithin = 120_000; // initdb and the demo's pages on a busy machine
const stopWithin = 60_000;

const args = process.argv.slice(2);
const screenshots = args.includes("--screenshots");
const lighthouse = args.includes("--lighthouse");

// PostgreSQL's own account must be able to pass through the directory.
const dir = await mkdtemp(path.join(tmpdir(), "roseash-e2e-"));
await chmod(dir, 0o755);
await mkdir(path.join(dir, "tmp"));
await chmod(path.join(dir, "tmp"), 0o1777);
process.env.TMPDIR = path.join(dir, "tmp"); // of the browser and the tests too

let program, browser, testing, code = 1;
const logFile = path.join(dir, "roseash.log");
// Ctrl-C reaches the children too: they end, and with them the tests.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => (testing ?? program)?.kill());
try {
	const port = await freePort();
	const url = `http://localhost:${port}`;
	program = start(port, url);
	browser = await launch();
	await ready(program, url, startWithin);
	code = await tests({
		E2E_URL: url,
		E2E_BROWSER: browser.wsEndpoint(),
		E2E_DATA_DIR: path.join(dir, "data"),
		E2E_PUBLIC_DIR: path.join(dir, "public"),
	});
} catch (fault) {
	console.error(`e2e: ${fault.message}`);
} finally {
	await browser?.close();
	if (!(await stop())) code = 1;
	// PostgreSQL that is stopped in a hurry ends a moment after the program.
	let left = await leftovers();
	for (let i = 0; i < 300 && left.length > 0; i++) {
		await pause(100);
		left = await leftovers();
	}
	if (left.length > 0) {
		console.error(`e2e: still running after the end:\n${left.join("\n")}`);
		code = 1;
	}
	if (code !== 0) console.error(`e2e: what the program said, but for requests:\n${await said(logFile)}`);
	await rm(dir, { recursive: true, force: true });
}
process.exitCode = code;

// start runs the program, and keeps what it says.
function start(port, url) {
	const child = serve(dir, port, url);
	const log = createWriteStream(logFile);
	child.stdout.pipe(log, { end: false });
	child.stderr.pipe(log, { end: false });
	child.on("error", (fault) => console.error(`e2e: ${fault.message}`));
	return child;
}

function launch() {
	return chromium.launchServer({
		executablePath: process.env.E2E_CHROMIUM,
		host: "127.0.0.1",
		args: [
			"--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
			"--disable-background-networking", "--disable-component-update", "--disable-sync",
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
		],
		timeout: startWithin,
		// It would end this process before the rest is stopped.
		handleSIGINT: false, handleSIGTERM: false, handleSIGHUP: false,
	});
}

// tests runs them one file after the other, because some of them edit the site.
async function tests(env) {
	const here = import.meta.dirname;
	let command = ["screenshots.mjs"];
	if (!screenshots && (await run(["setup.mjs"], env)) !== 0) throw new Error("setup.mjs failed");
	if (lighthouse) {
		await browser.close(); // it has one of its own
		command = ["lighthouse.mjs"];
	} else if (!screenshots) {
		const named = args.map((name) => path.basename(name));
		const all = (await readdir(here)).filter((name) => name.endsWith(".test.mjs")).sort();
		await rm(path.join(here, "screenshots"), { recursive: true, force: true });
		command = ["--test", "--test-concurrency=1", "--test-reporter=./reporter.mjs", ...(named.length > 0 ? named : all)];
	}
	return run(command, env);
}

// run has Node do something with what the tests are told, and waits for its end.
async function run(command, env) {
	testing = spawn(process.execPath, command, { cwd: import.meta.dirname, env: { ...process.env, ...env }, stdio: "inherit" });
	const [status] = await once(testing, "exit");
	return status ?? 1;
}

// stop ends the program as Ctrl-C would, and tells whether it ended as it should.
async function stop() {
	if (!program || program.exitCode !== null || program.signalCode) return program?.exitCode === 0;
	const ended = once(program, "exit");
	program.kill("SIGTERM");
	const overdue = pause(stopWithin, "overdue", { ref: false });
	const how = await Promise.race([ended, overdue]);
	if (how === "overdue") {
		console.error(`e2e: the program did not end within ${stopWithin / 1000} s`);
		program.kill("SIGKILL");
		return false;
	}
	if (how[0] !== 0) console.error(`e2e: the program ended with ${how[0] ?? how[1]}`);
	return how[0] === 0;
}

// leftovers lists processes that were started for this run: its directory is in
// their arguments (PostgreSQL's, the browser's) or their environment.
async function leftovers() {
	const left = [];
	for (const pid of await readdir("/proc").catch(() => [])) {
		if (!/^\d+$/.test(pid) || Number(pid) === process.pid) continue;
		const [args, env] = await Promise.all(
			["cmdline", "environ"].map((name) => readFile(`/proc/${pid}/${name}`, "utf8").catch(() => "")),
		);
		if (args.includes(dir) || env.includes(dir)) left.push(`${pid} ${args.replaceAll("\0", " ")}`);
	}
	return left;
}

async function said(file) {
	const text = await readFile(file, "utf8").catch(() => "");
	return text.trimEnd().split("\n").filter((line) => !line.includes('"msg":"request"')).slice(-30).join("\n");
}
