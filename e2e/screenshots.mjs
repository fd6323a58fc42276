// Pictures for the documentation, written to docs/screenshots by
// `e2e/run.sh --screenshots`, and reduced to 256 colours by pngquant (Debian:
// apt-get install pngquant), so that they do not weigh on a checkout.

import { spawnSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import path from "node:path";
import { add, buy, friday, ordered } from "./buy.mjs";
import { calendar, change, dateAt, entry, fill, is, made } from "./calendars.mjs";
import { months, next, plus, thursday, today, tuesday, wednesday } from "./days.mjs";
import { grant, signIn } from "./signin.mjs";
import { follow, press } from "./visitor.mjs";
import { open, origin, page, settle } from "./world.mjs";

const limit = 250_000;
const dir = path.join(import.meta.dirname, "../docs/screenshots");
const desk = { width: 1280, height: 900 };
const poster = { width: 1280, height: 1280 };
const telephone = { width: 360, height: 780 };
const month = months(today().slice(0, 7), 1);
const pictures = [
	{ file: "home.png", of: "home", viewport: poster },
	{ file: "home-dark.png", of: "home", colorScheme: "dark" },
	{ file: "home-360.png", of: "home", viewport: telephone, deviceScaleFactor: 2 },
	{ file: "post.png", of: "post" },
	{ file: "market.png", of: "market" },
	{ file: "market-dark.png", of: "market", colorScheme: "dark" },
	{ file: "product.png", of: "product" },
	{ file: "product-360.png", of: "product", viewport: telephone, deviceScaleFactor: 2 },
	{ file: "listing.png", of: "listing" },
	{ file: "shop.png", of: "shop" },
	{ file: "cart.png", path: "/cart/", signedIn: true },
	{ file: "checkout-360.png", path: "/checkout/", signedIn: true, viewport: telephone, deviceScaleFactor: 2 },
	{ file: "order.png", path: "/orders/", signedIn: true, open: ".order-which a" },
	{ file: "shop-orders.png", path: "/shop/orders/", signedIn: true },
	{ file: "month.png", path: `/events/hall/${month}/`, viewport: { width: 1280, height: 1180 } },
	{ file: "organise.png", path: "/organise/", signedIn: true, viewport: poster, act: move },
	{ file: "login.png", path: "/login/", viewport: { width: 1280, height: 800 } },
	{ file: "account.png", path: "/account/", signedIn: true },
	{ file: "docs.png", of: "docs", at: "#create-post" },
];

mkdirSync(dir, { recursive: true });
const browser = await open();
const member = await browser.newContext();
await signIn(member, "bryn@rose-ash.example");
await grant("bryn@rose-ash.example", [{ role: "shopkeeper" }, ...(await Promise.all(["suppers", "hall"].map(async (slug) => ({ role: "organiser", calendar: (await calendar(slug)).id }))))]);
// Something in the hall, besides those who hire it.
const first = `${month}-01`;
const inHall = [];
for (const [title, day, from, to, rrule] of [
	["Choir", next(wednesday, first), "19:30", "21:00", "FREQ=WEEKLY;COUNT=4"], ["Film night", next(tuesday, plus(first, 7)), "20:00", "22:30"],
	["Bins and suppliers", next(tuesday, plus(first, 1)), "17:00", "18:00", "FREQ=WEEKLY;INTERVAL=2;COUNT=2"], ["Blood donors", next(thursday, plus(first, 14)), "09:00", "15:00"],
	["Jumble sale", plus(next(thursday, plus(first, 7)), 2), "10:00", "14:00"], ["Annual meeting: papers", plus(next(thursday, plus(first, 15)), 3), "15:00", "16:30"],
]) {
	inHall.push(await made("hall", { title, local_start: `${day}T${from}:00`, local_end: `${day}T${to}:00`, rrule }));
}
for (const e of inHall) for (const date of e.occurrences) await is(dateAt(e, date), 200);
// Orders for the board, one of their own, and something in the cart.
for (const [name, ...wants] of [["Ada Weir", ["seeded-rye", "RYE-0750", 2], ["cavolo-nero", "CAV-0250", 1]], ["Tom Heath", ["seasonal-veg-box", "VEG-BOX-L", 1]]]) {
	await ordered(name, wants, { how: friday });
}
const who = { tab: await member.newPage(), scripts: true };
const basket = [["country-sourdough", "Loaf, 800 g", 2], ["peanut-butter", "1 kg tub", 1], ["dark-chocolate", "100 g bar", 3]];
for (const wants of basket) await add(who, ...wants);
await buy(who, friday, { name: "Bryn" });
for (const wants of basket) await add(who, ...wants);
await who.tab.close();
const storageState = await member.storageState();
for (const { file, of, path: where = page(of).path, signedIn = of && page(of).signedIn, at = "", open: link, act, colorScheme = "light", viewport = desk, deviceScaleFactor = 1 } of pictures) {
	const context = await browser.newContext({ colorScheme, viewport, deviceScaleFactor, reducedMotion: "reduce", ...(signedIn && { storageState }) });
	const tab = await context.newPage();
	await tab.goto(origin + where);
	if (link) await follow(tab, tab.locator(link).first());
	await act?.(tab);
	await settle(tab);
	if (at) await tab.goto(origin + where + at);
	const name = path.join(dir, file);
	await tab.screenshot({ path: name });
	await context.close();
	reduce(name);
	const size = statSync(name).size;
	console.log(`docs/screenshots/${file} ${Math.round(size / 1000)} kB`);
	if (size > limit) {
		console.error(`e2e: ${file} is larger than ${limit / 1000} kB`);
		process.exitCode = 1;
	}
}
await browser.close();

// move has the suppers begin half an hour later from a date on, up to where it is said what that
// touches.
async function move(tab) {
	const supper = await entry("Tuesday supper");
	await change(tab, supper, "following", supper.occurrences.find((d) => d.slug > plus(today(), 21)));
	await fill(tab, { at: "19:30", until: "22:00" });
	await press(tab, "See what this will touch");
}

function reduce(name) {
	const { error, status } = spawnSync("pngquant", ["--force", "--strip", "--speed", "1", "--output", name, "256", name], { stdio: "inherit" });
	if (error) console.error(`e2e: pngquant: ${error.message} (Debian: apt-get install pngquant)`);
	else if (status !== 0) console.error(`e2e: pngquant ended with ${status}`);
}
