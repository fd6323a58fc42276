// Signing in as people do: by link and by code, in one browser and in two; and out again.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { check } from "./look.mjs";
import { linkIn, mailTo, signIn } from "./signin.mjs";
import { ask, codeOf, follow, known, linkOf, look, press, session, somebody, title, typeCode, visitor as anybody, wrong } from "./visitor.mjs";
import { api, get, open, origin, signedIn, watch } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());
const visitor = (options) => anybody(browser, options);

describe("by link", () => {
	test("in the browser that asked", async () => {
		const { context, tab, close } = await visitor();
		const faults = watch(tab), address = somebody("link");
		const mail = await ask(tab, address, "?return_to=/about/");
		await look(tab, "login-check");
		await tab.goto(linkOf(mail));
		const words = await tab.locator("main").innerText();
		assert.ok(words.includes(address) && !words.includes("not the browser"), words);
		assert.match(words, /makes one/);
		assert.equal(await known(context), false, "opening the link signs in");
		await press(tab, "Sign in");
		await tab.waitForURL(`${origin}/about/`);
		assert.ok(await known(context));
		const { httpOnly, secure, sameSite, path: at, domain, expires } = await session(context);
		assert.deepEqual({ httpOnly, secure, sameSite, at, domain }, { httpOnly: true, secure: true, sameSite: "Lax", at: "/", domain: "localhost" });
		const days = (expires - Date.now() / 1000) / 86_400;
		assert.ok(days > 179 && days < 181, `the session lasts ${days} days`);
		assert.equal(await tab.evaluate(() => document.cookie), "", "a script sees the session");

		// Who is signed in is not asked again.
		await tab.goto(`${origin}/login/?return_to=/market/`);
		assert.equal(tab.url(), `${origin}/market/`);
		assert.deepEqual(faults, []);
		await close();

		// The link is used up, for whoever opens it.
		const other = await visitor();
		const answer = await other.tab.goto(linkOf(mail));
		assert.equal(answer.status(), 410);
		await look(other.tab, "login-link-used");
		await follow(other.tab, other.tab.getByRole("link", { name: "Ask for a new one" }));
		assert.equal(await title(other.tab), "Sign in");
		await other.close();
	});

	test("in another browser: it says so, and signs in there only", async () => {
		const desk = await visitor(), phone = await visitor();
		const address = somebody("other");
		const mail = await ask(desk.tab, address);
		await phone.tab.goto(linkOf(mail));
		const words = await phone.tab.locator("main").innerText();
		assert.ok(words.includes(address) && words.includes("198.18.") && /not the browser that asked/.test(words), words);
		await look(phone.tab, "login-link-other");
		await press(phone.tab, "Sign in");
		await phone.tab.waitForURL(`${origin}/account/`);
		assert.ok(await known(phone.context));
		assert.equal(await known(desk.context), false, "the browser that asked is signed in too");
		await typeCode(desk.tab, codeOf(mail));
		assert.equal(await title(desk.tab), "This link works no more");
		assert.equal(await known(desk.context), false);
		await desk.close();
		await phone.close();
	});

	test("programs that look through mail do not use it up", async () => {
		const { context, tab, close } = await visitor();
		const link = linkOf(await ask(tab, somebody("scanned")));
		for (let i = 0; i < 10; i++) {
			for (const method of ["GET", "HEAD"]) {
				const res = await fetch(link, { method, redirect: "manual" });
				await res.text();
				assert.equal(res.status, 200, method);
				assert.equal(res.headers.get("set-cookie"), null);
				assert.equal(res.headers.get("referrer-policy"), "no-referrer");
				assert.equal(res.headers.get("cache-control"), "no-store");
				assert.match(res.headers.get("content-security-policy"), /frame-ancestors 'none'/);
			}
		}
		// Nor does a form of another site.
		const forged = await fetch(link, { method: "POST", headers: { Origin: "https://evil.example" }, redirect: "manual" });
		await forged.text();
		assert.equal(forged.status, 403);
		await tab.goto(link);
		await press(tab, "Sign in");
		await tab.waitForURL(`${origin}/account/`);
		assert.ok(await known(context));
		await close();
	});

	test("without scripts", async () => {
		const { context, tab, close } = await visitor({ javaScriptEnabled: false });
		const mail = await ask(tab, somebody("plain"));
		await tab.goto(linkOf(mail));
		await press(tab, "Sign in");
		await tab.waitForURL(`${origin}/account/`);
		assert.ok(await known(context));
		await tab.goto(`${origin}/login/out/`);
		await press(tab, "Sign out");
		assert.equal(await title(tab), "You are signed out");
		assert.equal(await tab.getByRole("button", { name: "passkey" }).count(), 0);
		assert.equal(await known(context), false);
		await close();
	});

	test("leads nowhere else", async () => {
		for (const to of ["//evil.example/", "/%5cevil.example/", "https://evil.example/", "/%09/evil.example/"]) {
			const { tab, close } = await visitor();
			const mail = await ask(tab, somebody("astray"), `?return_to=${encodeURIComponent(decodeURIComponent(to))}`);
			await tab.goto(linkOf(mail));
			await press(tab, "Sign in");
			await tab.waitForURL(`${origin}/account/`);
			await close();
		}
	});
});

