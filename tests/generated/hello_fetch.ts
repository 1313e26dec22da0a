// Calls hello's API with the client that OpenAPI Generator makes.
import assert from "node:assert/strict";
import { Configuration, DefaultApi, ResponseError } from "./fetch/hello/index.js";

const api = new DefaultApi(new Configuration({ basePath: process.argv[2] }));
assert.equal((await api.helloGet()).message.length, 13);
assert.match((await api.currentTimeGet({ name: "ann" })).message, /Hello, ann!/);
await assert.rejects(api.currentTimeGet({ name: "1" }), (error: ResponseError) => {
  assert.equal(error.response.status, 400);
  return true;
});
console.log("passed: hello's API by OpenAPI Generator");
