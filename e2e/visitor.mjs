// Somebody who comes to sign in: a browser of their own, and what they do on the pages.

import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { barriers } from "./look.mjs";
import { linkIn, mailTo, mails } from "./signin.mjs";
import { origin } from "./world.mjs";

const pictures = path.join(import.meta.dirname, "screenshots");
mkdirSync(pictures, { recursive: true });

// visitor is somebody at a browser that nobody has seen here, in a network of its own: how
// often one may ask for a mail is counted by networks.
export async function visitor(browser, options = {}) {
	const [a, b] = crypto.getRandomValues(new Uint8Array(2));
	const context = await browser.newContext({ extraHTTPHeaders: { "X-Forwarded-For": `198.18.${a}.${b}` }, reducedMotion: "reduce", ...options });
	return { context, tab: await context.newPage(), close: () => context.close() };
}

// somebody is an address that no other test uses.
export const somebody = (name) => `${name}-${crypto.randomUUID().slice(0, 8)}@example.org`;

// ask asks for a mail on the page, and waits for it.
export async function ask(tab, address, query = "") {
	const before = await mails(address);
	await tab.goto(`${origin}/login/${query}`);
	await tab.getByLabel("E-mail address").fill(address);
	await tab.getByRole("button", { name: "Send me a link" }).click();
	await tab.getByRole("heading", { level: 1, name: "We have sent you a mail" }).waitFor();
	return mailTo(address, "sign_in", before);
}

export const linkOf = (mail) => linkIn(mail, "/login/link/");
export const codeOf = (mail) => {
	const code = /\b(\d{3}) ?(\d{3})\b/.exec(mail.text);
	assert.ok(code, `no code in ${mail.text}`);
	return code[1] + code[2];
};
export const wrong = (code, i = 1) => String((Number(code) + i) % 1_000_000).padStart(6, "0");

export async function typeCode(tab, code) {
	await tab.getByLabel("Code from the mail").fill(code);
	await press(tab, "Sign in");
}

// press sends a form by the button of that name, and returns when the page that answers is
// there: a click alone returns while the old page may still be on show.
export const press = (tab, name) => follow(tab, tab.getByRole("button", { name, exact: true }));

// follow clicks what leads to another page, and returns when that is there.
export async function follow(tab, what) {
	const arrived = tab.waitForEvent("framenavigated", (frame) => frame === tab.mainFrame());
	await Promise.all([arrived, what.click()]);
	await tab.waitForLoadState("domcontentloaded");
}

export const title = (tab) => tab.getByRole("heading", { level: 1 }).innerText();

// known tells whether the site knows who a browser is.
export const known = async (context) => (await (await context.request.get(`${origin}/v1/me/summary`)).json()).signed_in;
export const session = async (context) => (await context.cookies(origin)).find((c) => c.name === "__Host-session");

// look holds an open page to what every page has to bear: in the light on a telephone, in
// the dark at a desk.
export async function look(tab, name) {
	const before = tab.viewportSize();
	for (const [colorScheme, width] of [["light", 360], ["dark", 1280]]) {
		await tab.emulateMedia({ colorScheme, reducedMotion: "reduce" });
		await tab.setViewportSize({ width, height: width < 600 ? 740 : 900 });
		assert.deepEqual(await barriers(tab), [], `${name}, ${colorScheme}, ${width} px`);
		await tab.screenshot({ path: path.join(pictures, `${name}-${colorScheme}-${width}.png`), fullPage: true });
	}
	await tab.setViewportSize(before);
}
