// openapi-fetch on the types of openapi/ts, used as a developer would.

import createClient from "openapi-fetch";
import { Calls } from "./told.js";
import type { components, paths } from "./schema.js";

type Thin = Pick<components["schemas"]["ProductItem"], "slug" | "name">;

/** calls talks to a server that has an empty market; it throws at the first surprise. */
export async function calls(origin: string, token: string): Promise<string[]> {
	const told = new Calls();
	const settings = { baseUrl: origin, querySerializer: { array: { style: "form", explode: false } } } as const;
	const stranger = createClient<paths>(settings);
	const client = createClient<paths>({ ...settings, headers: { Authorization: `Bearer ${token}` } });

	const refused = await stranger.POST("/v1/categories", { body: { name: "Tins", slug: "fetch-tins" } });
	told.ok("create-category without a token", refused.error, (problem) => problem.code === "unauthorized");
	const category = await client.POST("/v1/categories", { body: { name: "Tins", slug: "fetch-tins" } });
	told.ok("create-category", category.data, (made) => made.slug === "fetch-tins");
	const taken = await client.POST("/v1/categories", { body: { name: "Tins", slug: "fetch-tins" } });
	told.ok("create-category again", taken.error, (problem) => problem.status === 409 && problem.code === "slug_taken");

	const made = await client.POST("/v1/products", {
		body: {
			name: "Beans", slug: "fetch-beans", category: "fetch-tins",
			variants: [{ name: "400 g", sku: "FETCH-BEANS", quantity: 400, unit: "g", vat_rate: 0, track_stock: true, price: { amount_minor: 95, currency: "GBP" } }],
		},
	});
	const product = told.ok("create-product", made.data, (p) => p.variants.length === 1);
	const at = { path: { product: product.slug } };
	const draft = await stranger.GET("/v1/products/{product}", { params: at });
	told.ok("get-product of a draft", draft.error, (problem) => problem.code === "not_found");
	told.ok("publish-product", (await client.PUT("/v1/products/{product}/publish", { params: at })).data);

	const read = await stranger.GET("/v1/products/{product}", { params: at });
	const tag = told.ok("get-product", read.response.headers.get("ETag"));
	const known = await stranger.GET("/v1/products/{product}", { params: at, headers: { "If-None-Match": tag } });
	told.ok("get-product that is known", known.response.status, (status) => status === 304);
	const stale = await client.PATCH("/v1/products/{product}", { params: { ...at, header: { "If-Match": '"v0-x"' } }, body: { name: "Butter beans" } });
	told.ok("update-product of another version", stale.error, (problem) => problem.code === "precondition_failed");
	const renamed = await client.PATCH("/v1/products/{product}", { params: { ...at, header: { "If-Match": tag } }, body: { name: "Butter beans" } });
	told.ok("update-product", renamed.data, (p) => p.name === "Butter beans");

	const thin = await stranger.GET("/v1/products", { params: { query: { category: "fetch-tins", fields: ["slug", "name"] } } });
	const items: Thin[] = told.ok("list-products with fields", thin.data).items;
	told.ok("list-products with fields", items, (list) => JSON.stringify(list) === '[{"slug":"fetch-beans","name":"Butter beans"}]');

	const variant = product.variants[0]!.id;
	const movement = { params: { header: { "Idempotency-Key": "fetch-1" } }, body: { movements: [{ variant, change: 5, reason: "received" }] } } as const;
	told.ok("create-movements", (await client.POST("/v1/stock/movements", { ...movement, body: { movements: [...movement.body.movements] } })).data);
	const available = await stranger.GET("/v1/availability", { params: { query: { ids: [variant] } } });
	told.ok("list-availability", available.data, (list) => list.items.length === 1);
	const bad = await stranger.GET("/v1/products", { params: { query: { limit: 0 } } });
	told.ok("list-products with a limit that is none", bad.error, (problem) => problem.errors?.[0]?.location === "query.limit");
	return told.done;
}
