// What the server says of an address: compressed where that can be read, withdrawn
// where something was, with the headers that keep a page safe.

import assert from "node:assert/strict";
import { test } from "node:test";
import { get, page, pages, until } from "./world.mjs";

test("a page that was withdrawn is gone, and one that never was is not found", async () => {
	for (const name of ["gone", "not-found"]) {
		const { path, status } = page(name);
		const answer = await get(path);
		assert.equal(answer.status, status);
		assert.match(answer.headers.get("Content-Type"), /^text\/html/);
		assert.match(answer.text, new RegExp(`<p class="eyebrow">${status}</p>`));
		assert.match(answer.text, /<meta name="robots" content="noindex">/);
		assert.equal((await get(path, { "If-None-Match": "*" })).status, status);
	}
	for (const own of ["/404.html", "/410.html"]) assert.equal((await get(own)).status, 404, own);
});

test("pages come compressed, each form under its own tag", async () => {
	const tags = new Set();
	for (const [accept, coding] of [["br", "br"], ["gzip", "gzip"], ["identity", null]]) {
		const answer = await until(`a page in ${accept}`, async () => {
			const answer = await get(page("post").path, { "Accept-Encoding": accept });
			return answer.headers.get("Content-Encoding") === coding && answer;
		});
		assert.match(answer.text, /<\/html>\s*$/, accept);
		assert.match(answer.headers.get("Vary"), /Accept-Encoding/i);
		const tag = answer.headers.get("ETag");
		assert.equal((await get(page("post").path, { "Accept-Encoding": accept, "If-None-Match": tag })).status, 304);
		tags.add(tag);
	}
	assert.equal(tags.size, 3, [...tags].join(", "));
	assert.equal((await get(`${page("post").path}index.html.br`)).status, 404);
});

test("a policy without exceptions", async () => {
	for (const { name, path } of pages) {
		const { headers, text } = await get(path);
		const policy = headers.get("Content-Security-Policy");
		assert.match(policy, /default-src 'none'/, name);
		assert.doesNotMatch(policy, /unsafe|\*|http:/, name);
		for (const [tag] of text.matchAll(/<(?:script [^>]*\bsrc|link [^>]*rel="?stylesheet)[^>]*>/g)) {
			if (name !== "docs") assert.match(tag, /integrity="sha384-/, `${name}: ${tag}`);
		}
		assert.equal(headers.get("X-Content-Type-Options"), "nosniff", name);
	}
});
