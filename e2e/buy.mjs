// Buying as people do it on the pages, with scripts and without; and the simulator of the
// payment provider, which the program under test runs in its own process.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { follow, press, visitor } from "./visitor.mjs";
import { api, get, origin, until, watch } from "./world.mjs";

const [simulator] = readFileSync(path.join(process.env.E2E_DATA_DIR, "sumupsim-address"), "utf8").split(" ");
const payPages = `http://${simulator}`;

// control has the simulator do something (api/orders/sumupsim/control.go).
export async function control(what, body) {
	const res = await fetch(`${payPages}/_sim/${what}`, body && { method: "POST", body: JSON.stringify(body) });
	const text = await res.text();
	assert.ok(res.ok, `/_sim/${what} = ${res.status}: ${text}`);
	return JSON.parse(text);
}

// refused is what the browser reports of a form that the server did not take: its answer is a
// page that says why.
export const refused = /^console error: Failed to load resource: .* status of (409|422) /;

// shopper is somebody at a browser that nobody has seen here. faults is what their pages did
// that pages should not do; going to where one pays is no fault.
export async function shopper(browser, { scripts = true, ...options } = {}) {
	const who = await visitor(browser, { javaScriptEnabled: scripts, ...options });
	const seen = watch(who.tab);
	return { ...who, scripts, faults: () => seen.filter((fault) => !fault.includes(payPages) && !refused.test(fault)) };
}

// inRow is the row of a product's page about one size of it.
const inRow = (tab, size) => tab.locator("[data-variant]").filter({ has: tab.getByText(size, { exact: true }) });

// add goes to a product and puts some of a size of it into the cart.
export async function add(who, slug, size, quantity) {
	await who.tab.goto(`${origin}/market/products/${slug}/`);
	await put(who, size, quantity);
}

// put puts what is on the page into the cart. With scripts one stays where one is.
export async function put({ tab, scripts }, size, quantity) {
	const row = inRow(tab, size);
	if (quantity) await row.getByRole("spinbutton").fill(String(quantity));
	const button = row.getByRole("button", { name: /^Add to cart/ });
	if (!scripts) return follow(tab, button);
	await button.click();
	await row.getByText(/^It is in your cart\./).waitFor();
}

// lineOf is a line of the cart's or the order's page.
export const lineOf = (tab, name) => tab.getByRole("listitem").filter({ has: tab.getByRole("link", { name, exact: true }) });

export const total = (tab) => tab.locator("[data-total]").innerText();

// message is what a page says about what was done last.
export const message = (tab) => tab.locator("#message").innerText();

export const shop = "Collect from the shop", friday = "Collect on Friday", bike = "Cargo bike";

// way chooses how one gets it, and the first time that is free. The sum follows; without
// scripts once it is asked for.
export async function way({ tab, scripts }, name) {
	const method = tab.locator(".method").filter({ has: tab.getByText(name, { exact: true }) });
	const before = await tab.locator('input[name="expected"]').inputValue();
	if (!(await method.getByRole("radio").first().isChecked())) {
		const answered = scripts && tab.waitForResponse((answer) => answer.request().method() === "POST");
		await method.getByRole("radio").first().check();
		if (answered) await (await answered).finished();
	}
	if (name !== shop) await method.locator(".slots").getByRole("radio", { disabled: false }).first().check();
	if (name !== bike) return;
	for (const [label, text] of [["Address", "3 Weir Cottages"], ["Town", "Hebden Bridge"], ["Postcode", "HX7 8AB"]]) {
		await tab.getByLabel(label, { exact: true }).fill(text);
	}
	if (!scripts) return press(tab, "Work out the total again");
	// The postcode is asked about as well once one goes on from it.
	const answered = tab.waitForResponse((answer) => answer.request().method() === "POST");
	await tab.getByLabel("Postcode", { exact: true }).blur();
	await (await answered).finished();
	await tab.waitForFunction((old) => document.querySelector('input[name="expected"]').value !== old, before);
}

// agree says who one is where that is not known, and accepts the terms.
export async function agree(tab, { name, email } = {}) {
	if (name) await tab.getByLabel(/^Name/).fill(name);
	if (email) await tab.getByLabel(/^E-mail address/).fill(email);
	await tab.getByRole("checkbox", { name: /^I accept the terms/ }).check();
	await tab.getByRole("checkbox", { name: /^I have read how I can cancel/ }).check();
}

