// One sign-in for two hosts: of one registrable domain, and of two that have nothing in
// common. The browser keeps no cookies of third parties.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { start } from "./hosts.mjs";
import { until } from "./world.mjs";

const gated = "What is for members: qzgated.";

for (const { name, main, blog, strangers } of [
	{ name: "two hosts of one domain", main: "rose.test", blog: "words.rose.test", strangers: false },
	{ name: "two hosts that have nothing in common", main: "rose.test", blog: "bread.example", strangers: true },
]) {
	describe(name, () => {
		let world, page;
		before(async () => {
			world = await start({ main, blog });
			page = `${world.origins.blog}/read/bread/`;
			await publish();
		}, { timeout: 240_000 });
		after(() => world?.stop());

		// publish has the first owner make their account, and a post for members.
		async function publish() {
			const link = await until("the first owner's link", () => world.said.match(/https:\/\/\S+\/login\/welcome\/[^\s"\\]+/)?.[0]);
			const owner = await world.person();
			const tab = await owner.newPage();
			await tab.goto(link);
			await tab.getByLabel("Your name").fill("Olive Owner");
			await tab.getByLabel("E-mail address").fill("owner@example.org");
			await tab.getByRole("button", { name: "Come in" }).click();
			await tab.waitForURL((url) => !url.pathname.startsWith("/login/"));
			const made = await tab.evaluate(async (body) => {
				const headers = { "Content-Type": "application/json" };
				const made = await (await fetch("/v1/posts", { method: "POST", headers, body })).json();
				return (await fetch(`/v1/posts/${made.id}/publish`, { method: "PUT" })).status;
			}, JSON.stringify({ title: "Bread", source: `Free words.\n\n<!--members-only-->\n\n${gated}`, visibility: "members" }));
			assert.equal(made, 200, "the post is published");
			await owner.close();
		}

		// counted goes to an address and tells how many redirects that took.
		async function counted(tab, address) {
			let pages = 0;
			const count = (request) => request.isNavigationRequest() && request.frame() === tab.mainFrame() && pages++;
			tab.on("request", count);
			const answer = await tab.goto(address);
			tab.off("request", count);
			assert.equal(answer.status(), 200, address);
			return pages - 1;
		}

		const reads = async (tab) => (await tab.locator("article").innerText()).includes("qzgated");
		const session = async (context, origin) => (await context.cookies(origin)).find((cookie) => cookie.name === "__Host-session");

		// signIn begins at the blog's host, and ends there.
		async function signIn(tab, address) {
			const before = world.mail.letters(address).length;
			await tab.goto(page);
			await tab.getByRole("link", { name: "Sign in and read on" }).click();
			await tab.waitForURL(`${world.origins.main}/login/**`);
			await tab.getByLabel("E-mail address").fill(address);
			await tab.getByRole("button", { name: "Send me a link" }).click();
			await tab.waitForURL(/\/login\/check\//);
			const letter = await until("the mail", () => world.mail.letters(address)[before]);
			await tab.getByLabel("Code from the mail").fill(letter.match(/\b\d{3}\s?\d{3}\b/)[0]);
			await tab.getByRole("button", { name: "Sign in", exact: true }).click();
			await tab.waitForURL(page);
		}

		test("a stranger is sent round once, and reads what everybody may", async () => {
			const stranger = await world.person();
			const tab = await stranger.newPage();
			assert.equal(await counted(tab, page), 3, "to the issuer, back, and to the page");
			assert.equal(tab.url(), page);
			assert.equal(await reads(tab), false);
			assert.equal(await counted(tab, page), 0, "once more");
			// The static page asks nobody to go anywhere.
			assert.equal(await counted(tab, `${world.origins.blog}/bread/`), 0);
			assert.equal(await counted(await (await world.person()).newPage(), `${world.origins.blog}/bread/`), 0);
		});

		test("signing in at the blog's host is signing in at both", async () => {
			const member = await world.person();
			const tab = await member.newPage();
			await signIn(tab, "member@example.org");
			assert.equal(await reads(tab), true, "the whole post");
			const here = await session(member, world.origins.blog), there = await session(member, world.origins.main);
			assert.ok(here && there, "each host has a session");
			assert.notEqual(here.value, there.value);
			for (const cookie of await member.cookies()) {
				assert.ok(cookie.name.startsWith("__Host-"), cookie.name);
				assert.deepEqual([cookie.secure, cookie.httpOnly, cookie.sameSite, cookie.path], [true, true, "Lax", "/"], cookie.name);
				assert.doesNotMatch(cookie.domain, /^\./, `${cookie.name} is of one host only`);
			}
			assert.equal(await counted(tab, page), 0, "with a session nothing is asked");

			// In place, where the page is the same for everybody.
			await tab.goto(`${world.origins.blog}/bread/`);
			await tab.getByText(gated).waitFor();
			assert.equal(await tab.locator(".gate").count(), 0);
			await member.close();
		});

		test("who is known at the issuer's is known here without a word", async () => {
			const member = await world.person();
			const tab = await member.newPage();
			await signIn(tab, "second@example.org");
			await member.clearCookies({ domain: blog });
			assert.equal(await session(member, world.origins.blog), undefined);
			assert.equal(await counted(tab, page), 3);
			assert.equal(await reads(tab), true);
			await member.close();
		});

		test("signing out at the issuer's is signing out here", async () => {
			const member = await world.person();
			const tab = await member.newPage();
			await signIn(tab, "third@example.org");
			await tab.goto(`${world.origins.main}/login/out/`);
			await tab.getByRole("button", { name: "Sign out" }).click();
			await tab.getByRole("heading", { name: "You are signed out" }).waitFor();
			await tab.goto(page);
			assert.equal(tab.url(), page);
			assert.equal(await reads(tab), false);
			await tab.goto(`${world.origins.blog}/bread/`);
			await tab.locator(".gate").waitFor();
			await member.close();
		});

		test("without JavaScript the gate leads to where one reads on", async () => {
			const member = await world.person();
			await signIn(await member.newPage(), "fourth@example.org");
			const cookies = await member.storageState();
			const quiet = await world.person({ javaScriptEnabled: false, storageState: cookies });
			const tab = await quiet.newPage();
			await tab.goto(`${world.origins.blog}/bread/`);
			assert.equal(await reads(tab), false);
			await tab.getByRole("link", { name: "Sign in and read on" }).click();
			await tab.waitForURL(page);
			assert.equal(await reads(tab), true);
			await quiet.close();
			await member.close();
		});

		test("a callback that this browser has not asked for signs nobody in", async () => {
			const mallory = await world.person();
			const tab = await mallory.newPage();
			await signIn(tab, "mallory@example.org");
			await mallory.clearCookies({ domain: blog });
			// The way back is lost: what the issuer sends there stays unused.
			const callback = new Promise((done) => tab.on("request", (request) => request.url().includes("/login/callback/") && done(request.url())));
			world.lose("/login/callback/");
			await tab.goto(`${world.origins.blog}/login/?return_to=/read/bread/`).catch(() => {});
			const address = await callback;
			world.lose();
			assert.match(address, /[?&]code=/);
			const victim = await world.person();
			const other = await victim.newPage();
			const answer = await other.goto(address);
			assert.equal(answer.status(), 400);
			await other.getByRole("heading", { name: "You are not signed in" }).waitFor();
			assert.equal(await session(victim, world.origins.blog), undefined);
			await victim.close();
			await mallory.close();
		});

		if (strangers) test("no cookie of a third party is kept", async () => {
			const visitor = await world.person();
			const tab = await visitor.newPage();
			await tab.goto(`${world.origins.main}/_probe/cookie`);
			await tab.goto(`${world.origins.main}/_probe/said`);
			assert.equal(await tab.locator("p").innerText(), "known", "first hand");
			await tab.goto(`${world.origins.blog}/_probe/page`);
			assert.equal(await tab.frameLocator("iframe").locator("p").innerText(), "unknown", "in a frame of another site");
			await visitor.close();
		});
	});
}
