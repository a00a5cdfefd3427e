/**
 * Writes the tokenizers that our trainers learn from our demo text, for Python to read (tests/oracles/tokenizer_trainers.py).
 * Run: node scripts/run-ts.mjs tests/support/write-trained-tokenizers.ts
 */
import { writeFileSync } from "node:fs";
import { trainedJson, trainedKinds } from "./trained-tokenizers.ts";

for (const kind of trainedKinds)
  writeFileSync(
    `tests/fixtures/data/tokenizers/trained-${kind}.json`,
    `${JSON.stringify(JSON.parse(trainedJson(kind)))}\n`,
  );
