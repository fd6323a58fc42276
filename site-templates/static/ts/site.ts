// What a page cannot say because it is the same for everybody and made in advance: who is
// signed in, prices and stock by now. It reads without this; where the API has other
// words, they take the place of the old ones.

interface Money {
	amount_minor: number;
	currency: string;
}

interface Now {
	variant: string;
	availability: string;
	price: Money;
	member_price?: Money;
	unit_price: Money & { per: string };
}

function text(m: Money): string {
	const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: m.currency });
	return format.format(m.amount_minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

function show(row: HTMLElement, now: Now): void {
	const put = (where: string, words: string) => {
		const place = row.querySelector(where);
		if (place) place.textContent = words;
	};
	const out = now.availability === "out_of_stock";
	row.querySelector(".stock")?.classList.toggle("sold-out", out);
	put(".stock", out ? "Sold out" : "In stock");
	// As on the page: what is no lower is everybody's price.
	const lower = now.member_price;
	const member = lower && lower.amount_minor < now.price.amount_minor ? lower : undefined;
	if (row.dataset.price === `${now.price.amount_minor}` && row.dataset.member === `${member?.amount_minor ?? ""}`) return;
	put(".ticket span:last-child", text(now.price));
	const shown = row.querySelector<HTMLInputElement>("[name=price]");
	if (shown) shown.value = `${now.price.amount_minor}`;
	put("[data-unit-price]", text(now.unit_price) + (now.unit_price.per === "each" ? " each" : ` / ${now.unit_price.per}`));
	put("[data-member-price]", member ? text(member) : "");
	put("[data-member-unit-price]", "");
	// What belonged to the old price; the page is made anew within a second.
	row.querySelectorAll(member ? ".reduction" : ".reduction, .member-price").forEach((old) => old.remove());
}

// ask has the API's answer used; without one the page is as it was made.
function ask<T>(at: string, use: (answer: T) => void): void {
	fetch(at).then(async (answer) => { if (answer.ok) use(await answer.json()); }).catch(() => {});
}

const account = document.querySelector("[data-account]");
const cart = document.querySelector("[data-cart]");
if (account || cart) {
	ask<{ signed_in: boolean; name: string; cart_count: number }>("/v1/me/summary", (me) => {
		if (account) account.textContent = me.signed_in ? me.name || "Account" : "Sign in";
		if (cart && me.cart_count > 0) cart.textContent = `${me.cart_count}`;
	});
}

const rows = new Map([...document.querySelectorAll<HTMLElement>("[data-variant]")].slice(0, 200).map((row) => [row.dataset.variant, row]));
if (rows.size > 0) {
	ask<{ items: Now[] }>(`/v1/availability?ids=${[...rows.keys()].join()}`, ({ items }) => items.forEach((now) => {
		const row = rows.get(now.variant);
		if (row) show(row, now);
	}));
}
