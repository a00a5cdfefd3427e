/**
 * Writes the tokenizers that our trainers learn from our demo text, for Python to read (tests/oracles/tokenizer_trainers.py).
 * Run: node scripts/run-ts.mjs tests/support/write-trained-tokenizers.ts
 */
import { writeFileSync } from "node:fs";
import { extendedTokenizer, trainedJson, trainedKinds } from "./trained-tokenizers.ts";

const write = (name: string, json: string): void =>
  writeFileSync(`tests/fixtures/data/tokenizers/${name}.json`, `${JSON.stringify(JSON.parse(json))}\n`);
for (const kind of trainedKinds) {
  write(`trained-${kind}`, trainedJson(kind));
  write(`extended-${kind}`, extendedTokenizer(kind).extension.files["tokenizer.json"]!);
}
