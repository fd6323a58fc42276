// What both clients check with: a call is written down, or the run ends.

export class Calls {
	readonly done: string[] = [];

	/** ok writes a call down and gives its value back, without null and undefined. */
	ok<T>(call: string, value: T, holds: (value: NonNullable<T>) => boolean = () => true): NonNullable<T> {
		if (value === null || value === undefined || !holds(value)) {
			throw new Error(`${call}: ${JSON.stringify(value)}`);
		}
		this.done.push(call);
		return value;
	}
}
