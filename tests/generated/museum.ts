// Calls the mock of a museum, whose schemas are in another file, with a client of openapi-fetch.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./museum_types.js";

const client = createClient<paths>({ baseUrl: `${process.argv[2]}` });
const works = await client.GET("/works", {
  params: { query: { kind: "painting", made: { from: 1850, to: 1900 } } },
});
assert.equal(works.response.status, 200);
assert.ok(works.data !== undefined);
console.log("passed: the museum's mock by openapi-fetch");
