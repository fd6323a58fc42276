// Deciding about programs: one on the web, and one on a device that shows a code.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { mailTo, mails } from "./signin.mjs";
import { codeOf, look, press, somebody, title, typeCode, visitor as anybody } from "./visitor.mjs";
import { api, open, origin } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());
const visitor = (options) => anybody(browser, options);

test("consent, and a device", async () => {
	const elsewhere = "https://harvest.example/callback";
	const { client_id } = await api("POST", "/v1/clients", {
		client_name: "Harvest planner", kind: "third_party", scope: "openid profile account:read", redirect_uris: [elsewhere], token_endpoint_auth_method: "none",
		grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code"],
	}, { "Idempotency-Key": crypto.randomUUID() });
	const { context, tab, close } = await visitor();
	await context.route("https://harvest.example/**", (route) => route.fulfill({ contentType: "text/plain", body: "arrived" }));
	const query = new URLSearchParams({
		client_id, redirect_uri: elsewhere, response_type: "code", scope: "openid profile account:read", state: "s",
		code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256",
	});
	// The whole way in one go: sign in by code, consent, and back to the client.
	await tab.goto(`${origin}/oauth/authorize?${query}`);
	assert.equal(await title(tab), "Sign in");
	const address = somebody("consent");
	await tab.getByLabel("E-mail address").fill(address);
	await press(tab, "Send me a link");
	await tab.waitForURL(/\/login\/check\//);
	await typeCode(tab, codeOf(await mailTo(address, "sign_in")));
	await tab.getByRole("heading", { level: 1, name: "May Harvest planner act for you?" }).waitFor();
	await look(tab, "consent");
	await press(tab, "Allow");
	await tab.waitForURL((at) => at.href.startsWith(elsewhere));
	const back = new URL(tab.url()).searchParams;
	assert.ok(back.get("code") && back.get("iss") === origin && back.get("state") === "s", tab.url());
	// Nobody who has consented is asked again; and the form of the page to sign in at leads on.
	await context.clearCookies({ name: "__Host-session" });
	await tab.goto(`${origin}/oauth/authorize?${query}`);
	await tab.getByLabel("E-mail address").fill(address);
	const before = await mails(address);
	await press(tab, "Send me a link");
	await tab.waitForURL(/\/login\/check\//);
	await typeCode(tab, codeOf(await mailTo(address, "sign_in", before)));
	await tab.waitForURL((at) => at.href.startsWith(elsewhere));

	const asked = await fetch(`${origin}/oauth/device`, { method: "POST", body: new URLSearchParams({ client_id, scope: "account:read" }) });
	const device = await asked.json();
	assert.equal(asked.status, 200, JSON.stringify(device));
	assert.equal(device.verification_uri, `${origin}/login/device/`);
	await tab.goto(device.verification_uri);
	await look(tab, "device");
	await tab.getByLabel("Code on the device").fill(device.user_code.toLowerCase().replace("-", " "));
	await press(tab, "Go on");
	assert.ok((await tab.locator("main").innerText()).includes(device.user_code));
	await look(tab, "device-asked");
	await tab.goto(device.verification_uri_complete);
	await press(tab, "Deny");
	assert.equal(await title(tab), "The device stays out");
	await close();
});
