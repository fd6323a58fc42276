// What people do: an editor writes, publishes, corrects and withdraws; a visitor
// follows the links and finds the way back.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { follow } from "./visitor.mjs";
import { api, get, open, origin, page, until, watch } from "./world.mjs";

let browser, context, tab, faults;
before(async () => {
	browser = await open();
	context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
	tab = await context.newPage();
	faults = watch(tab);
});
after(() => browser.close());

const heading = (name) => tab.getByRole("heading", { level: 1, name });

// shows asks until the page of an address has, or no longer has, a text.
const shows = (at, text, wanted = true) => until(`${at} ${wanted ? "shows" : "no longer shows"} ${text}`, async () =>
	(await get(at)).text.includes(text) === wanted);

test("an editor publishes, corrects and withdraws a post", async (t) => {
	const made = await api("POST", "/v1/posts", {
		title: "A loaf for the choir", source: "Flour, water, salt and *time*.", tags: ["Bakery"], authors: ["the-bakery"],
	});
	const path = `/${made.slug}/`;
	assert.equal((await get(path)).status, 404, "a draft has a page");

	const begun = Date.now();
	await api("PUT", `/v1/posts/${made.id}/publish`);
	await shows(path, "Flour, water, salt");
	t.diagnostic(`note: a post was on its page ${Date.now() - begun} ms after it was published`);
	for (const list of ["/", "/tag/bakery/", "/author/the-bakery/", "/rss.xml", "/tag/bakery/rss.xml"]) await shows(list, path);

	await tab.goto(origin);
	await tab.getByRole("link", { name: "A loaf for the choir" }).click();
	await heading("A loaf for the choir").waitFor();
	assert.equal(await tab.locator("article em").innerText(), "time");
	assert.equal(new URL(tab.url()).pathname, path);

	const { etag } = await api("GET", `/v1/posts/${made.id}`);
	await api("PATCH", `/v1/posts/${made.id}`, { title: "Two loaves for the choir", source: "Flour, water, salt and *patience*." }, { "If-Match": etag });
	await shows(path, "patience");
	await tab.reload();
	await heading("Two loaves for the choir").waitFor();
	assert.equal(await tab.locator("article em").innerText(), "patience");
	await shows("/", "Two loaves for the choir");

	assert.deepEqual(faults.splice(0), []);
	await api("PUT", `/v1/posts/${made.id}/unpublish`);
	await until("the page is gone", async () => (await get(path)).status === 410);
	for (const list of ["/", "/tag/bakery/", "/author/the-bakery/", "/rss.xml"]) await shows(list, path, false);
	const answer = await tab.reload();
	assert.equal(answer.status(), 410);
	await tab.getByRole("link").filter({ hasNotText: "Skip" }).first().waitFor();
	assert.doesNotMatch(await tab.locator("body").innerText(), /patience/);
	faults.length = 0; // the browser notes the 410, as it should

	const { etag: last } = await api("GET", `/v1/posts/${made.id}`);
	await api("DELETE", `/v1/posts/${made.id}`, undefined, { "If-Match": last });
});

test("what an editor pastes is shown or refused, and never runs", async () => {
	const run = "document.title='ran'";
	const posts = [{
		title: `Pasted <script>${run}</script>`, custom_excerpt: `<img src=x onerror=${run}>`,
		source: `Words: \`<script>${run}</script>\` and \\<b>.`,
	}];
	for (const source of [`<script>${run}</script>`, `<img src="/x.png" alt="x" onerror="${run}">`, `<a href="javascript:${run}">A link</a>`, `<svg onload="${run}"></svg>`]) {
		for (const source_format of ["html", "markdown"]) posts.push({ title: "Pasted", source_format, source: `${source}<p>Words</p>` });
	}
	let shown = 0;
	for (const post of posts) {
		const made = await api("POST", "/v1/posts", post).catch((refused) => {
			assert.match(refused.message, /= 422: .*"unsafe_html"/);
		});
		if (!made) continue;
		shown++;
		await api("PUT", `/v1/posts/${made.id}/publish`);
		await shows(`/${made.slug}/`, "Words");
		await shows("/", `/${made.slug}/`); // the post itself is there before it is a file
		for (const at of [`/${made.slug}/`, "/"]) {
			await tab.goto(origin + at);
			await tab.getByText(post.title).first().waitFor();
			assert.notEqual(await tab.title(), "ran", post.source);
		}
		// Nothing that the content policy had to stop, either.
		assert.deepEqual(faults.splice(0), []);
		await api("PUT", `/v1/posts/${made.id}/unpublish`);
		await shows("/", `/${made.slug}/`, false);
	}
	assert.ok(shown > 0, "everything was refused");
});

test("a visitor reads: front page, post, tag, and back", async () => {
	await tab.goto(origin);
	const first = tab.locator("main article").first().getByRole("heading").getByRole("link");
	const title = await first.innerText();
	await first.click();
	await heading(title).waitFor();
	const tag = tab.locator("a[rel=tag]").first();
	const name = (await tag.innerText()).trim();
	await tag.click();
	await heading(name).waitFor();
	await tab.getByRole("link", { name: title }).first().waitFor();
	await tab.goBack();
	await heading(title).waitFor();
	await tab.goBack();
	assert.equal(tab.url(), `${origin}/`);

	await follow(tab, tab.getByRole("link", { name: "Older" }));
	assert.equal(new URL(tab.url()).pathname, page("home-page-1").path);
	await follow(tab, tab.getByRole("link", { name: "Newer" }));
	assert.equal(tab.url(), `${origin}/`);
	assert.deepEqual(faults.splice(0), []);
});

test("a visitor shops: market, category, product, and back up", async () => {
	await tab.goto(origin);
	await tab.getByRole("navigation", { name: "Main" }).getByRole("link", { name: "Market" }).click();
	await heading("The market").waitFor();
	await tab.locator("main").getByRole("link", { name: "Bakery", exact: true }).click();
	await heading("Bakery").waitFor();
	await tab.locator("main").getByRole("link", { name: "Country sourdough" }).click();
	await heading("Country sourdough").waitFor();
	assert.match(await tab.locator("main").innerText(), /£\d+\.\d\d[\s\S]*\/ kg/);
	await tab.locator("main nav").getByRole("link", { name: "Bakery" }).click();
	await heading("Bakery").waitFor();
	assert.deepEqual(faults.splice(0), []);
});

test("a visitor who is lost finds home", async () => {
	const answer = await tab.goto(`${origin}/no-such-page/`);
	assert.equal(answer.status(), 404);
	await follow(tab, tab.locator("main").getByRole("link").first());
	assert.ok(!tab.url().includes("no-such-page"), tab.url());
	assert.equal(await tab.getByRole("heading", { level: 1 }).count(), 1);
});
