// Keeping shop once orders come in: the board, picking, handing over, paying back, the till,
// codes and the books.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { add, control, friday, message, ordered, refused, reloaded, shopper, total } from "./buy.mjs";
import { linkIn, mailTo } from "./signin.mjs";
import { follow, look, press, somebody, title } from "./visitor.mjs";
import { api, open, origin, signedIn, until, watch } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());

// keeper is a shopkeeper at a desk.
async function keeper() {
	const context = await browser.newContext({ ...signedIn, viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
	const tab = await context.newPage(), seen = watch(tab);
	return { tab, faults: () => seen.filter((fault) => !refused.test(fault)), close: () => context.close() };
}

const status = async (order) => (await api("GET", `/v1/orders/${order.id}`)).status;
const rowOf = (tab, name) => tab.getByRole("row").filter({ hasText: name });

test("an order is picked; one thing is short, and its price goes back; the rest is handed over", async () => {
	const email = somebody("picked");
	const order = await ordered("Nia Picked", [["seeded-rye", "RYE-0750", 2], ["cider-vinegar", "VIN-0500", 1]], { email, how: friday });
	const { tab, faults, close } = await keeper();
	await tab.goto(`${origin}/shop/orders/`);
	await look(tab, "shop-orders");
	assert.match(await rowOf(tab, order.reference).innerText(), /Nia Picked[^]*Collect on Friday[^]*to pick[^]*£13\.80/);
	await tab.getByRole("searchbox").fill("Nia Picked");
	await press(tab, "Show");
	await follow(tab, tab.getByRole("link", { name: order.reference }));
	assert.equal(await title(tab), `Order ${order.reference}`);
	assert.match(await tab.locator("main").innerText(), /Contains cereals containing gluten \(rye, barley\), sesame/);

	await press(tab, "Start picking");
	assert.match(await message(tab), /^Picking has begun/);
	await tab.goto(`${origin}/shop/pick/`);
	await look(tab, "shop-pick");
	const card = tab.getByRole("article").filter({ hasText: order.reference });
	assert.match(await card.innerText(), /2\s+Seeded rye tin/);
	await follow(tab, card.getByRole("link", { name: /^Packing slip/ }));
	await look(tab, "shop-packing-slip");
	assert.match(await tab.getByRole("article").innerText(), /Seeded rye tin[^]*Contains/);
	await tab.goto(`${origin}/shop/orders/${order.id}/`);
	await press(tab, "It is ready");
	await mailTo(email, "order_ready");

	await follow(tab, tab.getByRole("link", { name: "Hand over" }));
	await look(tab, "shop-hand-over");
	await tab.getByRole("textbox", { name: "Handed over now of Seeded rye tin" }).fill("1");
	await tab.getByRole("checkbox", { name: "That is all there is" }).check();
	await press(tab, "Hand over");
	assert.equal(await title(tab), `Not all of ${order.reference}`);
	await look(tab, "shop-short");
	await tab.getByRole("textbox", { name: "Why" }).fill("One loaf fell off the shelf");
	await press(tab, "Hand over, and pay back £4.80");
	assert.match(await message(tab), /^Handed over\./);
	await reloaded(tab, "main", /−£4\.80\s+There was not enough\s+gone back/);
	await look(tab, "shop-order");
	assert.equal(await status(order), "fulfilled");
	await mailTo(email, "order_refunded");

	await follow(tab, tab.getByRole("link", { name: /^Invoice/ }));
	await look(tab, "shop-invoice");
	await tab.goBack();
	await follow(tab, tab.getByRole("link", { name: /^Credit note/ }));
	assert.match(await tab.getByRole("article").innerText(), /£4\.80/);
	assert.deepEqual(faults(), []);
	await close();

	// Who ordered reads it, too.
	const who = await shopper(browser);
	await who.tab.goto(linkIn(await mailTo(email, "order_paid"), "/orders/"));
	assert.match(await who.tab.locator("main").innerText(), /£4\.80 went back on[^]*because there was not enough/);
	await who.close();
});

test("a part is paid back, once, and the rest by cancelling", async () => {
	const order = await ordered("Oda Refunded", [["seeded-rye", "RYE-0750", 3]]);
	const { tab, faults, close } = await keeper();
	await tab.goto(`${origin}/shop/orders/${order.id}/`);
	await follow(tab, tab.getByRole("link", { name: "Refund" }));
	await look(tab, "shop-refund");
	await tab.getByRole("textbox", { name: /^Or an amount/ }).fill("99");
	await press(tab, "See what goes back");
	assert.match(await tab.locator("main").innerText(), /at most £14\.40 can go back/);
	await tab.getByRole("textbox", { name: /^Or an amount/ }).fill("");
	await tab.getByRole("textbox", { name: "Pay back of Seeded rye tin" }).fill("1");
	await tab.getByRole("textbox", { name: "Why" }).fill("It was burnt");
	await press(tab, "See what goes back");
	await look(tab, "shop-refund-sure");
	const sure = tab.url();
	await tab.getByRole("button", { name: "Pay back £4.80" }).dblclick(); // somebody who clicks twice
	await tab.waitForURL((url) => url.href !== sure);
	await reloaded(tab, "main", /−£4\.80\s+Refund\s+gone back/);
	assert.equal((await api("GET", `/v1/orders/${order.id}`)).refunded_minor, 480);

	await follow(tab, tab.getByRole("link", { name: "Cancel" }));
	await look(tab, "shop-cancel");
	await press(tab, "Cancel, and pay back £9.60");
	await until("all of it went back", async () => (await api("GET", `/v1/orders/${order.id}`)).refunded_minor === 1440);
	assert.equal(await status(order), "cancelled");
	assert.deepEqual(faults(), []);
	await close();
});

test("a sale over the counter, with change", async () => {
	const { tab, faults, close } = await keeper();
	await tab.goto(`${origin}/shop/sell/`);
	await tab.getByRole("searchbox").fill("seeded rye");
	await press(tab, "Find");
	await look(tab, "shop-sell-found");
	await follow(tab, tab.getByRole("button", { name: /^Add Seeded rye tin/ }));
	await tab.getByRole("searchbox").fill("CHO-0100"); // what is scanned is there at once
	await press(tab, "Find");
	await tab.getByRole("textbox", { name: /^How many of Seeded rye tin/ }).fill("2");
	await tab.getByRole("textbox", { name: "Given in cash" }).fill("20");
	await press(tab, "Reckon");
	assert.match(await tab.locator(".shop-till-pay").innerText(), /£13\.45[^]*Change of £20\.00: £6\.55/);
	await look(tab, "shop-sell");
	await press(tab, "Paid in cash");
	assert.equal(await title(tab), "Sold");
	assert.match(await tab.getByRole("status").innerText(), /^Change\s+£6\.55$/);
	assert.match(await tab.getByRole("article").innerText(), /Dark chocolate, 70%[^]*20%[^]*£13\.45/);
	await look(tab, "shop-receipt");
	await follow(tab, tab.getByRole("link", { name: "The order" }));
	assert.match(await tab.locator("main").innerText(), /handed over[^]*In cash/);
	assert.deepEqual(faults(), []);
	await close();
});

test("a discount code is made, used in a cart, and switched off", async () => {
	const code = `TEST-${crypto.randomUUID().slice(0, 8).toUpperCase()}`;
	const { tab, faults, close } = await keeper();
	await tab.goto(`${origin}/shop/discounts/`);
	await look(tab, "shop-discounts");
	await follow(tab, tab.getByRole("link", { name: "New code" }));
	await tab.getByLabel(/^Code/).fill(code);
	await tab.getByLabel(/^Name/).fill("A third for testers");
	await tab.getByLabel("It takes off").selectOption({ label: "A part of the price" });
	await tab.getByLabel("How much of it").fill("33.3");
	await look(tab, "shop-discount");
	await press(tab, "Make the code");
	assert.match(await rowOf(tab, code).innerText(), /33\.3%/);

	const who = await shopper(browser);
	await add(who, "seeded-rye", "Tin loaf, 750 g");
	await who.tab.goto(`${origin}/cart/`);
	await who.tab.getByRole("textbox", { name: "Code" }).fill(code.toLowerCase());
	await press(who.tab, "Use it as a discount code");
	assert.match(await who.tab.locator("main").innerText(), /A third for testers\s+−£1\.60/);
	assert.equal(await total(who.tab), "£3.20");

	await follow(tab, tab.getByRole("link", { name: code }));
	await press(tab, "Switch it off");
	await who.tab.reload();
	assert.match(await who.tab.locator("main").innerText(), new RegExp(`The code ${code} cannot be used any more\\.`));
	assert.equal(await who.tab.getByRole("link", { name: "Go to checkout" }).count(), 0);
	await press(who.tab, `Remove ${code}`);
	assert.equal(await total(who.tab), "£4.80");
	assert.deepEqual(faults(), []);
	await who.close();
	await close();
});

test("a payment that nobody knows is found when the books are compared, and settled", async () => {
	const { transaction } = await control("foreign", { amount_minor: 777, currency: "GBP" });
	const { tab, faults, close } = await keeper();
	await tab.goto(`${origin}/shop/differences/`);
	await press(tab, "Compare now");
	const found = tab.getByRole("article").filter({ hasText: "£7.77" });
	await until("the payment is found", async () => (await tab.goto(`${origin}/shop/differences/`)) && (await found.count()) > 0);
	assert.match(await found.innerText(), /A payment that no order knows/);
	assert.ok((await found.innerText()).includes(transaction), `${transaction} is not named`);
	await look(tab, "shop-differences");
	await found.getByLabel(/^What was done/).fill("A tasting that was paid on the reader");
	await follow(tab, found.getByRole("button", { name: /^It is settled/ }));
	assert.equal(await found.count(), 0);
	await tab.goto(`${origin}/shop/differences/?open=no`);
	assert.match(await found.innerText(), /A tasting that was paid on the reader/);
	assert.deepEqual(faults(), []);
	await close();
});

test("the books of a month, and their files", async () => {
	const order = await ordered("Pia Booked", [["dark-chocolate", "CHO-0100", 1]]);
	const { tab, faults, close } = await keeper();
	await tab.goto(`${origin}/shop/accounts/`);
	await look(tab, "shop-accounts");
	assert.match(await tab.getByRole("table").innerText(), /20%/);
	const links = await tab.locator(".book-files a").all();
	assert.equal(links.length, 4);
	const files = {};
	for (const link of links) {
		const [file] = await Promise.all([tab.waitForEvent("download"), link.click()]);
		const at = path.join(process.env.TMPDIR, file.suggestedFilename());
		await file.saveAs(at);
		files[file.suggestedFilename()] = readFileSync(at, "utf8");
	}
	const [orders] = Object.entries(files).filter(([name]) => name.includes("orders"));
	assert.ok(orders[1].includes(order.reference), `${order.reference} is not in ${orders[0]}:\n${orders[1]}`);
	for (const [name, text] of Object.entries(files)) assert.match(text, /^\S+,\S+,/, `${name} has no head`);
	assert.deepEqual(faults(), []);
	await close();
});

test("delivery, windows and terms are there to be changed", async () => {
	const { tab, faults, close } = await keeper();
	for (const [at, name, words] of [
		["/shop/delivery/", "shop-delivery", /Cargo bike[^]*£3\.50/],
		["/shop/windows/", "shop-windows", /Week of[^]*Collect on Friday/],
		["/shop/delivery/terms/", "shop-terms", /How goods leave/],
	]) {
		await tab.goto(origin + at);
		assert.match(await tab.locator("main").innerText(), words);
		await look(tab, name);
	}
	await tab.goto(`${origin}/shop/delivery/`);
	await follow(tab, tab.getByRole("link", { name: "Cargo bike" }));
	await look(tab, "shop-delivery-one");
	const hint = tab.getByLabel("What to know");
	const was = await hint.inputValue();
	await hint.fill(`${was} Mind the dog.`);
	await press(tab, "Save changes");
	assert.match(await message(tab), /^Saved\./);
	await tab.getByLabel("What to know").fill(was);
	await press(tab, "Save changes");
	await tab.goto(`${origin}/shop/windows/`);
	await follow(tab, tab.getByRole("link", { name: /^Week of/ }).first());
	await look(tab, "shop-window");
	assert.deepEqual(faults(), []);
	await close();
});

test("who keeps no shop sees none of it", async () => {
	const who = await shopper(browser);
	for (const at of ["orders/", "pick/", "sell/", "discounts/", "delivery/", "windows/", "accounts/", "differences/"]) {
		await who.tab.goto(`${origin}/shop/${at}`);
		assert.ok(who.tab.url().startsWith(`${origin}/login/`), who.tab.url());
	}
	await who.close();
});
