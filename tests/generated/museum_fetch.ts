// Calls the mock of a museum, whose schemas are in another file, with a client of OpenAPI Generator.
import assert from "node:assert/strict";
import { Configuration, DefaultApi } from "./fetch/museum/index.js";

const api = new DefaultApi(new Configuration({ basePath: process.argv[2] }));
const works = await api.listWorks({ artist: "Caspar David Friedrich" });
assert.ok(works.length > 0);
console.log("passed: the museum's mock by OpenAPI Generator");
