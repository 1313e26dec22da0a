// Calls hello's API with the client that openapi-fetch makes of its types.
import assert from "node:assert/strict";
import createClient from "openapi-fetch";
import type { paths } from "./hello.js";

const client = createClient<paths>({ baseUrl: process.argv[2] });

const hello = await client.GET("/hello");
assert.equal(hello.response.status, 200);
const message: string = hello.data!.message;
assert.equal(message.length, 13);

const time = await client.GET("/current_time", { params: { query: { name: "ann" } } });
assert.equal(time.response.status, 200);
assert.match(time.data!.message, /Hello, ann!/);

// A request that breaks the contract gets a problem document, whose type the contract has.
const refused = await client.GET("/current_time", { params: { query: { name: "1" } } });
assert.equal(refused.response.status, 400);
assert.equal(refused.error!.status, 400);

// @ts-expect-error The contract has no such path.
await client.GET("/nowhere");
// @ts-expect-error A parameter is missing.
await client.GET("/current_time", { params: { query: {} } });
console.log("passed: hello's API by openapi-fetch");
