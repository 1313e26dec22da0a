// Gives the verdicts of npm's jose to judge_web_tokens.py. It reads the lines that
// token_verdicts.cpp reads, and answers each with "accepted" or "refused".
import { webcrypto } from "node:crypto";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

// jose expects it under this name, which Debian 12's Node 18 does not give it.
globalThis.crypto ??= webcrypto;

// The package is in the folder that the first argument names.
const require = createRequire(path.resolve(process.argv[2], "package.json"));
const jose = await import(pathToFileURL(require.resolve("jose")));

const ALGORITHMS = [
  "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
];

async function verdict(question) {
  const { keys, token, now, issuer, audiences, audience_claim, algorithms, leeway } = question;
  const by_aud = audience_claim === "aud";
  try {
    const { payload, protectedHeader } = await jose.jwtVerify(
      token,
      jose.createLocalJWKSet(keys),
      {
        algorithms: algorithms.length > 0 ? algorithms : ALGORITHMS,
        issuer,
        audience: by_aud ? audiences : undefined,
        clockTolerance: leeway,
        currentDate: new Date(now * 1000),
        requiredClaims: ["exp"],
      },
    );
    // What its options lack is done as its users do it.
    const type = (protectedHeader.typ ?? "").toLowerCase().replace(/^application\//, "");
    if (!question.types.includes(type)) return "refused";
    if (!by_aud && !audiences.includes(payload[audience_claim])) return "refused";
    for (const [name, value] of Object.entries(question.required)) {
      if (payload[name] !== value) return "refused";
    }
    return "accepted";
  } catch {
    return "refused";
  }
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  process.stdout.write((await verdict(JSON.parse(line))) + "\n");
}
