/**
 * Everything before training: vocabulary (kept if tokenizer.json is there) and token files.
 * Run: node scripts/run-ts.mjs scripts/pretrain/prepare.ts [--corpus FOLDER] [--out FOLDER] [--cache FOLDER]
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeVocabulary } from "./make-vocabulary.ts";
import { readOptions } from "./options.ts";
import { prepareTokens, readVocabulary } from "./token-file.ts";

const options = readOptions(process.argv.slice(2));
const vocabulary = existsSync(join(options.out, "tokenizer.json"))
  ? readVocabulary(options.out)
  : await makeVocabulary(options.corpus, options.out, options.positions);
console.log(JSON.stringify(await prepareTokens(options.corpus, vocabulary, options.cache), null, 2));
