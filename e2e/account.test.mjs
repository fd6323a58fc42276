// An account, and looking after those of others: by forms, as people do.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { inflateRawSync } from "node:zlib";
import { barriers, check } from "./look.mjs";
import { grant, linkIn, mailTo, mails, signIn } from "./signin.mjs";
import { follow } from "./visitor.mjs";
import { get, open, origin, signedIn, until, watch } from "./world.mjs";

let browser, networks = 0;
before(async () => (browser = await open()));
after(() => browser?.close());

// somebody is a browser in which somebody whom nobody knows here has signed in, at an
// address of its own: a network gets so many mails an hour.
async function somebody(name, options = {}) {
	const address = `${name}-${crypto.randomUUID().slice(0, 8)}@example.org`;
	const context = await visitor(options);
	const tab = await context.newPage();
	await signIn(tab, address);
	return { address, context, tab, faults: watch(tab) };
}

const visitor = (options = {}) => browser.newContext({ extraHTTPHeaders: { "X-Forwarded-For": `198.51.100.${++networks}` }, reducedMotion: "reduce", ...options });

const press = (tab, name) => follow(tab, tab.getByRole("button", { name }).first());
const said = (tab) => tab.locator("#message").innerText();
const go = (tab, at) => tab.goto(origin + at);

// unzip reads an archive by its directory, which is at its end (APPNOTE 4.3.12).
function unzip(bytes) {
	const files = {};
	const end = bytes.lastIndexOf(Buffer.from("PK\x05\x06"));
	assert.ok(end >= 0, "that is no zip");
	let at = bytes.readUInt32LE(end + 16);
	for (let n = bytes.readUInt16LE(end + 10); n > 0; n--) {
		const [method, size] = [bytes.readUInt16LE(at + 10), bytes.readUInt32LE(at + 20)];
		const [name, extra, comment] = [28, 30, 32].map((field) => bytes.readUInt16LE(at + field));
		const local = bytes.readUInt32LE(at + 42);
		const data = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
		const packed = bytes.subarray(data, data + size);
		files[bytes.toString("utf8", at + 46, at + 46 + name)] = (method === 0 ? packed : inflateRawSync(packed)).toString();
		at += 46 + name + extra + comment;
	}
	return files;
}

