// <ra-calendar src="https://rose-ash.example" calendar="cal_…" view="list|month|next">: a
// calendar of this co-op in a page of another site. What is between its tags, a link, is shown
// until the calendar is here and wherever it cannot be had. It takes the page's colours and
// letters; --ra-accent, --ra-line, --ra-surface, --ra-radius and --ra-title-font change them.

import sheet from "../css/ra-calendar.css?text";
import { grid } from "./month";

const views = ["list", "month", "next"];
const often = 15 * 60 * 1000; // a calendar that stays open is fetched anew

class Calendar extends HTMLElement {
	static observedAttributes = ["src", "calendar", "view"];

	#root = this.attachShadow({ mode: "open" });
	#asked = 0;
	#fetched = 0;
	#due = 0;
	#seen = () => { if (!document.hidden && Date.now() - this.#fetched > often) this.#show(); };

	constructor() {
		super();
		this.#fallBack();
	}

	connectedCallback(): void {
		this.#ask();
		document.addEventListener("visibilitychange", this.#seen);
		this.#due = window.setInterval(this.#seen, often);
	}

	disconnectedCallback(): void {
		document.removeEventListener("visibilitychange", this.#seen);
		clearInterval(this.#due);
		this.#asked++;
	}

	attributeChangedCallback(): void {
		if (this.isConnected) this.#ask();
	}

	// refresh fetches the calendar anew.
	refresh(): Promise<void> {
		return this.#show();
	}

	// Several attributes that change at once are one question.
	#ask(): void {
		const asked = ++this.#asked;
		queueMicrotask(() => { if (asked === this.#asked) this.#show(); });
	}

	#fallBack(): void {
		this.#root.replaceChildren(document.createElement("slot"));
	}

	#address(): URL | undefined {
		const view = this.getAttribute("view") ?? "list";
		const calendar = this.getAttribute("calendar") ?? "all";
		if (!views.includes(view) || !/^(all|cal_[0-9a-f]{32})$/.test(calendar)) return undefined;
		try {
			const at = new URL(`/_fragments/calendar/${calendar}/${view}.html`, this.getAttribute("src") || import.meta.url);
			return /^https?:$/.test(at.protocol) ? at : undefined;
		} catch {
			return undefined;
		}
	}

	async #show(): Promise<void> {
		const asked = ++this.#asked;
		const at = this.#address();
		this.setAttribute("aria-busy", "true");
		try {
			if (!at) throw new Error("no such calendar");
			const answer = await fetch(at, { credentials: "omit", referrerPolicy: "no-referrer" });
			if (!answer.ok) throw new Error(`${answer.status}`);
			const text = await answer.text();
			if (asked !== this.#asked) return;
			const main = new DOMParser().parseFromString(text, "text/html").querySelector("main");
			if (!main) throw new Error("no calendar");
			this.#fetched = Date.now();
			this.#put(main);
		} catch {
			// What was shown before is better than nothing.
			if (asked === this.#asked && this.#fetched === 0) this.#fallBack();
		} finally {
			if (asked === this.#asked) this.removeAttribute("aria-busy");
		}
	}

	#put(main: HTMLElement): void {
		const look = new CSSStyleSheet();
		look.replaceSync(sheet);
		this.#root.adoptedStyleSheets = [look];
		// In somebody else's page it is a part, whose headings are not the page's own.
		const part = document.createElement("section");
		part.className = main.className;
		part.append(...document.importNode(main, true).childNodes);
		for (const heading of [...part.querySelectorAll("h1, h2, h3, h4")].reverse()) lower(heading);
		const title = part.querySelector("h2");
		if (title) {
			title.id = "title";
			part.setAttribute("aria-labelledby", "title");
		}
		const day = (this.#root.activeElement as HTMLElement | null)?.dataset.date ?? "";
		this.#root.replaceChildren(part);
		const table = part.querySelector<HTMLTableElement>("table.month");
		if (table) grid(table, { to: () => false }, day);
		this.dispatchEvent(new Event("load"));
	}
}

// lower makes a heading one of the next level.
function lower(heading: Element): void {
	const next = document.createElement(`h${Number(heading.tagName[1]) + 1}`);
	next.className = heading.className;
	next.append(...heading.childNodes);
	heading.replaceWith(next);
}

if (!customElements.get("ra-calendar")) customElements.define("ra-calendar", Calendar);
