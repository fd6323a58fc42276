// How the types are used: a fetch whose answer is typed by path and method. The
// generator of this folder type-checks it.

import type { components, paths } from "./schema";

export type Product = components["schemas"]["Product"];
export type Problem = components["schemas"]["Problem"];

type ListProducts = paths["/v1/products"]["get"];
export type ProductList = ListProducts["responses"][200]["content"]["application/json"];
export type ProductQuery = NonNullable<ListProducts["parameters"]["query"]>;

/** A refusal, by its stable code. */
export class Refused extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.detail ?? problem.title);
    this.problem = problem;
  }
}

/** Lists products; throws Refused where the API does. */
export async function listProducts(origin: string, query: ProductQuery = {}): Promise<ProductList> {
  const url = new URL("/v1/products", origin);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const answer = await fetch(url);
  if (!answer.ok) throw new Refused((await answer.json()) as Problem);
  return (await answer.json()) as ProductList;
}

/** The price as people read it. */
export function price(product: Pick<Product, "price">, locale = "en-GB"): string {
  const { amount_minor, currency } = product.price;
  const format = new Intl.NumberFormat(locale, { style: "currency", currency });
  return format.format(amount_minor / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}
