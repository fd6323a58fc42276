// The authorization server as the libraries see it that other programs are written with:
// oauth4webapi and openid-client, strict as they come, and Go's x/oauth2 with go-oidc.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import path from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import * as oauth from "oauth4webapi";
import * as oidc from "openid-client";
import { signIn } from "./signin.mjs";
import { press } from "./visitor.mjs";
import { api, open, origin } from "./world.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };
const elsewhere = "https://planner.example/callback"; // nobody is there: the browser is told so
const goodbye = "https://planner.example/goodbye";
const clientScope = "openid profile email offline_access account:read";

let browser, context;
before(async () => {
	browser = await open();
	context = await browser.newContext();
	await signIn(context, "client-tester@example.org");
});
after(async () => {
	await browser?.close();
});

// register makes a client as an admin does.
async function register(fields) {
	return api("POST", "/v1/clients", { client_name: "Harvest planner", kind: "third_party", scope: clientScope, ...fields }, { "Idempotency-Key": crypto.randomUUID() });
}

// leave opens an address that leads to a client, has somebody do what is asked on the way,
// and returns where the browser went. Nobody is there: asking for it is enough.
async function leave(own, address, asked) {
	const tab = await own.newPage();
	const leaving = tab.waitForRequest((r) => r.isNavigationRequest() && new URL(r.url()).origin !== origin, { timeout: 60_000 });
	leaving.catch(() => {});
	const opened = tab.goto(address, { waitUntil: "commit" }).catch(() => {}); // where it ends there is nobody
	if (asked) {
		await opened;
		await asked(tab);
	}
	const { href } = new URL((await leaving).url());
	tab.close().catch(() => {}); // a tab that still looks for the client's host takes its time
	return new URL(href);
}

// authorize goes where a client sends people, and says yes or no where that is asked.
const authorize = (url, { consent } = {}) => leave(context, url.href, consent === undefined ? undefined :
	(tab) => tab.getByRole("button", { name: consent ? "Allow" : "Deny", exact: true }).click());

test("oauth4webapi: discovery, code, userinfo, refresh, introspection, revocation", { timeout: 120_000 }, async () => {
	const registered = await register({ token_endpoint_auth_method: "client_secret_basic", redirect_uris: [elsewhere] });
	const issuer = new URL(origin);
	for (const algorithm of ["oidc", "oauth2"]) {
		await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, { algorithm, ...insecure }));
	}
	const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
	assert.ok(as.authorization_response_iss_parameter_supported);
	assert.deepEqual(as.code_challenge_methods_supported, ["S256"]);
	const client = { client_id: registered.client_id };
	const auth = oauth.ClientSecretBasic(registered.client_secret);

	const verifier = oauth.generateRandomCodeVerifier(), state = oauth.generateRandomState(), nonce = oauth.generateRandomNonce();
	const url = new URL(as.authorization_endpoint);
	for (const [name, value] of Object.entries({
		client_id: client.client_id, redirect_uri: elsewhere, response_type: "code", scope: clientScope, state, nonce,
		code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
	})) url.searchParams.set(name, value);

	const denied = await authorize(url, { consent: false });
	assert.throws(() => oauth.validateAuthResponse(as, client, denied, state), (fault) => fault.error === "access_denied");
	const back = await authorize(url, { consent: true });
	const params = oauth.validateAuthResponse(as, client, back, state);
	const answer = await oauth.authorizationCodeGrantRequest(as, client, auth, params, elsewhere, verifier, insecure);
	const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer, { expectedNonce: nonce, requireIdToken: true });
	await oauth.validateApplicationLevelSignature(as, answer, insecure);
	const claims = oauth.getValidatedIdTokenClaims(tokens);
	assert.ok(claims.sub.startsWith("user_") && claims.sid && claims.auth_time && claims.at_hash, JSON.stringify(claims));
	assert.equal(claims.email, "client-tester@example.org");
	assert.equal(tokens.token_type, "bearer");
	assert.ok(tokens.expires_in <= 600);

	const who = await oauth.processUserInfoResponse(as, client, claims.sub, await oauth.userInfoRequest(as, client, tokens.access_token, insecure));
	assert.equal(who.email_verified, true);
	const me = await fetch(`${origin}/v1/me`, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
	assert.equal(me.status, 200, await me.text());

	const seen = await oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, auth, tokens.access_token, insecure));
	assert.ok(seen.active && seen.client_id === client.client_id && seen.sub === claims.sub, JSON.stringify(seen));

	const again = await oauth.processRefreshTokenResponse(as, client, await oauth.refreshTokenGrantRequest(as, client, auth, tokens.refresh_token, insecure));
	assert.notEqual(again.refresh_token, tokens.refresh_token);
	const narrow = await oauth.processRefreshTokenResponse(as, client,
		await oauth.refreshTokenGrantRequest(as, client, auth, again.refresh_token, { ...insecure, additionalParameters: { scope: "openid" } }));
	assert.equal(narrow.scope, "openid");

	await oauth.processRevocationResponse(await oauth.revocationRequest(as, client, auth, narrow.refresh_token, insecure));
	const gone = await oauth.processIntrospectionResponse(as, client, await oauth.introspectionRequest(as, client, auth, narrow.access_token, insecure));
	assert.equal(gone.active, false);

	// A second time nobody is asked; and a code is good once.
	const quick = oauth.validateAuthResponse(as, client, await authorize(url), state);
	await oauth.processAuthorizationCodeResponse(as, client,
		await oauth.authorizationCodeGrantRequest(as, client, auth, quick, elsewhere, verifier, insecure), { expectedNonce: nonce });
	await assert.rejects(async () => oauth.processAuthorizationCodeResponse(as, client,
		await oauth.authorizationCodeGrantRequest(as, client, auth, quick, elsewhere, verifier, insecure), { expectedNonce: nonce }),
		(fault) => fault.error === "invalid_grant");
});

