// A function for AWS's runtime client in Node.js. ../README.md says what the records ask of it.
import { setTimeout as sleep } from "node:timers/promises";

class JudgeError extends Error {
  constructor(message) {
    super(message);
    this.name = "JudgeError";
  }
}

const start = process.env.JUDGE_INIT;
if (start === "exit") process.exit(7);
if (start === "raise") throw new JudgeError("as asked at the start");

const seen = new Set();

// Does what each record asks. The stream is there if the answer is streamed.
async function answer(event, context, stream) {
  const failures = [];
  for (const [partition, records] of Object.entries(event.records)) {
    for (const record of records) {
      const place = `${record.topic}-${record.partition}@${record.offset}`;
      console.log(`handled ${place} by ${process.pid}`);
      const [step, argument] = Buffer.from(record.value, "base64").toString().split(" ");
      if (step === "raise") throw new JudgeError("as asked: Grüß");
      if (step === "sleep") await sleep(Number(argument) * 1000);
      if (step === "exit") process.exit(3);
      if (step === "large") return "x".repeat(Number(argument));
      if (step.startsWith("stream")) stream.write('{"streamed":');
      if (step === "stream") return stream.write("true}");
      if (step === "stream-fail") throw new JudgeError("as asked: Grüß");
      if (step === "fail-once" && !seen.has(place)) {
        seen.add(place);
        failures.push({ itemIdentifier: { partition, offset: record.offset } });
      }
    }
  }
  return {
    batchItemFailures: failures,
    requestId: context.awsRequestId,
    arn: context.invokedFunctionArn,
    left: context.getRemainingTimeInMillis(),
  };
}

export const handler = (event, context) => answer(event, context);

export const stream = awslambda.streamifyResponse(async (event, stream, context) => {
  await answer(event, context, stream);
  stream.end();
});
