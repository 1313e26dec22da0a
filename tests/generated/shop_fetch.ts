// Calls the mock of a shop with the client that OpenAPI Generator makes.
import assert from "node:assert/strict";
import { CatalogueApi, Configuration, ResponseError } from "./fetch/shop/index.js";
import { ReportsApi } from "./fetch/shop/index.js";

const configuration = new Configuration({ basePath: process.argv[2] });
const catalogue = new CatalogueApi(configuration);
const products = await catalogue.listProducts({ category: new Set(["tea", "coffee"]), id: [1, 2] });
assert.equal(products[0]!.sku, "TEA-0017");
const product = await catalogue.getProduct({ productId: 17 });
assert.equal(product.name, "Assam, loose");
assert.ok(product.createdAt instanceof Date);
await catalogue.deleteProduct({ productId: 17, ifMatch: '"0badcafe"' });
await assert.rejects(
  catalogue.deleteProduct({ productId: 17, ifMatch: "none" }),
  (error: ResponseError) => {
    assert.equal(error.response.status, 400);
    return true;
  },
);
const report = await new ReportsApi(configuration).getReport({ year: 2026, month: "03" });
assert.equal(report.orders, 2);
console.log("passed: the shop's mock by OpenAPI Generator");