describe("by code", () => {
	test("after a wrong one", async () => {
		const { context, tab, close } = await visitor();
		const code = codeOf(await ask(tab, somebody("code")));
		await typeCode(tab, "12");
		await tab.getByText("The code is six digits.").waitFor();
		await typeCode(tab, wrong(code));
		await tab.getByText("This is not the code.").waitFor();
		assert.equal(await tab.getByLabel("Code from the mail").getAttribute("aria-invalid"), "true");
		await look(tab, "login-check-wrong");
		await typeCode(tab, `${code.slice(0, 3)} ${code.slice(3)}`);
		await tab.waitForURL(`${origin}/account/`);
		assert.ok(await known(context));
		await close();
	});

	test("five wrong ones leave the link", async () => {
		const { context, tab, close } = await visitor();
		const mail = await ask(tab, somebody("guessed"));
		for (let i = 1; i <= 5; i++) await typeCode(tab, wrong(codeOf(mail), i));
		if (await tab.getByLabel("Code from the mail").count()) await typeCode(tab, codeOf(mail));
		await tab.getByText("Open the link in the mail").waitFor();
		assert.equal(await known(context), false, "the sixth code is taken");
		await look(tab, "login-check-closed");
		await tab.goto(linkOf(mail));
		await press(tab, "Sign in");
		await tab.waitForURL(`${origin}/account/`);
		assert.ok(await known(context));
		await close();
	});

	test("only in the browser that asked", async () => {
		const owner = await visitor(), thief = await visitor(), address = somebody("bound");
		const code = codeOf(await ask(owner.tab, address));
		await thief.tab.goto(`${origin}/login/check/`);
		assert.equal(await title(thief.tab), "Sign in", "a browser that has not asked is asked for a code");
		await ask(thief.tab, somebody("thief"));
		await typeCode(thief.tab, code);
		await thief.tab.getByText("This is not the code.").waitFor();
		assert.equal(await known(thief.context), false);
		await owner.close();
		await thief.close();
	});
});

describe("out", () => {
	test("the session ends at the server, not in the browser alone", async () => {
		const { context, tab, close } = await visitor();
		await signIn(tab, somebody("out"));
		const cookie = await session(context);
		await tab.goto(`${origin}/login/out/`);
		await look(tab, "login-out-ask");
		await press(tab, "Sign out");
		await tab.getByRole("heading", { level: 1, name: "You are signed out" }).waitFor();
		assert.equal(await session(context), undefined);
		await context.addCookies([cookie]);
		assert.equal(await known(context), false, "the old cookie still signs in");
		await close();
	});

	test("another session, and all others", async () => {
		const address = somebody("devices");
		const [here, there, third] = [await visitor(), await visitor(), await visitor()];
		for (const { tab } of [here, there, third]) await signIn(tab, address);
		// Each mail but the first names a browser that was not known.
		await mailTo(address, "new_device");
		await here.tab.goto(`${origin}/account/sessions/`);
		await look(here.tab, "account-sessions");
		const others = here.tab.getByRole("button", { name: /^Sign out\s.*198\.18\./ });
		assert.equal(await others.count(), 2);
		const network = (await there.context.request.get(`${origin}/v1/me/sessions`).then((r) => r.json())).items.find((s) => s.current).network;
		await others.filter({ hasText: network }).click();
		await here.tab.getByRole("status").waitFor();
		assert.deepEqual([await known(here.context), await known(there.context), await known(third.context)], [true, false, true]);
		await press(here.tab, "Sign out everywhere else");
		await here.tab.getByRole("status").waitFor();
		assert.deepEqual([await known(here.context), await known(there.context), await known(third.context)], [true, false, false]);
		await there.tab.goto(`${origin}/account/`);
		assert.equal(new URL(there.tab.url()).pathname, "/login/");
		for (const v of [here, there, third]) await v.close();
	});

	test("a new sign-in has a new session, and the old one of the browser is over", async () => {
		const { context, tab, close } = await visitor(), address = somebody("fresh");
		await signIn(tab, address);
		const old = await session(context);
		const mail = await ask(tab, address, "?fresh=1&return_to=/account/security/");
		await tab.goto(linkOf(mail));
		await press(tab, "Sign in");
		await tab.waitForURL(`${origin}/account/security/`);
		assert.notEqual((await session(context)).value, old.value);
		const thief = await visitor();
		await thief.context.addCookies([old]);
		assert.equal(await known(thief.context), false);
		await thief.close();
		await close();
	});
});

