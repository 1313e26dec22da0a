// What the judge says of each case, and how it waits.

/** Is what a case found wrong. */
export class Fault extends Error {}

/** Is what ends the wait of until(), since what is awaited can come no more. */
export class Over extends Fault {}

/** Ends the case unless the condition holds. */
export function check(condition, sentence) {
  if (!condition) throw new Fault(sentence);
}

const kPatienceMs = 30_000;
const kStepMs = 50;

/** Waits until `look` returns something true, and returns it. `sentence` says what was awaited. */
export async function until(look, sentence, patienceMs = kPatienceMs) {
  const end = performance.now() + patienceMs;
  let last;
  for (;;) {
    try {
      const found = await look();
      if (found) return found;
      last = undefined;
    } catch (error) {
      if (error instanceof Over) throw error;
      last = error;
    }
    if (performance.now() > end) {
      throw new Fault(`within ${patienceMs / 1000} s: ${sentence}${last ? `: ${last}` : ''}`);
    }
    await new Promise((resolve) => setTimeout(resolve, kStepMs)); // Until the next look.
  }
}

/** Runs cases one after the other, and counts how they end. */
export class Report {
  passed = 0;
  failed = 0;

  async run(name, action) {
    const start = performance.now();
    try {
      await action();
      this.passed += 1;
      console.log(`passed: ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
    } catch (error) {
      this.failed += 1;
      const text = error instanceof Fault ? error.message : (error.stack ?? String(error));
      console.log(`FAILED: ${name}: ${text}`);
    }
  }
}
