// Calls the fixture's API with the client that openapi-fetch makes of its types.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./fixture_types.js";

const client = createClient<paths>({ baseUrl: process.argv[2] });

const fixed = await client.GET("/text");
assert.equal(fixed.response.status, 200);
const text: string = fixed.data!.text;
assert.equal(text, "Fixed.");

const stamp = await client.GET("/stamp", { params: { query: { name: "ann" } } });
assert.equal(stamp.response.status, 200);
assert.equal(stamp.data!.name, "ann");

// A request that breaks the contract gets a problem document, whose type the contract has.
const refused = await client.GET("/stamp", { params: { query: { name: "1" } } });
assert.equal(refused.response.status, 400);
assert.equal(refused.error!.status, 400);

// @ts-expect-error The contract has no such path.
await client.GET("/nowhere");
// @ts-expect-error A parameter is missing.
await client.GET("/stamp", { params: { query: {} } });
console.log("passed: the fixture's API by openapi-fetch");
