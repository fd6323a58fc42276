// Days as calendars count them: "2026-11-24", in the zone of the demo.

export const zone = "Europe/London";

// today is the day there. The demo was stored on it, and its dates follow it.
export const today = () => new Intl.DateTimeFormat("en-CA", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" }).format(new Date());

// plus is a day so many days later.
export const plus = (day, days) => new Date(Date.parse(day) + days * 86_400_000).toISOString().slice(0, 10);

// months is a month so many months later: "2026-11".
export function months(month, more) {
	const [year, number] = month.split("-").map(Number);
	return new Date(Date.UTC(year, number - 1 + more)).toISOString().slice(0, 7);
}

// weekday counts from Sunday, which is 0; next is the first day of a weekday from a day on.
export const weekday = (day) => new Date(day).getUTCDay();
export const next = (wanted, from) => plus(from, (wanted - weekday(from) + 7) % 7);
export const [sunday, monday, tuesday, wednesday, thursday, friday, saturday] = [0, 1, 2, 3, 4, 5, 6];

// clocksForward is the next last Sunday of March that is so many days away at least.
export function clocksForward(away = 30) {
	for (let year = Number(today().slice(0, 4)); ; year++) {
		const day = next(sunday, `${year}-03-25`);
		if (day >= plus(today(), away)) return day;
	}
}

const form = (options) => (day) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options }).format(new Date(day)).replaceAll(",", "").replace("Sept ", "Sep ");

// long is "Tuesday 24 November 2026", short "Tue 24 Nov 2026", named "November 2026".
export const long = form({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
export const short = form({ weekday: "short", day: "numeric", month: "short", year: "numeric" });
export const named = form({ month: "long", year: "numeric" });
