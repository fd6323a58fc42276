// Passkeys, with an authenticator that Chromium plays: adding one, signing in with it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { signIn } from "./signin.mjs";
import { known, look, press, somebody, visitor as anybody } from "./visitor.mjs";
import { open, origin, watch } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());
const visitor = (options) => anybody(browser, options);

// authenticator gives a tab one that holds passkeys and checks who is there.
async function authenticator(context, tab) {
	const cdp = await context.newCDPSession(tab);
	await cdp.send("WebAuthn.enable");
	await tab.addInitScript(() => {
		if (localStorage.silent) PublicKeyCredential.isConditionalMediationAvailable = async () => false;
		if (localStorage.old) {
			delete PublicKeyCredential.prototype.toJSON;
			delete PublicKeyCredential.parseRequestOptionsFromJSON;
			delete PublicKeyCredential.parseCreationOptionsFromJSON;
		}
	});
	const { authenticatorId } = await cdp.send("WebAuthn.addVirtualAuthenticator", {
		options: { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
	});
	return {
		credentials: async () => (await cdp.send("WebAuthn.getCredentials", { authenticatorId })).credentials,
		// silent has browsers fill nothing in, and old ones say nothing as JSON, from the next page on.
		browser: (silent, old) => tab.evaluate((how) => Object.assign(localStorage, how), { silent: silent ? "1" : "", old: old ? "1" : "" }),
		verified: (isUserVerified) => cdp.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified }),
	};
}

for (const old of [false, true]) test(`registered, then used by the button and from what the browser fills in${old ? ", old browser" : ""}`, { timeout: 120_000 }, async () => {
	const { context, tab, close } = await visitor();
	const faults = watch(tab);
	const keys = await authenticator(context, tab);
	await signIn(tab, somebody("passkey"));
	await keys.browser(true, old);
	await tab.goto(`${origin}/account/passkeys/`);
	await look(tab, "account-passkeys-none");
	await tab.getByRole("button", { name: "Add a passkey for this device" }).click();
	await tab.getByRole("link", { name: "Add a passkey" }).or(tab.getByText(/last used|Added/i)).first().waitFor();
	const held = await keys.credentials();
	assert.equal(held.length, 1, "the authenticator holds no passkey");
	assert.ok(held[0].isResidentCredential && held[0].rpId === "localhost");

	// By the button, in a browser that fills nothing in.
	const out = async () => {
		await tab.goto(`${origin}/login/out/`);
		if (await tab.getByRole("button", { name: "Sign out", exact: true }).count()) await press(tab, "Sign out");
		await tab.getByRole("heading", { level: 1, name: "You are signed out" }).waitFor();
		assert.equal(await known(context), false);
	};
	await out();
	await tab.goto(`${origin}/login/?return_to=/about/`);
	await press(tab, "Use a passkey");
	await tab.waitForURL(`${origin}/about/`);
	assert.ok(await known(context));

	// By what is filled in (conditional mediation): nobody presses anything.
	await keys.browser(false, old);
	await out();
	await tab.goto(`${origin}/login/?return_to=/market/`);
	await tab.waitForURL(`${origin}/market/`);
	assert.ok(await known(context));

	// An authenticator that does not know who is there does not sign in.
	await keys.browser(true, old);
	await out();
	await keys.verified(false);
	await tab.goto(`${origin}/login/`);
	const asked = tab.waitForResponse((r) => r.url().endsWith("/login/passkey/options"));
	await tab.getByRole("button", { name: "Use a passkey" }).click();
	await asked;
	await tab.waitForTimeout(1000);
	assert.equal(await known(context), false);
	assert.deepEqual(faults, []);
	await close();
});

test("one that is not known here is refused in words", async () => {
	const { context, tab, close } = await visitor();
	const keys = await authenticator(context, tab);
	await signIn(tab, somebody("forgotten"));
	await tab.goto(`${origin}/account/passkeys/`);
	await tab.getByRole("button", { name: "Add a passkey for this device" }).click();
	await tab.getByText(/last used|Added/i).first().waitFor();
	const { items } = await (await context.request.get(`${origin}/v1/me/passkeys`)).json();
	await tab.evaluate(async (id) => { await fetch(`/v1/me/passkeys/${id}`, { method: "DELETE" }); }, items[0].id);
	await keys.browser(true);
	await tab.goto(`${origin}/login/out/`);
	await press(tab, "Sign out");
	await tab.goto(`${origin}/login/`);
	await tab.getByRole("button", { name: "Use a passkey" }).click();
	await tab.getByText("That passkey is not known here").waitFor();
	await look(tab, "login-passkey-refused");
	assert.equal(await known(context), false);
	await close();
});
