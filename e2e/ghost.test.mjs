// A Ghost beside the program: what editors do there, seen by visitors here.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { barriers, check } from "./look.mjs";
import { freePort, ready, serve } from "./program.mjs";
import { grant, signIn } from "./signin.mjs";
import { follow } from "./visitor.mjs";
import { open, until, watch } from "./world.mjs";

const checkout = path.join(import.meta.dirname, "..");
const key = "6b02884e615de030a89daf01:3f1c9a7be02d48559c60d1e2f3a4b5c6d7e8f90112233445566778899aabbccd";
const secret = "webhooks-of-the-stand-in-for-a-ghost";

let dir, ghost, ghostURL, program, origin, browser, editing;
let said = "";

before(async () => {
	// PostgreSQL's own account must be able to pass through the directory.
	dir = await mkdtemp(path.join(tmpdir(), "roseash-ghost-"));
	await chmod(dir, 0o755);
	execFileSync("go", ["build", "-o", path.join(dir, "ghost"), "./e2e/ghost"], { cwd: checkout, stdio: "inherit" });
	const port = await freePort();
	origin = `http://localhost:${port}`;
	ghost = spawn(path.join(dir, "ghost"), ["-key", key, "-secret", secret, "-deliver", origin], { cwd: checkout, stdio: ["ignore", "pipe", "inherit"] });
	ghostURL = String(await once(ghost.stdout, "data")).trim().split(" ").at(-1);
	program = serve(dir, port, origin, { args: ["--seed", "never"], settings: { GHOST_URL: ghostURL, GHOST_ADMIN_KEY: key, GHOST_WEBHOOK_SECRET: secret } });
	for (const stream of [program.stdout, program.stderr]) stream.on("data", (text) => (said += text));
	await ready(program, origin, 60_000);
	browser = await open();
	editing = { storageState: path.join(dir, "editor.json") };
	const context = await browser.newContext();
	await signIn(context, "editor@example.org", { at: origin });
	await grant("editor@example.org", [{ role: "admin" }], { at: origin, dataDir: path.join(dir, "data") });
	await context.storageState({ path: editing.storageState });
	await context.close();
	await until("the Ghost's posts are here", async () => (await get("/all-cards/")).text.includes("kg-"));
}, { timeout: 180_000 });

after(async () => {
	await browser?.close();
	for (const child of [program, ghost]) {
		if (!child || child.exitCode !== null) continue;
		child.kill();
		await once(child, "exit");
	}
	if (dir) await rm(dir, { recursive: true, force: true });
});

async function get(at) {
	const res = await fetch(origin + at, { redirect: "manual" });
	return { status: res.status, location: res.headers.get("Location"), text: await res.text() };
}

// editor has an editor do something in Ghost.
async function editor(action, args = {}) {
	const res = await fetch(`${ghostURL}/_control/${action}`, { method: "POST", body: JSON.stringify(args) });
	const text = await res.text();
	assert.equal(res.status, 200, `${action}: ${text}`);
	return text && JSON.parse(text);
}

describe("a post with every card", { concurrency: 2 }, () => {
	for (const colorScheme of ["light", "dark"]) {
		for (const width of [360, 768, 1280]) {
			test(`${colorScheme}, ${width} px`, { timeout: 180_000 }, () => check(browser, { name: "all-cards", path: "/all-cards/" }, colorScheme, width, origin));
		}
	}

	test("without scripts nothing is missing", async () => {
		const context = await browser.newContext({ javaScriptEnabled: false });
		const tab = await context.newPage();
		await tab.goto(`${origin}/all-cards/`);
		const toggle = tab.locator("details.kg-toggle-card").first();
		await toggle.locator("summary").press("Enter");
		assert.equal(await toggle.evaluate((e) => e.open), true);
		assert.ok((await tab.locator("audio[controls]").count()) > 0, "sound has controls");
		assert.ok((await tab.locator("video[controls]").count()) > 0, "film has controls");
		const frames = await tab.locator("iframe").count();
		assert.equal(frames, 0, "nothing of another host is there by itself");
		const embeds = tab.locator(".kg-embed-card a[href^='https://']");
		assert.ok((await embeds.count()) > 0, "an embed is a link");
		await context.close();
	});

	test("nothing is fetched from the Ghost", async () => {
		const { text } = await get("/all-cards/");
		assert.ok(!text.includes(ghostURL), "the page names the Ghost");
		assert.ok(!text.includes("__GHOST_URL__"), "the page has the Ghost's placeholder");
	});
});

