// Ghost's cards on a page: complete without a script, and nothing of another host is
// asked for before the reader wants it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { barriers } from "./look.mjs";
import { api, get, open, origin, page, settle, until, watch } from "./world.mjs";

const film = "https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ";
const source = `Before.

<figure class="kg-card kg-embed-card kg-card-hascaption"><iframe width="200" height="113" src="https://www.youtube.com/embed/aqz-KE-bpKQ?feature=oembed" title="A rabbit"></iframe><figcaption>A film</figcaption></figure>

<div class="kg-card kg-toggle-card"><div class="kg-toggle-heading"><h4 class="kg-toggle-heading-text">What is in it?</h4><button class="kg-toggle-card-icon">v</button></div><div class="kg-toggle-content"><p>Rye and water.</p></div></div>

<iframe src="https://video.example/1" title="A film elsewhere"></iframe>

After.`;

let browser, post;
before(async () => {
	browser = await open();
	post = await api("POST", "/v1/posts", { title: "Every card", source });
	await api("PUT", `/v1/posts/${post.id}/publish`);
	await until("the post is a file", async () => (await get(post.path)).headers.get("Cache-Control")?.includes("must-revalidate"));
});
after(async () => {
	await api("PUT", `/v1/posts/${post.id}/unpublish`);
	await browser.close();
});

async function visit(options, look) {
	const context = await browser.newContext({ viewport: { width: 360, height: 740 }, ...options });
	try {
		const tab = await context.newPage();
		const faults = watch(tab);
		await tab.goto(origin + post.path);
		return await look(tab, faults);
	} finally {
		await context.close();
	}
}

test("without a script", () => visit({ javaScriptEnabled: false }, async (tab, faults) => {
	assert.equal(await tab.locator("a.kg-embed-link").getAttribute("href"), "https://www.youtube.com/watch?v=aqz-KE-bpKQ");
	assert.equal(await tab.locator(".embed-link a").getAttribute("href"), "https://video.example/1");
	const answer = tab.locator("details p");
	assert.equal(await answer.isVisible(), false);
	await tab.locator("summary").focus();
	await tab.keyboard.press("Enter");
	assert.equal(await answer.isVisible(), true);
	assert.deepEqual(faults, []);
}));

for (const colorScheme of ["light", "dark"]) {
	test(`no barriers, ${colorScheme}`, () => visit({ colorScheme, reducedMotion: "reduce" }, async (tab, faults) => {
		await settle(tab);
		assert.deepEqual([...faults, ...(await barriers(tab))], []);
	}));
}

test("a film is loaded when it is asked for", () => visit({}, async (tab, faults) => {
	await settle(tab);
	assert.deepEqual(faults, []);
	assert.equal(await tab.locator("iframe").count(), 0);
	await tab.locator("a.kg-embed-link").focus();
	await tab.keyboard.press("Enter");
	const frame = tab.locator("figure.kg-embed-card iframe");
	await frame.waitFor();
	assert.equal(await frame.getAttribute("src"), `${film}?autoplay=1`);
	assert.equal(await frame.getAttribute("title"), "A rabbit on YouTube");
	assert.equal(await frame.evaluate((e) => e === document.activeElement), true);
	await until("the host is asked", () => faults.some((fault) => fault.startsWith(`asked another host: ${film}`)));
	assert.deepEqual(faults.filter((fault) => fault.includes("Content Security Policy")), []);
}));

test("of a host that the page does not show, nothing is framed", () => visit({}, async (tab) => {
	const refused = await tab.evaluate((sources) => new Promise((done) => {
		const hosts = [];
		document.addEventListener("securitypolicyviolation", ({ blockedURI }) => {
			hosts.push(new URL(blockedURI).host);
			if (new Set(hosts).size === sources.length) done([...new Set(hosts)].sort());
		});
		for (const src of sources) document.body.append(Object.assign(document.createElement("iframe"), { src }));
	}), ["https://player.vimeo.com/video/1", "https://video.example/1"]);
	assert.deepEqual(refused, ["player.vimeo.com", "video.example"]);
}));

test("the script is where it is needed", async () => {
	for (const [at, wanted] of [[post.path, true], [page("post").path, false], [page("product").path, false]]) {
		const { text, headers } = await get(at);
		assert.equal(/<script type="module" src="[^"]*\/cards-[0-9a-f]+\.js"/.test(text), wanted, at);
		const [, narrowed] = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(text);
		assert.equal(narrowed.replaceAll("&#39;", "'"), wanted ? "frame-src https://www.youtube-nocookie.com" : "frame-src 'none'", at);
		assert.match(headers.get("Content-Security-Policy"), /frame-src https:/, at);
	}
});
