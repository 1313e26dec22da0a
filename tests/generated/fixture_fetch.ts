// Calls the fixture's API with the client that OpenAPI Generator makes.
import assert from "node:assert/strict";
import { Configuration, DefaultApi, ResponseError } from "./fetch/fixture/index.js";

const api = new DefaultApi(new Configuration({ basePath: process.argv[2] }));
assert.equal((await api.getText()).text, "Fixed.");
assert.equal((await api.getStamp({ name: "ann" })).name, "ann");
await assert.rejects(api.getStamp({ name: "1" }), (error: ResponseError) => {
  assert.equal(error.response.status, 400);
  return true;
});
console.log("passed: the fixture's API by OpenAPI Generator");
