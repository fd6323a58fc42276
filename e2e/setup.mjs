// What the tests need besides the demo: an owner who is signed in, a photograph, posts enough that a list has
// a page which is full, and one that was withdrawn. run.mjs calls it once.

import { readFileSync } from "node:fs";
import path from "node:path";
import { grant, signIn } from "./signin.mjs";
import { api, get, open, page, pages, signedIn, until } from "./world.mjs";

const token = readFileSync(path.join(process.env.E2E_DATA_DIR, "dev-token"), "utf8").trim();

// photograph paints something that compresses like one: the demo itself is drawn.
async function photograph() {
	const browser = await open();
	const tab = await browser.newPage({ viewport: { width: 1700, height: 1100 } });
	await tab.setContent(`<svg xmlns="http://www.w3.org/2000/svg" width="1700" height="1100" style="position:fixed;inset:0">
		<filter id="grain"><feTurbulence baseFrequency="0.02 0.05" numOctaves="5"/><feColorMatrix values="0.7 0 0 0 0.2  0 0.5 0 0 0.2  0 0 0.4 0 0.1  0 0 0 0 1"/></filter>
		<rect width="1700" height="1100" filter="url(#grain)"/></svg>`);
	const bytes = await tab.screenshot({ type: "jpeg", quality: 90 });
	await browser.close();
	return bytes;
}

async function upload(name, type, body) {
	const res = await fetch(`${process.env.E2E_URL}/v1/media?name=${name}`, {
		method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": type }, body,
	});
	if (!res.ok) throw new Error(`upload = ${res.status}: ${await res.text()}`);
	return res.json();
}

async function publish(post) {
	const made = await api("POST", "/v1/posts", post);
	await api("PUT", `/v1/posts/${made.id}/publish`);
	return made;
}

// The owner: whoever signs in is a member first, and gets a role from whoever has the token.
const browser = await open();
const owner = await browser.newContext();
await signIn(owner, "owner@example.org");
await grant("owner@example.org", [{ role: "owner" }]);
await owner.storageState({ path: signedIn.storageState });
await browser.close();

// A page that is full holds what came first. The demo came first; so it is taken out
// and comes in again behind these, to stay on the page that visitors see.
const demo = JSON.parse((await get("/v1/posts?limit=100")).text).items;
for (let week = 1; week <= 24; week++) {
	await publish({
		title: `Notes from the shop, week ${week}`, source: `What came in, what went out, and who mended the scales. Week ${week}.`,
		published_at: new Date(Date.UTC(2025, 5, 1 + 7 * week)).toISOString(),
	});
}
for (const { id } of demo) await api("PUT", `/v1/posts/${id}/unpublish`);
for (const { path: at } of demo) await until(`${at} is withdrawn`, async () => (await get(at)).status === 410);
for (const { id } of demo.toReversed()) await api("PUT", `/v1/posts/${id}/publish`);

const photo = await upload("dough.jpg", "image/jpeg", await photograph());
await publish({
	title: "A photograph of dough", slug: page("photograph").path.slice(1, -1), tags: ["Bakery"], authors: ["the-bakery"],
	source: `It rises overnight.\n\n![Dough in a tray](${photo.url})\n\nAnd in the morning it is bread.`,
	feature_image: { url: photo.url, alt: "Dough from above", width: photo.width, height: photo.height },
	published_at: "2026-04-02T08:00:00Z",
});
const withdrawn = page("gone").path;
const { id } = await publish({ title: "Withdrawn", slug: withdrawn.slice(1, -1), source: "Words that nobody should read any more." });
// Until it is on disk it is rendered on request, and nobody has to be told of its end.
await until("the post is a file", async () => (await get(withdrawn)).headers.get("Cache-Control").includes("must-revalidate"));
await api("PUT", `/v1/posts/${id}/unpublish`);
for (const { path: at, status = 200, dynamic } of pages) {
	if (dynamic) continue;
	await until(`${at} is a file`, async () => {
		const answer = await get(at);
		return answer.status === status && answer.headers.get("Cache-Control") !== "no-store";
	});
}