test("an invitation", async () => {
	const { context, tab, close } = await visitor(), address = somebody("invited");
	await api("POST", "/v1/invitations", { email: address, roles: [{ role: "shopkeeper" }] }, { "Idempotency-Key": crypto.randomUUID() });
	const link = linkIn(await mailTo(address, "invitation"), "/login/welcome/");
	await tab.goto(link);
	await look(tab, "login-welcome");
	assert.match(await tab.locator("main").innerText(), /shopkeeper/);
	await tab.getByLabel(/Your name/).fill("Bo Harvest");
	await press(tab, "Come in");
	await tab.waitForURL((at) => !at.pathname.startsWith("/login/"));
	assert.equal((await (await context.request.get(`${origin}/v1/me/summary`)).json()).name, "Bo Harvest");
	assert.equal((await tab.goto(`${origin}/shop/`)).status(), 200);
	assert.equal((await tab.goto(link)).status(), 410);
	await close();
});

test("a change of address is confirmed at both, and taken back", async () => {
	const { context, tab, close } = await visitor(), old = somebody("old"), fresh = somebody("new");
	await signIn(tab, old);
	const status = await tab.evaluate(async (address) => (await fetch("/v1/me/emails", {
		method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ address, replaces_primary: true }),
	})).status, fresh);
	assert.equal(status, 202);
	await tab.goto(linkIn(await mailTo(old, "email_change"), "/login/email/"));
	await look(tab, "login-email");
	await press(tab, "Yes, change it");
	assert.equal(await title(tab), "One yes more");
	await tab.goto(linkIn(await mailTo(fresh, "email_confirm"), "/login/email/"));
	await press(tab, "Yes, change it");
	assert.equal(await title(tab), "Your address is changed");
	await tab.goto(linkIn(await mailTo(old, "email_changed"), "/login/email/"));
	await press(tab, "Take it back");
	assert.equal(await title(tab), "The change is taken back");
	assert.equal(await known(context), false, "whoever changed the address is still signed in");
	await close();
});

describe("every page of its own address", { concurrency: 2 }, () => {
	const pages = [
		{ name: "login", path: "/login/" },
		{ name: "login-fresh", path: "/login/?fresh=1", signedIn: true },
		{ name: "login-out", path: "/login/out/" },
		{ name: "login-gone", path: "/login/link/none/", status: 410 },
		{ name: "login-uninvited", path: "/login/welcome/none/", status: 410 },
		{ name: "login-email-changed", path: "/login/email/?done=replace" },
		{ name: "device-none", path: "/login/device/?code=BBBB-BBBB", status: 404, signedIn: true },
		{ name: "refused", path: "/oauth/authorize?client_id=none", status: 400 },
	];
	for (const page of pages) {
		for (const [colorScheme, width] of [["light", 360], ["dark", 1280]]) {
			test(`${page.name}, ${colorScheme}, ${width} px`, { timeout: 120_000 }, () => check(browser, page, colorScheme, width));
		}
	}
	test("the skip link, and a ring at every stop", async () => {
		const context = await browser.newContext({ ...signedIn });
		const tab = await context.newPage();
		await tab.goto(`${origin}/login/?fresh=1`);
		await tab.keyboard.press("Tab");
		assert.ok(await tab.evaluate(() => document.activeElement.matches("a.skip")));
		await tab.keyboard.press("Enter");
		const stops = [];
		for (let i = 0; i < 3; i++) {
			await tab.keyboard.press("Tab");
			stops.push(await tab.evaluate(() => [document.activeElement.id || document.activeElement.textContent.trim(), getComputedStyle(document.activeElement).outlineStyle].join(" ")));
		}
		assert.deepEqual(stops, ["address solid", "Send me a link solid", "Use a passkey solid"]);
		await context.close();
	});
});

test("an address outside of the pages is none", async () => {
	for (const at of ["/login/nothing/", "/login/link/", "/login/callback/"]) assert.equal((await get(at)).status, 404, at);
	assert.equal((await get("/login")).status, 308);
});
