// Putting things into the cart without leaving their page. Where the API does not answer as it
// should the form is sent, as it is without a script: the cart's page has the words.

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-buy]")) {
	form.addEventListener("submit", async (event) => {
		event.preventDefault();
		const said = form.querySelector<HTMLElement>("[data-buy-said]");
		const button = form.querySelector("button");
		const sent = new FormData(form);
		const id = String(sent.get("variant"));
		const price = Number(sent.get("price"));
		if (!said || !button || button.disabled) return;
		button.disabled = true;
		// An answer that is lost adds nothing twice: the form is sent under the same key.
		const key = document.createElement("input");
		key.type = "hidden";
		key.name = "key";
		key.value = crypto.randomUUID();
		try {
			const answer = await fetch("/v1/cart/items", {
				method: "POST", headers: { "Content-Type": "application/json", "Idempotency-Key": key.value },
				body: JSON.stringify({ kind: "product", id, quantity: Number(sent.get("quantity")), price_minor: price }),
			});
			if (!answer.ok) throw new Error(String(answer.status));
			const cart = await answer.json();
			const line = cart.lines.find((l: { offer: { id: string } }) => l.offer.id === id);
			const count = document.querySelector(".cart-count");
			if (count) count.textContent = String(cart.lines.length);
			const link = document.createElement("a");
			link.href = "/cart/";
			link.textContent = "To the cart";
			const offer = line?.offer;
			const other = offer && ![offer.price, offer.public_price].some((p) => p.amount_minor === price);
			said.replaceChildren(other ? `It is in your cart. It costs ${money(offer.price)} now: the price has changed. ` : "It is in your cart. ", link);
		} catch {
			form.append(key);
			form.submit();
		} finally {
			button.disabled = false;
		}
	});
}

function money(m: { amount_minor: number; currency: string }): string {
	const format = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: m.currency });
	return format.format(m.amount_minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
