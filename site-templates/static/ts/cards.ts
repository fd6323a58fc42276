// Embedded pages of others, loaded when a reader asks for one. Until then, and without
// this, each is a link. Which addresses there may be, the sanitiser of bodies has
// decided, and the page's policy holds the browser to it.

function load(figure: HTMLElement, link: HTMLAnchorElement): void {
	const src = new URL(figure.dataset.embedSrc!);
	// Who presses a picture of a film wants to see it, not a picture of it again.
	if (figure.classList.contains("kg-embed-video")) src.searchParams.set("autoplay", "1");
	const frame = document.createElement("iframe");
	frame.title = link.textContent!.trim();
	frame.allow = "autoplay; encrypted-media; fullscreen; picture-in-picture";
	frame.referrerPolicy = "strict-origin-when-cross-origin";
	frame.sandbox.add("allow-scripts", "allow-same-origin", "allow-popups", "allow-popups-to-escape-sandbox", "allow-presentation", "allow-forms");
	frame.src = src.href;
	link.replaceWith(frame);
	frame.focus();
}

document.addEventListener("click", (event) => {
	// Another button or key asks for the page itself, in a tab of its own.
	if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
	const link = (event.target as Element).closest<HTMLAnchorElement>("a.kg-embed-link");
	const figure = link?.closest<HTMLElement>("figure[data-embed-src]");
	if (!link || !figure) return;
	event.preventDefault();
	load(figure, link);
});
