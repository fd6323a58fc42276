// Signing in as people do: the form, the mail, the link. Mail is not sent where the tests
// run but shown at /_dev/mail.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { get, origin, until } from "./world.mjs";

// mails are those to an address, the newest first.
export async function mails(address, at = origin) {
	const { status, text } = await get(`${at}/_dev/mail.json?to=${encodeURIComponent(address)}`);
	assert.equal(status, 200, "mail is shown where the tests run");
	return JSON.parse(text).items;
}

// mailTo waits for a mail of a kind that is none of those that were there before.
export async function mailTo(address, kind, before = [], at = origin) {
	const known = new Set(before.map((mail) => mail.id));
	return until(`a mail ${kind} to ${address}`, async () => (await mails(address, at)).find((mail) => mail.kind === kind && !known.has(mail.id)));
}

// linkIn is the first address in a mail whose path begins so.
export function linkIn(mail, path) {
	const link = mail.text.match(/https?:\/\/\S+/g)?.find((url) => new URL(url).pathname.startsWith(path));
	assert.ok(link, `the mail ${mail.kind} has no link to ${path}:\n${mail.text}`);
	return link;
}

// signIn signs somebody in, in a tab or in a tab of its own of a context; at leads to where
// it is asked for, with what comes behind the question mark. The tab is where they are
// afterwards; of a context it is closed.
export async function signIn(where, address, { at = origin, query = "" } = {}) {
	const tab = where.goto ? where : await where.newPage();
	const before = await mails(address, at);
	await tab.goto(`${at}/login/${query}`);
	await tab.getByLabel("E-mail address").fill(address);
	await tab.getByRole("button", { name: "Send me a link" }).click();
	await tab.waitForURL(/\/login\/check\//);
	await tab.goto(linkIn(await mailTo(address, "sign_in", before, at), "/login/link/"));
	await tab.getByRole("button", { name: "Sign in", exact: true }).click();
	await tab.waitForURL((url) => !url.pathname.startsWith("/login/"));
	if (tab !== where) await tab.close();
}

// grant gives somebody who has signed in before roles, as whoever has the development token
// may.
export async function grant(address, roles, { at = origin, dataDir = process.env.E2E_DATA_DIR } = {}) {
	const token = readFileSync(path.join(dataDir, "dev-token"), "utf8").trim();
	const ask = async (method, where, body, headers = {}) => {
		const res = await fetch(at + where, { method, headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json", ...headers }, body: body && JSON.stringify(body) });
		const text = await res.text();
		assert.ok(res.ok, `${method} ${where} = ${res.status}: ${text}`);
		return { etag: res.headers.get("ETag"), ...JSON.parse(text) };
	};
	const { items } = await ask("GET", `/v1/users?q=${encodeURIComponent(address)}`);
	assert.equal(items.length, 1, `${items.length} people have ${address}`);
	const { etag } = await ask("GET", `/v1/users/${items[0].id}`);
	await ask("PUT", `/v1/users/${items[0].id}/roles`, { roles }, { "If-Match": etag });
	return items[0].id;
}
