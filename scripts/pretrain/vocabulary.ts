/**
 * Trains the vocabulary and writes the tokenizer files of the bundled model.
 * Run: node scripts/run-ts.mjs scripts/pretrain/vocabulary.ts [--corpus FOLDER] [--out FOLDER]
 */
import { makeVocabulary } from "./make-vocabulary.ts";
import { readOptions } from "./options.ts";

const options = readOptions(process.argv.slice(2));
await makeVocabulary(options.corpus, options.out, options.positions);
