// Clients that generators make of the API's document, compiled under tsc --strict
// and used against the program: openapi-fetch on the committed types, and what
// hey-api writes. The Go client has its test in openapi/client. lint.sh calls it.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, copyFile, cp, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { freePort, ready, serve } from "./program.mjs";

const here = import.meta.dirname;
const bin = path.join(here, "node_modules/.bin");
const document = path.join(here, "../openapi/openapi.yaml");
// Below node_modules, where imports of packages are found.
const work = path.join(here, "node_modules/.clients");
const startWithin = 120_000;

await rm(work, { recursive: true, force: true });
await cp(path.join(here, "clients"), work, { recursive: true });
await copyFile(path.join(here, "../openapi/ts/schema.d.ts"), path.join(work, "schema.d.ts"));

// PostgreSQL's own account must be able to pass through the directory.
const dir = await mkdtemp(path.join(tmpdir(), "roseash-clients-"));
await chmod(dir, 0o755);
let program;
let said = "";
try {
	const port = await freePort();
	const origin = `http://localhost:${port}`;
	program = start(port, origin); // it gets ready while the clients are made
	await writeFile(path.join(work, "package.json"), JSON.stringify({ type: "module" }));
	await writeFile(path.join(work, "tsconfig.json"), JSON.stringify({
		compilerOptions: {
			strict: true, target: "es2022", module: "nodenext", lib: ["es2022", "dom", "dom.iterable"],
			types: [], skipLibCheck: false, outDir: "out", rootDir: ".",
		},
		include: ["**/*.ts"], exclude: ["out"],
	}));
	await writeFile(path.join(work, "openapi-ts.config.mjs"), `export default ${JSON.stringify({
		input: document,
		output: { path: "hey", module: { extension: ".js" }, tsConfigPath: null },
		plugins: ["@hey-api/client-fetch", "@hey-api/typescript", "@hey-api/sdk"],
		logs: { level: "silent", file: false },
	})}`);
	tool("openapi-ts", "-f", "openapi-ts.config.mjs");
	tool("tsc", "-p", work);
	await ready(program, origin, startWithin);
	const token = (await readFile(path.join(dir, "data/dev-token"), "utf8")).trim();
	for (const name of (await readdir(path.join(here, "clients"))).filter((name) => name.endsWith(".client.ts"))) {
		const { calls } = await import(pathToFileURL(path.join(work, "out", name.replace(/\.ts$/, ".js"))));
		const done = await calls(origin, token);
		console.log(`e2e: ${name.replace(".client.ts", "")}: ${done.length} calls as documented`);
	}
} catch (fault) {
	console.error(`e2e: a generated client: ${fault.stdout ?? ""}${fault.stderr ?? ""}${fault.stack ?? fault}\n${said.slice(-3000)}`);
	process.exitCode = 1;
} finally {
	program?.kill();
	if (program && program.exitCode === null) await once(program, "exit");
	await rm(dir, { recursive: true, force: true });
	await rm(work, { recursive: true, force: true });
}

function tool(name, ...args) {
	execFileSync(path.join(bin, name), args, { cwd: work, encoding: "utf8", stdio: "pipe" });
}

// start gives the program an empty market.
function start(port, origin) {
	const child = serve(dir, port, origin, { args: ["--seed", "never"] });
	for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (said += text));
	return child;
}
