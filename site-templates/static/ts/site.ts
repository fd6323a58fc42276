// Prices and stock since the page was made. The page says all of it without this; where
// the API has other words by now, they take the place of the old ones.

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
	put("[data-unit-price]", text(now.unit_price) + (now.unit_price.per === "each" ? " each" : ` / ${now.unit_price.per}`));
	put("[data-member-price]", member ? text(member) : "");
	put("[data-member-unit-price]", "");
	// What belonged to the old price; the page is made anew within a second.
	row.querySelectorAll(member ? ".reduction" : ".reduction, .member-price").forEach((old) => old.remove());
}

const rows = new Map([...document.querySelectorAll<HTMLElement>("[data-variant]")].slice(0, 200).map((row) => [row.dataset.variant, row]));
if (rows.size > 0) {
	fetch(`/v1/availability?ids=${[...rows.keys()].join()}`)
		.then((answer) => (answer.ok ? answer.json() : { items: [] }))
		.then((answer: { items: Now[] }) => answer.items.forEach((now) => {
			const row = rows.get(now.variant);
			if (row) show(row, now);
		}))
		.catch(() => {}); // the page is as it was made
}
