// Prints the records of an event as Powertools for TypeScript reads them.
//   read_event.mjs FILE
import { readFileSync } from "node:fs";
import { kafkaConsumer } from "@aws-lambda-powertools/kafka";

const read = kafkaConsumer(async (event) =>
  event.records.map(({ topic, partition, offset, timestamp, key, value, headers }) => ({
    topic,
    partition,
    offset,
    timestamp,
    key: key ?? null,
    value: value ?? null,
    headers: headers.flatMap((header) => Object.entries(header)),
  })),
);
console.log(JSON.stringify(await read(JSON.parse(readFileSync(process.argv[2], "utf8")), {})));
