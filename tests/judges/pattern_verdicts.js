// Gives Node's verdicts to judge_patterns.py. It reads lines such as:
//   {"pattern": "^a\\-", "twin": "^a-", "flags": "i", "texts": ["a-", "b"]}
// It answers each with the verdicts of the pattern with the flag u, of the pattern without it, and
// of the twin with it; null where the pattern is a syntax error:
//   {"u": null, "plain": [true, false], "twin": [true, false]}
"use strict";

const readline = require("node:readline");

function verdicts(pattern, flags, texts) {
  let expression;
  try {
    expression = new RegExp(pattern, flags);
  } catch {
    return null;
  }
  return texts.map((text) => expression.test(text));
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const { pattern, twin, flags, texts } = JSON.parse(line);
  const answer = {
    u: verdicts(pattern, flags + "u", texts),
    plain: verdicts(pattern, flags, texts),
    twin: verdicts(twin, flags + "u", texts),
  };
  process.stdout.write(JSON.stringify(answer) + "\n");
});