describe("the account of somebody", () => {
	test("a name, in the header of every page", async () => {
		const { tab, faults, context } = await somebody("name");
		await go(tab, "/account/");
		await tab.getByRole("link", { name: "Say what you are called" }).click();
		await tab.getByLabel("Name").fill("Ada Baker");
		await press(tab, "Save");
		assert.equal(await said(tab), "Saved.");
		assert.equal(await tab.locator(".to-account").innerText(), "Ada Baker");
		for (const at of ["/", "/market/", "/search/?q=bread"]) {
			await go(tab, at);
			await tab.locator(".to-account", { hasText: "Ada Baker" }).waitFor();
		}
		const stranger = await browser.newPage();
		await go(stranger, "/");
		await stranger.locator(".to-account", { hasText: "Sign in" }).waitFor();
		await stranger.locator(".to-account a").click();
		await stranger.waitForURL(/\/login\/\?return_to=%2Faccount%2F$/);
		await stranger.close();
		assert.deepEqual(faults, []);
		await context.close();
	});

	test("without a script", async () => {
		const { tab, context } = await somebody("plain", { javaScriptEnabled: false });
		await go(tab, "/account/profile/");
		await tab.getByLabel("Name").fill("Plain");
		await press(tab, "Save");
		assert.equal(await said(tab), "Saved.");
		await go(tab, "/");
		await tab.locator(".to-account", { hasText: "Account" }).waitFor();
		await tab.locator(".to-account a").click();
		await tab.getByRole("heading", { level: 1, name: "Account" }).waitFor();
		await press(tab, "Sign out");
		await go(tab, "/account/");
		await tab.waitForURL(/\/login\//);
		await context.close();
	});

	test("another address takes the place of the first, once both have said yes", async () => {
		const { tab, address, context } = await somebody("mail");
		const other = `new-${address}`;
		await go(tab, "/account/email/");
		await tab.getByLabel("E-mail address").fill(other);
		await tab.getByLabel("What for").selectOption("replace");
		await press(tab, "Send a link to confirm it");
		assert.match(await said(tab), /We have sent a link/);
		assert.match(await tab.locator("main").innerText(), new RegExp(`${other}\\s+to be the main one`));

		// Looking does nothing: programs open links too.
		const fromNew = linkIn(await mailTo(other, "email_confirm"), "/login/email/");
		assert.equal((await get(fromNew)).status, 200);
		await tab.goto(fromNew);
		await press(tab, "Yes, change it");
		await go(tab, "/account/email/");
		assert.match(await tab.locator(".things").first().innerText(), new RegExp(`${address}\\s+main`));
		await tab.goto(linkIn(await mailTo(address, "email_change"), "/login/email/"));
		await press(tab, "Yes, change it");
		await go(tab, "/account/email/");
		assert.match(await tab.locator(".things").first().innerText(), new RegExp(`${other}\\s+main`));

		// The old one can take it back, and then nobody is signed in any more.
		await tab.goto(linkIn(await mailTo(address, "email_changed"), "/login/email/"));
		await press(tab, "Take it back");
		await go(tab, "/account/");
		await tab.waitForURL(/\/login\//);
		await context.close();
	});

	test("a session of another browser ends", async () => {
		const { tab, address, context, faults } = await somebody("sessions");
		const phone = await visitor({ userAgent: "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1" });
		const there = await phone.newPage();
		await signIn(there, address);
		await mailTo(address, "new_device");
		await go(tab, "/account/sessions/");
		assert.match(await tab.locator("main").innerText(), /Safari on iPhone/);
		await press(tab, /^Sign out Safari on iPhone/);
		assert.match(await said(tab), /signed out/);
		await go(there, "/account/");
		await there.waitForURL(/\/login\//);

		await signIn(there, address);
		await go(tab, "/account/sessions/");
		await press(tab, "Sign out everywhere else");
		assert.equal(await tab.locator(".thing").count(), 1);
		await go(there, "/account/");
		await there.waitForURL(/\/login\//);
		assert.deepEqual(faults, []);
		await phone.close();
		await context.close();
	});

	test("a token is shown once, and works until it is revoked", async () => {
		const { tab, address, context } = await somebody("token");
		await go(tab, "/account/tokens/");
		await tab.getByLabel("What it is for").fill("Backup");
		await tab.getByLabel("See your account").check();
		await press(tab, "Make the token");
		const token = (await tab.locator(".secret-value").innerText()).trim();
		const me = async () => {
			const { status, text } = await get("/v1/me", { Authorization: `Bearer ${token}` });
			return { status, ...JSON.parse(text) };
		};
		assert.equal((await me()).email, address);
		const refused = await fetch(`${origin}/v1/me`, { method: "PATCH", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", "If-Match": '"1"' }, body: "{}" });
		assert.equal(refused.status, 403, await refused.text());
		await go(tab, "/account/tokens/");
		assert.equal(await tab.locator(".secret-value").count(), 0);
		await press(tab, /^Revoke/);
		assert.match(await said(tab), /^Revoked/);
		assert.equal((await me()).status, 401);
		await context.close();
	});

	test("a copy of all that is stored, and the end of it, taken back", async () => {
		const { tab, address, context, faults } = await somebody("data");
		await go(tab, "/account/data/");
		await press(tab, "Ask for a copy");
		assert.match(await said(tab), /being made/);
		await mailTo(address, "export_ready");
		await go(tab, "/account/data/");
		const [file] = await Promise.all([tab.waitForEvent("download"), tab.getByRole("link", { name: /^Copy of/ }).click()]);
		const archive = path.join(process.env.TMPDIR, "copy.zip");
		await file.saveAs(archive);
		const files = unzip(readFileSync(archive));
		assert.match(files["README.txt"], /\S/);
		assert.ok(Object.entries(files).some(([name, text]) => name.endsWith(".json") && JSON.stringify(JSON.parse(text)).includes(address)), Object.keys(files).join(", "));

		await go(tab, "/account/data/");
		await tab.getByText("Delete my account").click();
		await press(tab, "Plan the deletion");
		assert.match(await tab.locator("main").innerText(), /will be deleted on/);
		await mailTo(address, "deletion_planned");
		await go(tab, "/account/");
		await follow(tab, tab.getByRole("link", { name: "Keep it" }));
		await press(tab, "Keep my account");
		assert.match(await said(tab), /stays/);
		assert.deepEqual(faults, []);
		await context.close();
	});

	test("by keyboard alone", async () => {
		const { tab, context } = await somebody("keys");
		await go(tab, "/account/profile/");
		await tab.keyboard.press("Tab");
		await tab.keyboard.press("Enter"); // past the menu
		for (let i = 0; i < 40 && !(await tab.getByLabel("Name").evaluate((e) => e === document.activeElement)); i++) await tab.keyboard.press("Tab");
		await tab.keyboard.type("Keys");
		await tab.keyboard.press("Enter");
		await tab.locator("#message").waitFor();
		assert.equal(await tab.getByLabel("Name").inputValue(), "Keys");
		await context.close();
	});
});

describe("looking after the site", () => {
	test("members are told that it is not for them", async () => {
		const { tab, context } = await somebody("member");
		for (const at of ["/account/admin/people/", "/account/admin/clients/", "/account/admin/audit/", "/shop/", "/editor/"]) {
			const answer = await go(tab, at);
			assert.equal(answer.status(), 403, at);
			assert.deepEqual(await barriers(tab), [], at);
		}
		await go(tab, "/account/");
		assert.equal(await tab.getByText("Looking after the site").count(), 0);
		await context.close();
	});

	test("somebody is invited, gets another role, is suspended", async () => {
		const owner = await browser.newPage(signedIn);
		await again(owner);
		const invited = `invited-${crypto.randomUUID().slice(0, 8)}@example.org`;
		await go(owner, "/account/admin/invitations/");
		await owner.getByLabel("E-mail address").fill(invited);
		await owner.getByText("With roles").click();
		await owner.getByLabel(/^Contributor/).check();
		await press(owner, "Send the invitation");
		assert.match(await said(owner), /on its way/);

		const context = await visitor();
		const tab = await context.newPage();
		await tab.goto(linkIn(await mailTo(invited, "invitation"), "/login/welcome/"));
		await tab.getByLabel(/name|called/i).first().fill("Cy");
		await tab.locator("main form button").first().click();
		await tab.waitForURL((url) => !url.pathname.startsWith("/login/"));
		await go(tab, "/account/");
		assert.match(await tab.locator(".account-who").innerText(), /Cy[^]*Contributor/);
		assert.equal((await go(tab, "/shop/")).status(), 403);

		await go(owner, "/account/admin/people/");
		await owner.getByLabel("Name or address").fill(invited);
		await press(owner, "Show");
		await owner.getByRole("link", { name: "Cy" }).click();
		await owner.getByLabel(/^Shopkeeper/).check();
		await press(owner, "Set the roles");
		assert.match(await said(owner), /set/);
		assert.equal((await go(tab, "/shop/")).status(), 200);
		await press(owner, "Suspend");
		assert.match(await said(owner), /^Suspended/);
		await go(tab, "/account/");
		await tab.waitForURL(/\/login\//);
		await owner.close();
		await context.close();
	});

	test("a program is registered, and its secret is shown once", async () => {
		const owner = await browser.newPage(signedIn);
		await again(owner);
		const faults = watch(owner);
		await go(owner, "/account/admin/clients/");
		await owner.getByRole("link", { name: "Register an app" }).click();
		await owner.getByRole("textbox", { name: "Name" }).fill("Night job");
		await owner.getByLabel("Whose it is").selectOption("service");
		await owner.getByLabel("Write drafts").check();
		for (const about of ["Know who you are", "See your name"]) await owner.getByLabel(about).uncheck();
		await press(owner, "Register");
		const secret = (await owner.locator(".secret-value").innerText()).trim();
		const client = (await owner.locator(".account-facts code").innerText()).trim();
		const answer = await fetch(`${origin}/oauth/token`, {
			method: "POST", headers: { Authorization: `Basic ${btoa(`${client}:${secret}`)}` }, body: new URLSearchParams({ grant_type: "client_credentials", scope: "blog:draft" }),
		});
		const { access_token: token, ...rest } = await answer.json();
		assert.equal(answer.status, 200, JSON.stringify(rest));
		assert.ok(token.startsWith("roseash_at_"));
		await go(owner, `/account/admin/clients/${client}/`);
		assert.equal(await owner.locator(".secret-value").count(), 0);
		await press(owner, "Disable");
		await until("its token is refused", async () => (await get("/v1/me", { Authorization: `Bearer ${token}` })).status === 401);
		await owner.getByText("Delete", { exact: true }).click();
		await press(owner, "Delete it");
		assert.equal(await said(owner), "Deleted.");
		await go(owner, "/account/admin/audit/?action=client");
		assert.match(await owner.locator(".things").innerText(), /An app was registered/);
		assert.deepEqual(faults, []);
		await owner.close();
	});
});

// again proves once more who the owner is, where that was longer ago than ten minutes.
async function again(tab) {
	await go(tab, "/account/email/");
	const fresh = tab.getByRole("link", { name: "Sign in again" });
	if ((await fresh.count()) === 0) return;
	await signIn(tab, "owner@example.org", { query: "?fresh=1&return_to=%2Faccount%2F" });
}

describe("every page, light and dark", { concurrency: 2 }, () => {
	const pages = ["", "profile", "calendar", "email", "passkeys", "sessions", "apps", "tokens", "data", "security", "admin/people", "admin/invitations", "admin/clients", "admin/clients/new", "admin/audit"];
	for (const at of pages) {
		for (const [colorScheme, width] of [["light", 360], ["dark", 360], ["light", 1280], ["dark", 1280]]) {
			const name = `account${at && "-"}${at.replaceAll("/", "-")}`;
			test(`${name}, ${colorScheme}, ${width} px`, { timeout: 120_000 }, () => check(browser, { name, path: `/account/${at && `${at}/`}`, signedIn: true }, colorScheme, width));
		}
	}
});

test("what a page says of faults", async () => {
	const { tab, context, address } = await somebody("faults");
	await go(tab, "/account/email/");
	await tab.getByLabel("E-mail address").fill(address);
	await press(tab, "Send a link to confirm it");
	assert.match(await said(tab), /yours already/);
	assert.deepEqual(await barriers(tab), []);
	await go(tab, "/account/tokens/");
	await tab.getByLabel("What it is for").fill("x");
	await press(tab, "Make the token");
	await tab.getByRole("link", { name: /^Scopes/ }).click();
	assert.deepEqual(await barriers(tab), []);
	assert.equal((await mails(address)).filter((mail) => mail.kind === "email_confirm").length, 0);
	await context.close();
	await grant(address, [{ role: "steward" }]);
});