test("an embed loads on click", async () => {
	await editor("create", {
		slug: "film", title: "A film", status: "published",
		html: `<figure class="kg-card kg-embed-card"><iframe width="200" height="113" src="https://www.youtube.com/embed/abcdefghijk?feature=oembed" title="How we bake" allowfullscreen></iframe></figure>`,
	});
	await until("the film's page is there", async () => (await get("/film/")).status === 200);
	const context = await browser.newContext();
	const tab = await context.newPage();
	const asked = [];
	const policy = [];
	tab.on("request", (r) => new URL(r.url()).origin !== origin && asked.push(r.url()));
	tab.on("console", (m) => /Content.Security.Policy/i.test(m.text()) && policy.push(m.text()));
	await context.route("https://www.youtube-nocookie.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<p>A film</p>" }));
	await tab.goto(`${origin}/film/`);
	assert.deepEqual(asked, [], "before the click nobody is asked");
	assert.deepEqual(await barriers(tab), []);
	await tab.locator(".kg-embed-card button, .kg-embed-card a").first().press("Enter");
	await tab.frameLocator(".kg-embed-card iframe").getByText("A film").waitFor();
	assert.deepEqual(policy, []);
	assert.ok(asked.length > 0 && asked.every((url) => url.startsWith("https://www.youtube-nocookie.com/embed/abcdefghijk")), asked.join());
	await context.close();
});

test("a new slug in Ghost: the old address leads to the new one", async () => {
	await editor("create", { slug: "old-slug", title: "A post that moves", status: "published", html: "<p>Words that move.</p>" });
	await until("the post is here", async () => (await get("/old-slug/")).status === 200);
	await editor("edit", { slug: "old-slug", new_slug: "new-slug" });
	await until("the post has moved", async () => (await get("/new-slug/")).status === 200 && (await get("/old-slug/")).status === 301);
	const tab = await browser.newPage();
	const faults = watch(tab, { origin });
	await tab.goto(`${origin}/old-slug/`);
	assert.equal(tab.url(), `${origin}/new-slug/`);
	assert.match(await tab.locator("main").innerText(), /Words that move/);
	assert.deepEqual(faults, []);
	await tab.close();
});

test("bulk change of access, without a webhook for the post", async () => {
	const words = "A recipe that costs money";
	await editor("create", { slug: "recipe", title: "Recipe", status: "published", html: `<p>${words}.</p>` });
	await until("the recipe is here", async () => (await get("/recipe/")).text.includes(words));
	await editor("deliver", { to: "" }); // every webhook is lost
	await editor("bulk-access", { slugs: ["recipe"], visibility: "paid" });
	const tab = await browser.newPage(editing);
	await tab.goto(`${origin}/editor/ghost/`);
	await follow(tab, tab.getByRole("button", { name: /compare/i }));
	await until("the words are gone", async () => !(await get("/recipe/")).text.includes(words));
	for (const at of ["/rss.xml", "/search/?q=recipe", "/v1/posts/recipe", "/v1/posts/recipe/body"]) {
		assert.ok(!(await get(at)).text.includes(words), `${at} has words that cost money`);
	}
	const token = (await readFile(path.join(dir, "data/dev-token"), "utf8")).trim();
	const whole = await fetch(`${origin}/v1/posts/recipe/body`, { headers: { Authorization: `Bearer ${token}` } });
	assert.ok((await whole.text()).includes(words), "an editor reads all of it");
	await editor("deliver", { to: origin });
	await tab.close();
});

describe("the status", { concurrency: 2 }, () => {
	for (const colorScheme of ["light", "dark"]) {
		for (const width of [360, 1280]) {
			test(`${colorScheme}, ${width} px`, { timeout: 180_000 }, () => check(browser, { name: "editor-ghost", path: "/editor/ghost/", signedIn: editing }, colorScheme, width, origin));
		}
	}

	test("says what is wrong with the Ghost", async () => {
		await editor("fault", { code: 401 });
		const tab = await browser.newPage(editing);
		await tab.goto(`${origin}/editor/ghost/`);
		await follow(tab, tab.getByRole("button", { name: /compare/i })); // else what comes next would stop it
		await until("the fault is shown", async () => {
			await tab.goto(`${origin}/editor/ghost/`);
			return /key/i.test(await tab.locator("main").innerText());
		});
		assert.ok((await get("/all-cards/")).status === 200, "the site stands");
		await editor("fault");
		await tab.close();
	});
});
