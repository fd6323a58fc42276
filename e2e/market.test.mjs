// Shopping and keeping shop: by keyboard alone, without scripts, and from the
// shopkeeper's pages to the shelf.

import assert from "node:assert/strict";
import path from "node:path";
import { after, before, test } from "node:test";
import { api, get, open, origin, signedIn, until, watch } from "./world.mjs";

let browser;
before(async () => (browser = await open()));
after(() => browser.close());

// press goes on with the Tab key until the focus is on what is looked for.
async function press(tab, target, key = "Enter") {
	for (let i = 0; i < 200; i++) {
		await tab.keyboard.press("Tab");
		if (await target.evaluate((e) => e === document.activeElement)) return tab.keyboard.press(key);
	}
	assert.fail("the keyboard does not reach it");
}

for (const width of [360, 1280]) {
	test(`from a shelf to a product by keyboard alone, ${width} px`, async () => {
		const tab = await browser.newPage({ viewport: { width, height: 900 } });
		const faults = watch(tab);
		await tab.goto(`${origin}/market/store-cupboard/`);
		await press(tab, tab.getByRole("link", { name: /filter/i }).first());
		await tab.waitForURL(/\/search\/\?category=store-cupboard/);
		const found = await tab.getByRole("article").count();
		assert.ok(found > 5, `${found} products on the shelf`);

		if (width === 360) await press(tab, tab.locator("details.filters > summary"));
		await press(tab, tab.getByRole("checkbox", { name: /^Organic/ }), "Space");
		await press(tab, tab.getByRole("checkbox", { name: /^Gluten/ }).first(), "Space");
		await tab.keyboard.press("Enter"); // sends the form
		await tab.waitForURL(/label=organic/);
		const fewer = await tab.getByRole("article").count();
		assert.ok(fewer > 0 && fewer < found, `${fewer} of ${found} products are organic and free of gluten`);

		const product = tab.getByRole("article").first().getByRole("link").first();
		const name = await product.innerText();
		await press(tab, product);
		await tab.getByRole("heading", { level: 1, name }).waitFor();
		assert.match(await tab.locator("main").innerText(), /Free from[^]*gluten/);
		assert.deepEqual(faults, []);
		await tab.close();
	});
}

test("search without scripts", async () => {
	const context = await browser.newContext({ javaScriptEnabled: false });
	const tab = await context.newPage();
	await tab.goto(origin);
	await tab.getByRole("link", { name: "Search" }).click();
	await tab.getByRole("searchbox").fill("sourdoh"); // not quite
	await tab.keyboard.press("Enter");
	await tab.getByRole("link", { name: "Country sourdough" }).first().click();
	await tab.getByRole("heading", { level: 1, name: "Country sourdough" }).waitFor();
	await context.close();
});

test("a shopkeeper changes a price, counts stock, and the shelf says so", async () => {
	const tab = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...signedIn });
	const faults = watch(tab);
	await tab.goto(`${origin}/shop/`);
	await tab.getByRole("link", { name: "Beetroot" }).click();
	await tab.locator("details.variant-form > summary").first().click();
	const price = tab.getByLabel(/^Price/).first();
	const before = Number(await price.inputValue());
	await price.fill((before + 0.37).toFixed(2));
	await tab.getByRole("button", { name: /^save/i }).first().click();
	await tab.getByRole("status").waitFor();
	await until("the page shows the price", async () => (await get("/market/products/beetroot/")).text.includes(`£${(before + 0.37).toFixed(2)}`));

	const { variants } = await api("GET", "/v1/products/tahini");
	const [{ id }] = variants;
	await api("POST", "/v1/stock/movements", { movements: [{ variant: id, counted: 0, reason: "counted" }] }, { "Idempotency-Key": crypto.randomUUID() });
	const row = new RegExp(`data-variant="?${id}[^]*?(In stock|Sold out)`);
	await until("the page says that it is sold out", async () => row.exec((await get("/market/products/tahini/")).text)?.[1] === "Sold out");
	assert.deepEqual(faults, []);
	await tab.close();
});

test("the catalogue goes out and comes in again without a difference", async () => {
	const tab = await browser.newPage(signedIn);
	await tab.goto(`${origin}/shop/catalogue/`);
	const at = path.join(process.env.TMPDIR, "catalogue.csv");
	const [file] = await Promise.all([tab.waitForEvent("download"), tab.getByRole("link", { name: /download/i }).click()]);
	await file.saveAs(at);
	await tab.locator("input[type=file]").setInputFiles(at);
	await tab.getByRole("button", { name: /show what would change/i }).first().click();
	await tab.locator(".shop-counts").waitFor();
	assert.match(await tab.locator(".shop-counts").innerText(), /^0\s+new\s+0\s+changed\s+60\s+as they are\s+0\s+broken rows$/);
	await tab.close();
});
