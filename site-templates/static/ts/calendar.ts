// What pages with dates cannot say because they are made in advance: which day is today. Months
// are gone through by arrow keys, and what is to be copied is copied by a button.

import { grid, inMonth, today } from "./month";

const wanted = /^#(\d{4}-\d{2}-\d{2})$/.exec(location.hash)?.[1];

for (const table of document.querySelectorAll<HTMLTableElement>("table.month")) {
	grid(table, {
		to(step, day) {
			const link = document.querySelector<HTMLAnchorElement>(`.month-pager a[rel=${step < 0 ? "prev" : "next"}]`);
			if (!link) return false;
			location.assign(`${link.href}#${inMonth(link.href, day)}`);
			return true;
		},
	}, wanted?.startsWith(table.dataset.month ?? "-") ? wanted : "");
}

const now = today(document.querySelector<HTMLElement>("[data-zone]")?.dataset.zone);
for (const leaf of document.querySelectorAll(`.day-leaf[datetime="${now}"]`)) leaf.setAttribute("aria-current", "date");

for (const field of document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>("[data-copy]")) {
	field.addEventListener("focus", () => field.select());
	if (!navigator.clipboard || field instanceof HTMLInputElement) continue;
	const button = document.createElement("button");
	button.type = "button";
	button.className = "button button-quiet";
	button.textContent = "Copy";
	const said = document.createElement("span");
	said.setAttribute("role", "status");
	button.addEventListener("click", async () => {
		try {
			await navigator.clipboard.writeText(field.value);
			said.textContent = "Copied";
		} catch {
			field.focus();
		}
	});
	const row = document.createElement("p");
	row.append(button, " ", said);
	field.after(row);
}
