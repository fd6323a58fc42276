// The form of an entry: what does not belong to the chosen repetition is out of the way, and
// the dates are looked at whenever something of them changes. The server writes the page; the
// form does all of it without.

const form = document.querySelector<HTMLFormElement>("form[data-organise]");

if (form) {
	const named = (name: string) => form.elements.namedItem(name) as HTMLInputElement | HTMLSelectElement | null;
	const show = (field: Element | null | undefined, on: boolean) => field?.toggleAttribute("hidden", !on);
	const fieldOf = (name: string) => named(name)?.closest(".field");

	const arrange = () => {
		const repeat = named("repeat")?.value ?? "never";
		for (const part of form.querySelectorAll<HTMLElement>("[data-for]")) show(part, (part.dataset.for ?? "").split(" ").includes(repeat));
		const counted = named("by")?.value === "weekday";
		show(fieldOf("ordinal"), counted);
		show(fieldOf("weekday"), counted);
		show(fieldOf("until"), named("ends")?.value === "until");
		show(fieldOf("count"), named("ends")?.value === "count");
		const allDay = named("all_day");
		if (allDay instanceof HTMLInputElement && allDay.type === "checkbox") for (const name of ["start_time", "end_time"]) show(fieldOf(name), !allDay.checked);
		const attendance = named("attendance")?.value;
		if (attendance) {
			show(fieldOf("venue"), attendance !== "online");
			show(fieldOf("online_url"), attendance !== "in_person");
			show(named("online_public")?.closest(".field-check"), attendance !== "in_person");
		}
	};

	const preview = form.querySelector("[data-preview]");
	let asked = 0;
	const look = async () => {
		const number = ++asked;
		const body = new URLSearchParams();
		new FormData(form).forEach((value, name) => {
			if (typeof value === "string") body.append(name, value);
		});
		body.set("do", "check");
		const answer = await fetch(form.action, { method: "POST", body }).catch(() => undefined);
		if (!answer || number !== asked || !answer.headers.get("Content-Type")?.startsWith("text/html")) return;
		const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-preview]");
		if (fresh && number === asked) preview?.replaceChildren(...fresh.childNodes);
	};

	const when = /^(all_day|start_|end_|timezone|repeat|interval|days|by|ordinal|weekday|ends|until|count|rrule|rdates|exdates)/;
	form.addEventListener("change", ({ target }) => {
		arrange();
		if (preview && when.test((target as HTMLInputElement).name)) void look();
	});
	form.querySelector("[data-check]")?.addEventListener("click", (event) => {
		event.preventDefault();
		void look();
	});
	arrange();
}
