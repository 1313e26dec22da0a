// Calls the mock of a shop with the client that openapi-fetch makes of its types.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { components, paths } from "./shop_types.js";

const client = createClient<paths>({ baseUrl: process.argv[2] });

const found = await client.GET("/products", {
  params: { query: { category: ["tea", "coffee"], id: [1, 2] } },
  // The styles of OpenAPI are those of the client, too, but for the three that it leaves to us.
  querySerializer: (query) => {
    const written = new URLSearchParams();
    for (const category of query.category ?? []) written.append("category", category);
    return `${written}&id=${(query.id ?? []).join(",")}`;
  },
});
assert.equal(found.response.status, 200);
assert.equal(found.data![0]!.sku, "TEA-0017");

type NewOrder = components["schemas"]["NewOrder"];
const order: NewOrder = {
  items: [{ product_id: 17, quantity: 2 }],
  payment: { method: "card", token: "tok_abcdef", network: "visa" },
  deliver_to: { name: "Ann", street: "Main Street 1", postcode: "12345", country: "DE" },
};
const placed = await client.POST("/orders", {
  params: {
    header: { "Idempotency-Key": "5c6e2f0a-3b0d-4c1e-9a3e-2d7d2a8f6f01" },
    cookie: { session: "Zm9vYmFyYmF6cXV4" },
  },
  // A browser sends cookies itself, so openapi-fetch only has their types.
  headers: { Cookie: "session=Zm9vYmFyYmF6cXV4" },
  body: order,
});
assert.equal(placed.response.status, 201);
assert.ok(placed.data!.items.length > 0);

const one = await client.GET("/products/{product_id}", { params: { path: { product_id: 17 } } });
if (typeof one.data !== "object") throw new Error("the answer is not JSON");
assert.equal(one.data.name, "Assam, loose");
assert.equal(one.response.headers.get("etag"), '"0badcafe"');

// The mock answers with 304 what the client has.
const same = await client.GET("/products/{product_id}", {
  params: { path: { product_id: 17 } },
  headers: { "If-None-Match": '"0badcafe"' },
});
assert.equal(same.response.status, 304);

const gone = await client.DELETE("/products/{product_id}", {
  params: { path: { product_id: 17 }, header: { "If-Match": '"0badcafe"' } },
});
assert.equal(gone.response.status, 204);

const refused = await client.PATCH("/products/{product_id}", {
  params: { path: { product_id: 17 } },
  body: { price: -1 },
  headers: { "Content-Type": "application/merge-patch+json" },
});
assert.equal(refused.response.status, 400);

// @ts-expect-error No product has this category.
const wrong: components["schemas"]["Category"] = "coal";
console.log(`passed: the shop's mock by openapi-fetch, not as ${wrong}`);
