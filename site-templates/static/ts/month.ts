// A month as a grid that the keyboard can go through (WAI-ARIA APG, grid): one day at a time is
// in the order of Tab, with the dates on it; arrow keys go to the others. Without this it is a
// table of links. The pages use it, and the component on other sites.

export interface Going {
	// to goes to another month, -1 or 1, and to a day of it; false where there is none.
	to(step: number, day: string): boolean;
}

// today is the day in a zone, 2026-11-24.
export function today(zone: string | undefined): string {
	const part = new Intl.DateTimeFormat("en-GB", { timeZone: zone || undefined, year: "numeric", month: "2-digit", day: "2-digit" });
	const { year, month, day } = Object.fromEntries(part.formatToParts(new Date()).map((p) => [p.type, p.value]));
	return `${year}-${month}-${day}`;
}

// grid makes a table one. The day named, or today, or the first with a date, is where Tab leads.
export function grid(table: HTMLTableElement, going: Going, wanted = ""): void {
	const days = [...table.querySelectorAll<HTMLTableCellElement>("td[data-date]")];
	if (days.length === 0) return;
	const now = days.find((d) => d.dataset.date === today(table.dataset.zone));
	now?.setAttribute("aria-current", "date");
	table.setAttribute("role", "grid");

	// On a narrow screen the table is a list, and days without dates are not there.
	const shown = () => days.filter((d) => d.getClientRects().length > 0);
	let active: HTMLTableCellElement | undefined;
	const enter = (day: HTMLTableCellElement, focus: boolean) => {
		for (const d of active ? [active, day] : days) {
			d.tabIndex = d === day ? 0 : -1;
			for (const link of d.querySelectorAll("a")) link.tabIndex = d === day ? 0 : -1;
		}
		active = day;
		if (focus) day.focus();
	};
	const named = wanted ? days.find((d) => d.dataset.date === wanted) ?? days[days.length - 1] : undefined;
	enter(named ?? now ?? days.find((d) => d.querySelector("a")) ?? days[0], named !== undefined);

	const step = (from: HTMLTableCellElement, by: number) => {
		const visible = shown();
		if (visible.length === days.length) return days[days.indexOf(from) + by];
		return visible[visible.indexOf(from) + Math.sign(by)];
	};
	table.addEventListener("focusin", (event) => {
		const day = (event.target as Element).closest<HTMLTableCellElement>("td[data-date]");
		if (day && day !== active) enter(day, false);
	});
	table.addEventListener("keydown", (event) => {
		const day = (event.target as Element).closest<HTMLTableCellElement>("td[data-date]");
		if (!day || event.altKey || event.metaKey) return;
		const week = [...(day.parentElement as HTMLTableRowElement).cells].filter((d) => d.dataset.date);
		const way: Record<string, () => HTMLTableCellElement | undefined> = {
			ArrowLeft: () => step(day, -1), ArrowRight: () => step(day, 1), ArrowUp: () => step(day, -7), ArrowDown: () => step(day, 7),
			Home: () => (event.ctrlKey ? shown()[0] : week[0]), End: () => (event.ctrlKey ? shown().at(-1) : week.at(-1)),
		};
		let taken = event.key in way;
		const to = way[event.key]?.();
		if (to && to.getClientRects().length > 0) enter(to, true);
		if (event.key === "PageUp" || event.key === "PageDown") taken = going.to(event.key === "PageUp" ? -1 : 1, day.dataset.date ?? "");
		if (event.key === "Enter" && event.target === day) {
			const link = day.querySelector("a");
			if (link) link.focus();
			taken = link !== null;
		}
		if (event.key === "Escape" && event.target !== day) {
			day.focus();
			taken = true;
		}
		if (taken) event.preventDefault();
	});
}

// inMonth is the day with the same number in another month, as far as it is told apart by its
// address: "2026-12-24".
export function inMonth(address: string, day: string): string {
	const month = /(\d{4}-\d{2})\/?$/.exec(new URL(address).pathname)?.[1];
	return month ? `${month}-${day.slice(-2)}` : "";
}
