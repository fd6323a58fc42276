// The program at several hosts with TLS: certificates by openssl, TLS ended in front of it
// as a proxy does, and a browser that finds the hosts on this machine and keeps no cookies
// of third parties.

import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import http from "node:http";
import https from "node:https";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { freePort, ready, serve } from "./program.mjs";
import { receive } from "./smtp.mjs";
import { patient } from "./world.mjs";

// publicKey is the digest of a certificate's key, by which a browser is told to trust it.
function publicKey(cert) {
	const pem = execFileSync("openssl", ["x509", "-in", cert, "-pubkey", "-noout"]);
	const der = execFileSync("openssl", ["pkey", "-pubin", "-outform", "DER"], { input: pem });
	return execFileSync("openssl", ["dgst", "-sha256", "-binary"], { input: der }).toString("base64");
}

// start runs the program with its own address at one host, the blog at another.
export async function start({ main, blog }) {
	// PostgreSQL's own account must be able to pass through the directory.
	const dir = await mkdtemp(path.join(tmpdir(), "roseash-hosts-"));
	await chmod(dir, 0o755);
	const [key, cert] = ["key.pem", "cert.pem"].map((name) => path.join(dir, name));
	execFileSync("openssl", [
		"req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj", `/CN=${main}`,
		"-addext", `subjectAltName=DNS:${main},DNS:${blog}`, "-keyout", key, "-out", cert,
	], { stdio: "ignore" });

	const [port, tlsPort] = [await freePort(), await freePort()];
	const origins = { main: `https://${main}:${tlsPort}`, blog: `https://${blog}:${tlsPort}` };
	const mail = await receive();
	let lost;
	const proxy = https.createServer({ key: await readFile(key), cert: await readFile(cert) }, (req, res) => {
		if (req.url.startsWith("/_probe/")) return probe(req, res, origins);
		if (lost && req.url.startsWith(lost)) return res.destroy();
		const inner = http.request({
			host: "127.0.0.1", port, method: req.method, path: req.url,
			headers: { ...req.headers, "x-forwarded-proto": "https", "x-forwarded-for": req.socket.remoteAddress },
		}, (answer) => {
			res.writeHead(answer.statusCode, answer.rawHeaders);
			answer.pipe(res);
		});
		inner.on("error", () => res.destroy());
		req.pipe(inner);
	}).listen(tlsPort, "127.0.0.1");
	await once(proxy, "listening");

	const program = serve(dir, port, origins.main, {
		args: ["--seed", "never"],
		settings: { ROSEASH_SITE_BLOG_URL: origins.blog, SMTP_URL: mail.url, RUN_MIGRATIONS: "true", ROSEASH_LOG: "text" },
	});
	// lose has requests to a path answered by nobody, until it is called without one.
	const world = { origins, mail, said: "", lose: (path) => (lost = path) };
	for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (world.said += text));
	let browser;
	world.stop = async () => {
		await browser?.close();
		if (program.exitCode === null && !program.signalCode) {
			program.kill();
			await once(program, "exit");
		}
		proxy.closeAllConnections();
		proxy.close();
		mail.close();
		await rm(dir, { recursive: true, force: true });
	};
	try {
		await ready(program, `http://127.0.0.1:${port}`, 120_000);
		browser = patient(await chromium.launch({
			executablePath: process.env.E2E_CHROMIUM,
			args: [
				"--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
				"--test-third-party-cookie-phaseout", `--ignore-certificate-errors-spki-list=${publicKey(cert)}`,
				`--host-resolver-rules=MAP ${main} 127.0.0.1, MAP ${blog} 127.0.0.1, MAP * ~NOTFOUND`,
			],
		}));
	} catch (fault) {
		console.error(world.said);
		await world.stop();
		throw fault;
	}
	world.person = (options) => browser.newContext(options);
	return world;
}

// probe is for finding out what a browser does with the cookies of a third party: a page
// with the other host in a frame, and what that host is told there.
function probe(req, res, origins) {
	res.setHeader("Content-Type", "text/html");
	switch (req.url) {
	case "/_probe/cookie":
		res.setHeader("Set-Cookie", "probe=1; Secure; SameSite=None; Path=/");
		return res.end("set");
	case "/_probe/said":
		return res.end(`<p>${req.headers.cookie?.includes("probe=1") ? "known" : "unknown"}</p>`);
	default:
		return res.end(`<iframe src="${origins.main}/_probe/said"></iframe>`);
	}
}
