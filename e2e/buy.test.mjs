// Buying with scripts: from a shelf to an order that is paid, and what comes between.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { add, agree, bike, buy, control, count, friday, heading, lineOf, message, paid, pay, put, reloaded, shop, shopper, shows, toPay, total, variant, way } from "./buy.mjs";
import { linkIn, mailTo, signIn } from "./signin.mjs";
import { follow, look, press, somebody, title } from "./visitor.mjs";
import { api, open, origin, until } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser?.close());

describe("buying", { concurrency: 2 }, () => {
	test("a guest chooses, orders, pays, and finds the order again by the link in the mail", async () => {
		const who = await shopper(browser), { tab } = who;
		const email = somebody("guest");
		await add(who, "seeded-rye", "Tin loaf, 750 g", 2);
		await add(who, "dark-chocolate", "100 g bar");
		await look(tab, "product-in-cart");
		await tab.locator(".cart-count").filter({ hasText: "2" }).waitFor();
		await follow(tab, tab.locator(".to-cart a"));

		assert.equal(await title(tab), "Your cart");
		await look(tab, "cart");
		assert.equal(await total(tab), "£13.45");
		await lineOf(tab, "Seeded rye tin").getByLabel("How many Seeded rye tin").fill("3");
		await press(tab, "Update Seeded rye tin");
		assert.equal(await total(tab), "£18.25");
		await press(tab, "Remove Dark chocolate, 70%");
		assert.equal(await total(tab), "£14.40");
		await lineOf(tab, "Seeded rye tin").locator("summary").click();
		await lineOf(tab, "Seeded rye tin").getByLabel("Note").fill("Cut it thick, please");
		await follow(tab, lineOf(tab, "Seeded rye tin").getByRole("button", { name: "Save the note" }));
		assert.match(await lineOf(tab, "Seeded rye tin").innerText(), /Cut it thick, please/);
		await tab.getByRole("textbox", { name: "Code" }).fill("welcome10");
		await press(tab, "Use it as a discount code");
		assert.equal(await total(tab), "£12.96");
		await look(tab, "cart-code");

		await follow(tab, tab.getByRole("link", { name: "Go to checkout" }));
		await look(tab, "checkout");
		await way(who, shop);
		await agree(tab, { name: "Ada Guest", email });
		await toPay(tab);
		await look(tab, "simulator");
		await pay(who);
		await look(tab, "order-paid");
		const words = await tab.locator("main").innerText();
		for (const part of ["£12.96", "Cut it thick, please", "Contains: cereals containing gluten (rye, barley)", "Ada Guest", email, shop]) assert.ok(words.includes(part), `${part} is not in ${words}`);
		const address = tab.url();
		assert.match(address, /\/orders\/ord_[0-9a-f]+\/[\w-]{22}\/$/);

		await follow(tab, tab.getByRole("link", { name: /^Invoice/ }));
		assert.match(await title(tab), /^Invoice /);
		await look(tab, "invoice");
		assert.equal(await tab.locator(".cart-count").innerText(), "", "what was ordered is still in the cart");
		assert.deepEqual(who.faults(), []);
		await who.close();

		// The mail is for another browser as well; without its key the order is not there.
		const link = linkIn(await mailTo(email, "order_paid"), "/orders/");
		assert.equal(link, address);
		const other = await shopper(browser);
		await other.tab.goto(link);
		await paid(other.tab);
		for (const wrong of [link.replace(/[^/]+\/$/, ""), link.replace(/.\/$/, (end) => (end === "A/" ? "B/" : "A/")), link.replace(/ord_[0-9a-f]+/, (id) => id.replace(/.$/, "0"))]) {
			const answer = await other.tab.goto(wrong);
			assert.equal(answer.status(), 404, wrong);
		}
		await other.close();
	});

	test("the count in the header moves nothing", async () => {
		const who = await shopper(browser), { tab } = who;
		await add(who, "seeded-rye", "Tin loaf, 750 g");
		for (const width of [360, 1280]) {
			await tab.setViewportSize({ width, height: 740 });
			let answer;
			const held = new Promise((release) => (answer = release));
			await tab.route("**/v1/me/summary", async (route) => {
				await held;
				await route.continue();
			});
			await tab.goto(`${origin}/market/`);
			await tab.evaluate(() => document.fonts.ready);
			const places = () => tab.evaluate(() => [...document.querySelectorAll("header.top a, .to-cart svg, main h1")].map((e) => Object.values(e.getBoundingClientRect().toJSON())));
			assert.equal(await tab.locator(".cart-count").textContent(), "");
			const empty = await places();
			answer();
			await tab.locator(".cart-count").filter({ hasText: "1" }).waitFor();
			assert.deepEqual(await places(), empty, `${width} px`);
			await tab.unroute("**/v1/me/summary");
		}
		await who.close();
	});

	test("who signs in finds both carts in one, and what they order under their orders", async () => {
		const home = await shopper(browser), who = await shopper(browser), { tab } = who;
		const email = somebody("member");
		await signIn(home.tab, email);
		await add(home, "dark-chocolate", "100 g bar");
		await home.close();

		await add(who, "seeded-rye", "Tin loaf, 750 g", 2);
		await tab.goto(`${origin}/cart/`);
		assert.match(await tab.locator("main").innerText(), /Members would pay £0\.48 less/);
		const login = new URL(await tab.locator("main").getByRole("link", { name: "Sign in" }).getAttribute("href"), origin);
		await signIn(tab, email, { query: login.search });
		assert.equal(tab.url(), `${origin}/cart/`);
		assert.equal(await total(tab), "£12.97", "two loaves at the members' price, and the chocolate");
		assert.equal(await tab.locator(".basket-line").count(), 2);
		await look(tab, "cart-member");

		const order = await buy(who, friday, { name: "Bea Member" });
		assert.match(await tab.locator("main").innerText(), /Come on Friday .*, to The barn behind the shop\./);
		await tab.goto(`${origin}/orders/`);
		await look(tab, "orders");
		assert.equal(await tab.locator(".order-list > li").count(), 1);
		await follow(tab, tab.locator(".order-which a"));
		assert.equal(tab.url(), order);

		// Less of it, and then none: what it cost goes back.
		await tab.locator(".order-edit > summary").click();
		await tab.getByLabel(/^Seeded rye tin/).fill("1");
		await press(tab, "Change the order");
		assert.match(await message(tab), /^The order is changed\./);
		await look(tab, "order-changed");
		await reloaded(tab, "main", /£4\.56 went back on/);
		await tab.locator(".order-cancel > summary").click();
		await press(tab, "Cancel the whole order");
		await heading(tab, "This order is cancelled");
		await reloaded(tab, ".order-state", /What you paid has gone back/);
		await look(tab, "order-cancelled");
		await mailTo(email, "order_cancelled");
		await follow(tab, tab.getByRole("link", { name: /^Credit note/ }).first());
		await look(tab, "credit-note");
		assert.deepEqual(who.faults(), []);

		// For everybody else there is no such order, as there is none of an id that nobody has.
		const other = await shopper(browser);
		await signIn(other.tab, somebody("other"));
		const answers = [];
		for (const at of [order, `${order}invoice/`, order.replace(/\w{4}\/$/, "0000/")]) {
			const answer = await other.tab.goto(at);
			answers.push([answer.status(), await other.tab.locator("main").innerText()]);
		}
		assert.equal(answers[0][0], 404);
		assert.deepEqual(answers[1], answers[0]);
		assert.deepEqual(answers[2], answers[0]);
		await other.close();
		await who.close();
	});

	test("brought to an address, where we come", async () => {
		const who = await shopper(browser), { tab } = who;
		await add(who, "seeded-rye", "Tin loaf, 750 g");
		await tab.goto(`${origin}/checkout/`);
		await press(tab, "Pay £4.80 now");
		assert.match(await message(tab), /^Nothing was ordered yet: see what is missing\./);
		await look(tab, "checkout-missing");
		await way(who, bike);
		assert.equal(await total(tab), "£8.30");
		await tab.getByLabel("Postcode").fill("LS1 4AP");
		await agree(tab, { name: "Cem Guest", email: somebody("bike") });
		await press(tab, await tab.getByRole("button", { name: /^Pay/ }).innerText());
		assert.match(await tab.locator("main").innerText(), /We do not come there\./);
		await tab.getByLabel("Postcode").fill("HX7 8AB");
		await toPay(tab);
		await pay(who);
		const words = await tab.locator("main").innerText();
		assert.match(words, /3 Weir Cottages, Hebden Bridge HX7 8AB/);
		assert.match(words, /We come on Saturday/);
		assert.match(words, /Delivery\s+£3\.50/);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});

	test("a card that is refused, and one that is not", async () => {
		const who = await shopper(browser), { tab } = who;
		await add(who, "seeded-rye", "Tin loaf, 750 g");
		await tab.goto(`${origin}/checkout/`);
		await agree(tab, { name: "Dot Guest", email: somebody("refused") });
		await toPay(tab);
		await press(tab, "Decline");
		await tab.getByText("The payment was declined.").waitFor();
		await press(tab, "Leave it");
		await heading(tab, "Your payment was refused");
		await look(tab, "order-refused");
		await toPay(tab);
		await pay(who);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});

	test("back from the page to pay on, and there again: it is one order, and one payment", async () => {
		const who = await shopper(browser), { tab } = who;
		await add(who, "seeded-rye", "Tin loaf, 750 g");
		await tab.goto(`${origin}/checkout/`);
		await agree(tab, { name: "Eli Guest", email: somebody("back") });
		const first = await toPay(tab);
		await tab.goBack();
		await heading(tab, "Waiting for your payment");
		await look(tab, "order-waiting");
		const second = await toPay(tab);
		assert.equal(second, first, "there are two pages to pay on");
		await pay(who);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});

	test("a tab that is closed while one pays: the provider tells", async () => {
		const who = await shopper(browser), { context, tab } = who;
		await add(who, "seeded-rye", "Tin loaf, 750 g");
		await tab.goto(`${origin}/checkout/`);
		await agree(tab, { name: "Fay Guest", email: somebody("closed") });
		const checkout = await toPay(tab);
		await tab.close();
		const [id] = (await context.cookies(origin)).find((cookie) => cookie.name === "__Host-order").value.split("/");
		await control("pay", { checkout });
		await until("the order is paid", async () => (await api("GET", `/v1/orders/${id}`)).status === "paid");
		const { items } = await api("GET", `/v1/orders/${id}/events`);
		assert.equal(items.find((event) => event.kind === "paid").cause, "webhook");
		const again = await context.newPage();
		await again.goto(`${origin}/orders/`);
		await paid(again);
		await who.close();
	});

	test("another price than the page had is said before anything is bought", async () => {
		const { id, price } = await variant("smoked-paprika", "PAP-0070");
		const set = (minor) => api("POST", `/v1/variants/${id}/prices`, { list: "public", price: { amount_minor: minor, currency: price.currency } });
		const who = await shopper(browser), { tab } = who;
		try {
			await shows("smoked-paprika", "£3.45"); // whoever changed it before has changed it back
			await tab.goto(`${origin}/market/products/smoked-paprika/`, { waitUntil: "networkidle" });
			await set(365);
			await put(who, "70 g tin");
			await tab.getByText("It costs £3.65 now: the price has changed.").waitFor();
			await tab.goto(`${origin}/checkout/`);
			await agree(tab, { name: "Gus Guest", email: somebody("price") });
			await set(375);
			await press(tab, "Pay £3.65 now");
			assert.match(await message(tab), /The total is £3\.75 now; it was £3\.65\.[^]*Smoked paprika: £3\.75, before £3\.65/);
			await look(tab, "checkout-changed");
			await tab.goto(`${origin}/cart/`);
			assert.match(await lineOf(tab, "Smoked paprika").innerText(), /It costs £3\.75 now\. It was £3\.45 when you put it in\./);
			assert.deepEqual(who.faults(), []);
		} finally {
			await set(price.amount_minor);
			await who.close();
		}
	});

	test("what is sold out is said in words, in the cart and at checkout", async () => {
		const { id } = await variant("carlin-peas", "CRL-0500");
		const who = await shopper(browser), { tab } = who;
		const before = await count(id, 5);
		try {
			await add(who, "carlin-peas", "500 g", 3);
			await tab.goto(`${origin}/checkout/`);
			await agree(tab, { name: "Hal Guest", email: somebody("out") });
			await count(id, 1);
			await follow(tab, tab.getByRole("button", { name: /^Pay £/ }));
			assert.match(await message(tab), /^Somebody was faster: there is not enough of everything\. Nothing was ordered/);
			assert.match(await message(tab), /Carlin peas/);
			await look(tab, "checkout-short");
			await follow(tab, tab.locator("#message a").first());
			assert.match(await lineOf(tab, "Carlin peas").innerText(), /There is only 1 left\./);
			await count(id, 0);
			await tab.reload();
			assert.match(await lineOf(tab, "Carlin peas").innerText(), /There is none left\. Remove it to go on\./);
			assert.equal(await tab.getByRole("link", { name: "Go to checkout" }).count(), 0);
			await look(tab, "cart-short");
			await tab.goto(`${origin}/market/products/carlin-peas/`);
			await tab.locator(`[data-variant="${id}"] .sold-out`).filter({ hasText: "Sold out" }).waitFor();
			assert.deepEqual(who.faults(), []);
		} finally {
			await count(id, before);
			await who.close();
		}
	});

	test("from a product to an order that is paid by keyboard alone, 360 px", async () => {
		const who = await shopper(browser, { viewport: { width: 360, height: 740 } }), { tab } = who;
		// reach goes on with the Tab key until the focus is on what is looked for.
		const reach = async (target, key) => {
			await target.waitFor();
			for (let i = 0; i < 200; i++) {
				await tab.keyboard.press("Tab");
				if (await target.evaluate((e) => e === document.activeElement)) {
					const box = await target.boundingBox();
					assert.ok(box.y + box.height > 0 && box.y < 740, `${target} has the focus and is out of sight`);
					return key && tab.keyboard.press(key);
				}
			}
			assert.fail(`the keyboard does not reach ${target}`);
		};
		const arrive = async (target, key = "Enter") => {
			const arrived = tab.waitForEvent("framenavigated", (frame) => frame === tab.mainFrame());
			await Promise.all([arrived, reach(target, key)]);
			await tab.waitForLoadState();
		};
		await tab.goto(`${origin}/market/products/seeded-rye/`);
		await reach(tab.getByRole("button", { name: /^Add to cart/ }), "Enter");
		await arrive(tab.getByRole("link", { name: "To the cart" }));
		await arrive(tab.getByRole("link", { name: "Go to checkout" }));
		await reach(tab.getByLabel(/^Name/));
		await tab.keyboard.type("Ivy Guest");
		await reach(tab.getByLabel(/^E-mail address/));
		await tab.keyboard.type(somebody("keys"));
		await reach(tab.getByRole("radio", { name: new RegExp(`^${shop}`) }));
		await reach(tab.getByRole("checkbox", { name: /^I accept/ }), "Space");
		await reach(tab.getByRole("checkbox", { name: /^I have read/ }), "Space");
		await arrive(tab.getByRole("button", { name: /^Pay £/ }));
		await arrive(tab.getByRole("button", { name: "Pay", exact: true }));
		await arrive(tab.getByRole("link", { name: "Back to the shop" }));
		await paid(tab);
		assert.deepEqual(who.faults(), []);
		await who.close();
	});
});
