// The program under test: a port for it, an environment of its own, and when it is ready.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";

// freePort is a port that nobody has, and that nobody gets until it is taken: the kernel gives
// connections, of which a browser makes many, ports above all of these.
export async function freePort() {
	for (let tries = 1; ; tries++) {
		const probe = createServer().listen(10_000 + Math.floor(Math.random() * 20_000), "127.0.0.1");
		try {
			await once(probe, "listening");
		} catch (fault) {
			if (tries === 100) throw fault;
			continue;
		}
		const { port } = probe.address();
		probe.close();
		await once(probe, "close");
		return port;
	}
}

// serve starts the program in a directory, with an environment of its own: settings of
// whoever runs the tests would make it another program.
export function serve(dir, port, url, { args = [], settings = {} } = {}) {
	const env = {
		...settings,
		ROSEASH_LISTEN: `127.0.0.1:${port}`,
		ROSEASH_BASE_URL: url,
		ROSEASH_DATA_DIR: path.join(dir, "data"),
		ROSEASH_PUBLIC_DIR: path.join(dir, "public"),
	};
	for (const name of ["PATH", "HOME", "USER", "TMPDIR", "ROSEASH_PG_BIN"]) {
		if (process.env[name]) env[name] = process.env[name];
	}
	return spawn(process.env.E2E_BINARY, ["serve", ...args], { cwd: dir, env, stdio: ["ignore", "pipe", "pipe"] });
}

// ready waits until the program answers, for so many milliseconds at the most, and fails
// where it ends before that.
export async function ready(program, url, within) {
	const until = Date.now() + within;
	while (Date.now() < until) {
		if (program.exitCode !== null || program.signalCode) throw new Error("the program ended before it was ready");
		const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => null);
		if (answer?.ok) return;
		await pause(50);
	}
	throw new Error(`the program was not ready within ${within / 1000} s`);
}
