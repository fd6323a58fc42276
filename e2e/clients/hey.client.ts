// What hey-api generates, used as a developer would.

import { Calls } from "./told.js";
import {
	createCategory, createMovements, createPost, createProduct, getProduct, listAvailability, listPosts, listProducts,
	publishProduct, updateProduct,
} from "./hey/index.js";
import { createClient } from "./hey/client/index.js";

/** calls talks to a server that has an empty market; it throws at the first surprise. */
export async function calls(origin: string, token: string): Promise<string[]> {
	const told = new Calls();
	const stranger = createClient({ baseUrl: origin });
	const client = createClient({ baseUrl: origin, auth: () => token });

	const refused = await createCategory({ client: stranger, body: { name: "Grain", slug: "hey-grain" } });
	told.ok("create-category without a token", refused.error, (problem) => problem.code === "unauthorized");
	const category = await createCategory({ client, body: { name: "Grain", slug: "hey-grain" } });
	told.ok("create-category", category.data, (made) => made.slug === "hey-grain");
	const taken = await createCategory({ client, body: { name: "Grain", slug: "hey-grain" } });
	told.ok("create-category again", taken.error, (problem) => problem.status === 409 && problem.code === "slug_taken");

	const made = await createProduct({
		client,
		body: {
			name: "Oats", slug: "hey-oats", category: "hey-grain",
			variants: [{ name: "1 kg", sku: "HEY-OATS", quantity: 1000, unit: "g", vat_rate: 0, track_stock: true, price: { amount_minor: 240, currency: "GBP" } }],
		},
	});
	const product = told.ok("create-product", made.data, (p) => p.variants.length === 1);
	const draft = await getProduct({ client: stranger, path: { product: product.slug } });
	told.ok("get-product of a draft", draft.error, (problem) => problem.code === "not_found");
	told.ok("publish-product", (await publishProduct({ client, path: { product: product.id } })).data);

	const read = await getProduct({ client: stranger, path: { product: product.slug } });
	const tag = told.ok("get-product", read.response?.headers.get("ETag"));
	const stale = await updateProduct({ client, path: { product: product.slug }, headers: { "If-Match": '"v0-x"' }, body: { name: "Rolled oats" } });
	told.ok("update-product of another version", stale.error, (problem) => problem.code === "precondition_failed");
	const renamed = await updateProduct({ client, path: { product: product.slug }, headers: { "If-Match": tag }, body: { name: "Rolled oats" } });
	told.ok("update-product", renamed.data, (p) => p.name === "Rolled oats");

	const thin = await listProducts({ client: stranger, query: { category: "hey-grain", fields: ["slug", "name"] } });
	told.ok("list-products with fields", thin.data, (list) => JSON.stringify(list.items) === '[{"slug":"hey-oats","name":"Rolled oats"}]');

	const variant = product.variants[0]!.id;
	const movement = { client, headers: { "Idempotency-Key": "hey-1" }, body: { movements: [{ variant, change: 5, reason: "received" as const }] } };
	told.ok("create-movements", (await createMovements(movement)).data);
	const again = await createMovements(movement);
	told.ok("create-movements again", again.response?.headers.get("Idempotent-Replayed"), (v) => v === "true");
	const available = await listAvailability({ client: stranger, query: { ids: [variant] } });
	told.ok("list-availability", available.data, (list) => list.items.length === 1);

	for (const title of ["One", "Two"]) await createPost({ client, body: { title } });
	const first = told.ok("list-posts", (await listPosts({ client, query: { status: "draft", limit: 1 } })).data, (l) => l.items.length === 1);
	const second = await listPosts({ client, query: { status: "draft", limit: 1, cursor: first.next_cursor } });
	told.ok("list-posts, the next page", second.data, (l) => l.items[0]?.id !== first.items[0]?.id);
	const forged = await listPosts({ client, query: { status: "all", limit: 1, cursor: first.next_cursor } });
	told.ok("list-posts with a cursor of another list", forged.error, (problem) => problem.code === "invalid_cursor");
	return told.done;
}