test("oauth4webapi: a service, for itself", async () => {
	const service = await register({ kind: "service", grant_types: ["client_credentials"], scope: "blog:write", token_endpoint_auth_method: "client_secret_post" });
	const as = await oauth.processDiscoveryResponse(new URL(origin), await oauth.discoveryRequest(new URL(origin), insecure));
	const client = { client_id: service.client_id };
	const tokens = await oauth.processClientCredentialsResponse(as, client,
		await oauth.clientCredentialsGrantRequest(as, client, oauth.ClientSecretPost(service.client_secret), new URLSearchParams({ scope: "blog:write" }), insecure));
	assert.equal(tokens.refresh_token, undefined);
	const drafts = await fetch(`${origin}/v1/posts?status=draft`, { headers: { Authorization: `Bearer ${tokens.access_token}` } });
	assert.equal(drafts.status, 200, await drafts.text());
});

test("openid-client: a program on the person's own machine", { timeout: 120_000 }, async () => {
	const registered = await register({ token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/callback"] });
	const config = await oidc.discovery(new URL(origin), registered.client_id, undefined, oidc.None(), { execute: [oidc.allowInsecureRequests] });
	oidc.enableNonRepudiationChecks(config); // the signature of every ID token is checked
	const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState(), nonce = oidc.randomNonce();
	const url = oidc.buildAuthorizationUrl(config, {
		redirect_uri: "http://127.0.0.1:53112/callback", scope: "openid profile", state, nonce, max_age: "36000",
		code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
	});
	const tokens = await oidc.authorizationCodeGrant(config, await authorize(url, { consent: true }),
		{ pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 36000 });
	const who = await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims().sub);
	assert.equal(who.sub, tokens.claims().sub);
	const again = await oidc.refreshTokenGrant(config, tokens.refresh_token);
	await oidc.tokenRevocation(config, again.refresh_token);
	await assert.rejects(oidc.refreshTokenGrant(config, again.refresh_token), (fault) => fault.error === "invalid_grant");

	// Who has signed in is known without being asked, as long as consent was given.
	const silent = oidc.buildAuthorizationUrl(config, {
		redirect_uri: "http://127.0.0.1:53113/callback", scope: "openid", state, prompt: "none",
		code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
	});
	assert.ok((await authorize(silent)).searchParams.get("code"));
});

test("openid-client: a device without a browser", { timeout: 120_000 }, async () => {
	const registered = await register({
		client_name: "Till", token_endpoint_auth_method: "none", redirect_uris: [],
		grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
	});
	const config = await oidc.discovery(new URL(origin), registered.client_id, undefined, oidc.None(), { execute: [oidc.allowInsecureRequests] });
	for (const allow of [false, true]) {
		const device = await oidc.initiateDeviceAuthorization(config, { scope: "openid profile" });
		assert.match(device.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/);
		const polling = oidc.pollDeviceAuthorizationGrant(config, device);
		polling.catch(() => {});
		const tab = await context.newPage();
		await tab.goto(allow ? device.verification_uri_complete : device.verification_uri);
		if (!allow) {
			await tab.getByRole("textbox").fill(device.user_code.toLowerCase());
			await tab.getByRole("button", { name: "Go on" }).click();
		}
		await tab.getByText("Till").first().waitFor();
		await tab.getByRole("button", { name: allow ? "Allow" : "Deny", exact: true }).click();
		if (allow) assert.ok((await polling).claims().sub);
		else await assert.rejects(polling, (fault) => fault.error === "access_denied");
		await tab.close();
	}
});

test("oauth4webapi: a device without a browser, and signing out from it", { timeout: 120_000 }, async () => {
	const registered = await register({
		client_name: "Scale", kind: "first_party", token_endpoint_auth_method: "none", redirect_uris: ["http://127.0.0.1/callback"], post_logout_redirect_uris: ["http://127.0.0.1/goodbye"],
		grant_types: ["authorization_code", "urn:ietf:params:oauth:grant-type:device_code", "refresh_token"],
	});
	const as = await oauth.processDiscoveryResponse(new URL(origin), await oauth.discoveryRequest(new URL(origin), insecure));
	const client = { client_id: registered.client_id }, auth = oauth.None();
	const device = await oauth.processDeviceAuthorizationResponse(as, client,
		await oauth.deviceAuthorizationRequest(as, client, auth, new URLSearchParams({ scope: "openid" }), insecure));
	const poll = async () => oauth.processDeviceCodeResponse(as, client, await oauth.deviceCodeGrantRequest(as, client, auth, device.device_code, insecure));
	await assert.rejects(poll(), (fault) => fault.error === "authorization_pending");
	await assert.rejects(poll(), (fault) => fault.error === "slow_down");
	const own = await browser.newContext();
	await signIn(own, "weigher@example.org");
	const tab = await own.newPage();
	await tab.goto(device.verification_uri_complete);
	await tab.getByRole("button", { name: "Allow", exact: true }).click();
	await tab.getByRole("button", { name: "Allow", exact: true }).waitFor({ state: "detached" });
	await pause((device.interval + 5) * 1000 + 500); // slow_down has added five seconds
	const tokens = await poll();
	assert.ok(oauth.getValidatedIdTokenClaims(tokens).sub);

	// By an address of the metadata: the library has no call for it.
	const url = new URL(as.end_session_endpoint);
	for (const [name, value] of Object.entries({ id_token_hint: tokens.id_token, client_id: client.client_id, post_logout_redirect_uri: "http://127.0.0.1/goodbye", state: "bye" })) {
		url.searchParams.set(name, value);
	}
	const left = await leave(own, url.href, async (page) => {
		const button = page.getByRole("button", { name: "Sign out" }); // a device's ID token names no session
		if (await button.count()) await button.first().click();
	});
	assert.equal(left.href, "http://127.0.0.1/goodbye?state=bye");
	assert.equal((await own.request.get(`${origin}/v1/me`)).status(), 401);
	await own.close();
});

test("openid-client: signing out from an app", { timeout: 120_000 }, async () => {
	const registered = await register({
		token_endpoint_auth_method: "client_secret_basic", redirect_uris: [elsewhere], post_logout_redirect_uris: [goodbye], kind: "first_party",
	});
	const config = await oidc.discovery(new URL(origin), registered.client_id, undefined, oidc.ClientSecretBasic(registered.client_secret),
		{ execute: [oidc.allowInsecureRequests] });
	const own = await browser.newContext();
	await signIn(own, "leaver@example.org");
	const verifier = oidc.randomPKCECodeVerifier(), state = oidc.randomState();
	const back = await leave(own, oidc.buildAuthorizationUrl(config, {
		redirect_uri: elsewhere, scope: "openid", state, code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
	}).href);
	const tokens = await oidc.authorizationCodeGrant(config, back, { pkceCodeVerifier: verifier, expectedState: state, idTokenExpected: true });
	const seen = await oidc.tokenIntrospection(config, tokens.access_token);
	assert.ok(seen.active && seen.sub === tokens.claims().sub, JSON.stringify(seen));
	const left = await leave(own, oidc.buildEndSessionUrl(config, { id_token_hint: tokens.id_token, post_logout_redirect_uri: goodbye, state: "bye" }).href);
	assert.equal(left.href, `${goodbye}?state=bye`);
	assert.equal((await own.request.get(`${origin}/v1/me`)).status(), 401);
	await assert.rejects(oidc.refreshTokenGrant(config, tokens.refresh_token), (fault) => fault.error === "invalid_grant");
	assert.equal((await oidc.tokenIntrospection(config, tokens.access_token)).active, false);
	await own.close();
});

test("Go: x/oauth2 and go-oidc", { timeout: 240_000 }, async () => {
	const confidential = await register({ client_name: "Go app", kind: "first_party", token_endpoint_auth_method: "client_secret_basic",
		redirect_uris: [elsewhere], post_logout_redirect_uris: [goodbye] });
	const device = await register({ client_name: "Go till", token_endpoint_auth_method: "none", redirect_uris: [],
		grant_types: ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"] });
	const program = spawn("go", ["run", "-tags=nodynamic", "./e2e/relyingparty", "-issuer", origin, "-redirect", elsewhere, "-goodbye", goodbye,
		"-client", confidential.client_id, "-device", device.client_id], {
		cwd: path.join(import.meta.dirname, ".."), stdio: ["pipe", "pipe", "inherit"],
		env: { ...process.env, CGO_ENABLED: "0" },
	});
	program.stdin.write(`${confidential.client_secret}\n`);
	const ended = once(program, "exit");
	const said = [];
	try {
		for await (const line of createInterface({ input: program.stdout })) {
			const [word, rest] = [line.split(" ", 1)[0], line.slice(line.indexOf(" ") + 1)];
			said.push(word);
			if (word === "authorize" || word === "logout") program.stdin.write(`${(await leave(context, rest)).href}\n`);
			if (word === "device") {
				const tab = await context.newPage();
				await tab.goto(rest);
				await press(tab, "Allow");
				await tab.close();
			}
		}
	} finally {
		program.stdin.end(); // without it the program waits for ever for what did not come
	}
	assert.equal((await ended)[0], 0, said.join(" "));
	assert.deepEqual(said, ["discovered", "authorize", "authorize", "exchanged", "verified", "userinfo", "refreshed", "introspected", "revoked", "device", "polled", "logout", "left"]);
});
