// Checkout says the total at once, and an order that waits for its payment looks after itself.
// Both pages do without.

// Checkout: another way of delivery has another total. The server writes the page; only what
// the sum says is taken from it.
const checkout = document.querySelector<HTMLFormElement>("form[data-checkout]");
if (checkout) {
	let asked = 0;
	const again = async () => {
		const number = ++asked;
		const body = new URLSearchParams();
		new FormData(checkout).forEach((value, name) => body.append(name, String(value)));
		body.set("do", "quote");
		const answer = await fetch(checkout.action, { method: "POST", body }).catch(() => undefined);
		if (!answer?.ok || number !== asked) return;
		const page = new DOMParser().parseFromString(await answer.text(), "text/html");
		for (const part of ["[data-sums]", "[data-pay]"]) {
			const fresh = page.querySelector(part);
			if (fresh) checkout.querySelector(part)?.replaceChildren(...fresh.childNodes);
		}
		for (const name of ["expected", "seen", "etag"]) {
			const field = checkout.querySelector<HTMLInputElement>(`input[name="${name}"]`);
			const fresh = page.querySelector<HTMLInputElement>(`input[name="${name}"]`);
			if (field && fresh) field.value = fresh.value;
		}
	};
	checkout.addEventListener("change", ({ target }) => {
		const name = (target as HTMLInputElement).name ?? "";
		if (name === "delivery" || name === "address.postcode") void again();
	});
}

// An order: ask five times every two seconds, then ever more rarely, until something is new.
const watched = document.querySelector<HTMLElement>("[data-watch]");
if (watched) {
	const { watch, watchKey, watchState } = watched.dataset;
	let asked = 0;
	const look = async () => {
		asked++;
		const answer = await fetch(watch ?? "", { headers: watchKey ? { "Order-Key": watchKey } : {} }).catch(() => undefined);
		if (answer?.ok) {
			const now = await answer.json();
			if ([now.status, now.payment_status, now.payment.status, !!now.payment.declined].join(" ") !== watchState) return location.reload();
		}
		wait();
	};
	const wait = () => setTimeout(look, asked < 5 ? 2000 : Math.min(60000, 5000 * (asked - 4)));
	wait();
}
