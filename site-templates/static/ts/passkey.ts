// Passkeys (WebAuthn Level 3): signing in with one, by a button or from what the browser
// fills in, and adding one to an account. Nothing here decides; the server checks it all.

interface Ceremony {
	ceremony: string;
	options: Record<string, unknown>;
}

class Refused extends Error {
	constructor(public code: string) { super(code); }
}

async function post<T>(at: string, body?: unknown): Promise<T> {
	const answer = await fetch(at, { method: "POST", headers: { "Content-Type": "application/json" }, body: body && JSON.stringify(body) });
	const said = await answer.json().catch(() => ({}));
	if (!answer.ok) throw new Refused(said.code ?? "");
	return said;
}

// Bytes are base64url in JSON (section 5.1.8 and 5.1.9). Older browsers cannot say so themselves.
const bytes = (text: string) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (of: ArrayBuffer) => btoa(String.fromCharCode(...new Uint8Array(of))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

// read gives what is bytes in options its type: challenge, user.id and the ids of credentials.
function read(o: any): any {
	const credentials = (list?: any[]) => list?.map((c) => ({ ...c, id: bytes(c.id) }));
	return {
		...o, challenge: bytes(o.challenge), user: o.user && { ...o.user, id: bytes(o.user.id) },
		allowCredentials: credentials(o.allowCredentials), excludeCredentials: credentials(o.excludeCredentials),
	};
}

function write(c: any): unknown {
	if (c.toJSON) return c.toJSON();
	const response: Record<string, unknown> = {};
	for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
		if (c.response[name]) response[name] = text(c.response[name]);
	}
	if (c.response.getTransports) response.transports = c.response.getTransports();
	return {
		id: c.id, rawId: text(c.rawId), type: c.type, response, clientExtensionResults: c.getClientExtensionResults(),
		authenticatorAttachment: c.authenticatorAttachment ?? undefined,
	};
}

const refusals: Record<string, string> = {
	passkey_refused: "That passkey is not known here, or it took too long. Try again.",
	passkey_known: "This passkey is in use here already.",
	too_many_passkeys: "You have as many passkeys as there can be. Remove one first.",
	account_suspended: "This account is closed.",
};

// why is what to say of a failure; nothing where whoever is there has changed their mind.
function why(fault: unknown): string {
	if (fault instanceof Refused) {
		return refusals[fault.code] ?? "That did not work. Try again in a moment.";
	}
	switch ((fault as Error).name) {
	case "NotAllowedError":
	case "AbortError":
		return "";
	case "InvalidStateError":
		return "This device has a passkey for your account already.";
	default:
		return "This browser could not do it.";
	}
}

let waiting: AbortController | undefined;

async function signIn(box: HTMLElement, mediation?: CredentialMediationRequirement): Promise<void> {
	waiting?.abort();
	const mine = (waiting = new AbortController());
	const { ceremony, options } = await post<Ceremony>(box.dataset.options!);
	if (mine.signal.aborted) return;
	const credential = await navigator.credentials.get({ publicKey: read(options), mediation, signal: mine.signal });
	const { to } = await post<{ to: string }>(box.dataset.passkey!, { ceremony, response: write(credential), return_to: box.dataset.returnTo });
	location.assign(to);
}

let busy = false; // the browser asks for a passkey in a window of its own

// offer lets the browser fill a passkey in where the address is typed.
async function offer(box: HTMLElement, say: (words: string) => void): Promise<void> {
	if (!busy && !document.hidden && (await PublicKeyCredential.isConditionalMediationAvailable?.())) {
		await signIn(box, "conditional").catch((fault) => say(why(fault)));
	}
}

async function register(button: HTMLElement): Promise<void> {
	const { ceremony, options } = await post<Ceremony>("/v1/me/passkeys/ceremonies");
	const credential = await navigator.credentials.create({ publicKey: read(options) });
	await post("/v1/me/passkeys", { ceremony, response: write(credential), name: button.dataset.name || "Passkey" });
	location.reload();
}

if (window.PublicKeyCredential) {
	const box = document.querySelector<HTMLElement>("[data-passkey]");
	if (box) {
		const said = box.querySelector<HTMLElement>("[role=status]")!;
		const say = (words: string) => { said.textContent = words; };
		box.classList.add("login-ready");
		box.querySelector("button")!.addEventListener("click", async () => {
			say("");
			busy = true;
			const failed = await signIn(box).catch((fault: unknown) => fault);
			busy = false;
			if (failed) {
				say(why(failed));
				void offer(box, say);
			}
		});
		void offer(box, say);
		setInterval(() => offer(box, say), 4 * 60_000); // what the server asks is good for five minutes
	}
	const add = document.querySelector<HTMLElement>("[data-passkey-register]");
	if (add) {
		const said = document.querySelector<HTMLElement>("[data-passkey-said]");
		add.hidden = false;
		add.addEventListener("click", () => register(add).catch((fault) => {
			if (fault instanceof Refused && fault.code === "reauthentication_required") {
				location.assign(`/login/?fresh=1&return_to=${encodeURIComponent(location.pathname)}`);
			} else if (said) said.textContent = why(fault);
		}));
	}
}
