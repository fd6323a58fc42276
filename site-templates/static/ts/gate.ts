// What is behind a gate, for who may read it. The page holds none of it and says where one
// signs in; for somebody who has, the API has all of the post, and it takes the place of
// the part that everybody reads. It is sanitised as that is.

const gate = document.querySelector<HTMLElement>(".gate[data-body]");

function open(place: HTMLElement, html: string): void {
	const whole = document.createElement("template");
	whole.innerHTML = html;
	const focused = place.contains(document.activeElement);
	place.replaceChildren(whole.content);
	if (focused) document.querySelector<HTMLElement>("main")?.focus({ preventScroll: true });
	// An address may name a heading that has only come now.
	if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
}

if (gate) {
	fetch(gate.dataset.body!)
		.then((answer) => (answer.ok ? answer.json() : { access: false }))
		.then((post: { access: boolean; html: string }) => {
			if (post.access) open(gate.parentElement!, post.html);
		})
		.catch(() => {}); // the gate stays, and leads to where one reads on
}
