// Buying without scripts: all of it is pages and forms.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { add, agree, bike, buy, count, friday, heading, lineOf, message, paid, pay, payThere, put, reloaded, shopper, shows, toPay, total, variant, way } from "./buy.mjs";
import { mailTo, signIn } from "./signin.mjs";
import { follow, press, somebody, title } from "./visitor.mjs";
import { api, open, origin } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());

const plain = () => shopper(browser, { scripts: false, viewport: { width: 360, height: 740 } });

test("a guest changes the cart, signs in with it, orders for a time, takes less of it, and cancels", async () => {
	const who = await plain(), { tab } = who;
	const email = somebody("plain");
	await add(who, "seeded-rye", "Tin loaf, 750 g");
	assert.match(await message(tab), /^Seeded rye tin is in your cart\.$/);
	await add(who, "chickpeas", "From the bin", 250);
	await add(who, "cider-vinegar", "500 ml");
	assert.equal(await title(tab), "Your cart");
	assert.equal(await tab.locator(".cart-count").innerText(), "3");
	assert.equal(await total(tab), "£9.80", "a loaf, 250 g, a bottle and its deposit");

	await lineOf(tab, "Seeded rye tin").getByLabel("How many Seeded rye tin").fill("2");
	await press(tab, "Update Seeded rye tin");
	await press(tab, "Remove Raw cider vinegar");
	assert.equal(await total(tab), "£10.40");
	await lineOf(tab, "Chickpeas").locator("summary").click();
	await lineOf(tab, "Chickpeas").getByLabel("Note").fill("In my own jar");
	await follow(tab, lineOf(tab, "Chickpeas").getByRole("button", { name: "Save the note" }));
	assert.match(await lineOf(tab, "Chickpeas").innerText(), /In my own jar/);
	await tab.getByRole("textbox", { name: "Code" }).fill("NO-SUCH");
	await press(tab, "Use it as a discount code");
	assert.match(await tab.locator("main").innerText(), /There is no such code/);
	await tab.getByRole("textbox", { name: "Code" }).fill("Welcome10");
	await press(tab, "Use it as a discount code");
	assert.equal(await total(tab), "£9.36");

	const login = new URL(await tab.locator("main").getByRole("link", { name: "Sign in" }).getAttribute("href"), origin);
	await signIn(tab, email, { query: login.search });
	assert.equal(tab.url(), `${origin}/cart/`);
	assert.equal(await total(tab), "£8.93", "two loaves at the members' price, chickpeas, a tenth off");
	assert.match(await lineOf(tab, "Chickpeas").innerText(), /In my own jar/);

	const order = await buy(who, friday, { name: "Jan Plain" });
	await mailTo(email, "order_paid");
	await tab.goto(`${origin}/orders/`);
	await follow(tab, tab.locator(".order-which a"));
	assert.equal(tab.url(), order);
	await tab.locator(".order-edit > summary").click();
	await tab.getByLabel(/^Chickpeas/).fill("0");
	await press(tab, "Change the order");
	await reloaded(tab, "main", /£0\.72 went back on/);
	await tab.locator(".order-cancel > summary").click();
	await press(tab, "Cancel the whole order");
	await heading(tab, "This order is cancelled");
	await reloaded(tab, ".order-state", /What you paid has gone back/);
	assert.deepEqual(who.faults(), []);
	await who.close();
});

test("brought to an address; the card is refused, and another is not", async () => {
	const who = await plain(), { tab } = who;
	await add(who, "seeded-rye", "Tin loaf, 750 g");
	await tab.goto(`${origin}/checkout/`);
	await way(who, bike);
	assert.equal(await total(tab), "£8.30");
	await agree(tab, { name: "Kim Plain", email: somebody("plain-bike") });
	await toPay(tab);
	await press(tab, "Decline");
	await tab.getByText("The payment was declined.").waitFor();
	await press(tab, "Leave it");
	await reloaded(tab, "h1", "Your payment was refused");
	await toPay(tab);
	await pay(who);
	assert.match(await tab.locator("main").innerText(), /3 Weir Cottages, Hebden Bridge HX7 8AB/);
	assert.deepEqual(who.faults(), []);
	await who.close();
});

test("back from the page to pay on, and there again: it is one order", async () => {
	const who = await plain(), { tab } = who;
	await add(who, "seeded-rye", "Tin loaf, 750 g");
	await tab.goto(`${origin}/checkout/`);
	await agree(tab, { name: "Mia Plain", email: somebody("plain-back") });
	const first = await toPay(tab);
	await tab.goBack();
	await heading(tab, "Waiting for your payment");
	const order = tab.url();
	assert.equal(await toPay(tab), first, "there are two pages to pay on");
	await payThere(tab);
	await paid(tab);
	assert.equal(tab.url(), order);
	assert.deepEqual(who.faults(), []);
	await who.close();
});

test("another price than the page had, and what is sold out", async () => {
	const { id, price } = await variant("smoked-paprika", "PAP-0070");
	const set = (minor) => api("POST", `/v1/variants/${id}/prices`, { list: "public", price: { amount_minor: minor, currency: price.currency } });
	const who = await plain(), { tab } = who;
	const before = await count(id, 20);
	try {
		await shows("smoked-paprika", "£3.45"); // whoever changed it before has changed it back
		await tab.goto(`${origin}/market/products/smoked-paprika/`);
		await set(355);
		await put(who, "70 g tin", 2);
		assert.match(await message(tab), /Smoked paprika is in your cart\. It costs £3\.55 now; the page that you came from said £3\.45\./);
		await tab.goto(`${origin}/checkout/`);
		await agree(tab, { name: "Lou Plain", email: somebody("plain-price") });
		await set(345);
		await press(tab, "Pay £7.10 now");
		assert.match(await message(tab), /The total is £6\.90 now; it was £7\.10\./);
		await count(id, 1);
		await press(tab, "Pay £6.90 now");
		assert.match(await message(tab), /^Somebody was faster[^]*Smoked paprika/);
		await count(id, 0);
		await tab.goto(`${origin}/cart/`);
		assert.match(await lineOf(tab, "Smoked paprika").innerText(), /There is none left\. Remove it to go on\./);
		await press(tab, "Remove Smoked paprika");
		assert.match(await tab.locator("main").innerText(), /There is nothing in it yet/);
		assert.deepEqual(who.faults(), []);
	} finally {
		await set(price.amount_minor);
		await count(id, before);
		await who.close();
	}
});