// toPay presses the button that pays, of checkout or of an order, and returns when the page
// to pay on is there.
export async function toPay(tab) {
	await follow(tab, tab.getByRole("button", { name: /^Pay £/ }));
	// An order that waits for its payment looks anew by itself, perhaps at this moment.
	await tab.waitForURL(`${payPages}/pay/**`, { timeout: 10_000 }).catch(() => {});
	assert.ok(tab.url().startsWith(`${payPages}/pay/`), `to pay, one is led to ${tab.url()}: ${await tab.locator("main").innerText()}`);
	return new URL(tab.url()).pathname.replace("/pay/c-", "");
}

// pay pays on the page of the provider and goes back to the shop, to the order that is paid.
export async function pay({ tab, scripts }) {
	await payThere(tab);
	await (scripts ? paid(tab) : reloaded(tab, "h1", "Thank you. It is paid."));
}

// payThere pays, and goes back to the shop.
export async function payThere(tab) {
	await press(tab, "Pay");
	await tab.getByText("Payment successful.").waitFor();
	await follow(tab, tab.getByRole("link", { name: "Back to the shop" }));
}

// paid waits until the order that is open says that it is paid: it looks by itself, without
// scripts each ten seconds.
export const paid = (tab) => heading(tab, "Thank you. It is paid.");

export const heading = (tab, name) => tab.getByRole("heading", { level: 1, name }).waitFor();

// reloaded loads a page anew until a part of it says something.
export const reloaded = (tab, part, words) => until(words, async () => {
	await tab.reload();
	return (await tab.locator(part).first().innerText()).match(words);
});

// buy is the way from checkout to an order that is paid.
export async function buy(who, how = shop, contact = {}) {
	await who.tab.goto(`${origin}/checkout/`);
	await way(who, how);
	await agree(who.tab, contact);
	await toPay(who.tab);
	await pay(who);
	return who.tab.url();
}

// variant is one of a product's as the API has it.
export async function variant(slug, sku) {
	const product = await api("GET", `/v1/products/${slug}`);
	return { product, ...product.variants.find((v) => v.sku === sku) };
}

// shows waits until the page of a product has some words.
export const shows = (slug, words) => until(`${slug} shows ${words}`, async () => (await get(`/market/products/${slug}/`)).text.includes(words));

// count says how much there is of a variant, and returns what there was.
export async function count(id, counted) {
	const { items: [now] } = JSON.parse((await get(`/v1/availability?ids=${id}`)).text);
	await api("POST", "/v1/stock/movements", { movements: [{ variant: id, counted, reason: "counted" }] }, { "Idempotency-Key": crypto.randomUUID() });
	return now.available;
}

// ordered places an order as a guest by the API, and has it paid: for those who look after
// orders, not for those who order.
export async function ordered(name, wants, { email = "guest@example.org", how = shop, code } = {}) {
	let cookie = "";
	const ask = async (method, at, body, headers = {}) => {
		const res = await fetch(origin + at, { method, headers: { "Content-Type": "application/json", Cookie: cookie, ...headers }, body: body && JSON.stringify(body) });
		const text = await res.text();
		assert.ok(res.ok, `${method} ${at} = ${res.status}: ${text}`);
		cookie = res.headers.get("Set-Cookie")?.split(";")[0] ?? cookie;
		return JSON.parse(text);
	};
	for (const [slug, sku, quantity] of wants) {
		await ask("POST", "/v1/cart/items", { kind: "product", id: (await variant(slug, sku)).id, quantity });
	}
	if (code) await ask("POST", "/v1/cart/codes", { code });
	const { delivery, totals } = await ask("GET", "/v1/checkout");
	const method = delivery.find((d) => d.name === how);
	const order = await ask("POST", "/v1/checkout", {
		expected_total_minor: totals.total_minor, contact: { name, email }, delivery: method.id, slot: method.slots[0]?.id ?? "", accept_terms: true, accept_cancellation: true,
	}, { "Idempotency-Key": crypto.randomUUID() });
	await control("pay", { checkout: new URL(order.payment.url).pathname.replace("/pay/c-", "") });
	await until(`${order.reference} is paid`, async () => (await api("GET", `/v1/orders/${order.id}`)).status === "paid");
	return order;
}
