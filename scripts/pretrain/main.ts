/**
 * `npm run pretrain`: vocabulary, token files, training, then the model folder with its card.
 * Options: --size tiny|mini --corpus FOLDER --steps N --decay-steps N --mask-unit token|word --resume --out FOLDER --cache FOLDER
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeVocabulary } from "./make-vocabulary.ts";
import { readOptions } from "./options.ts";
import { publish } from "./publish.ts";
import { prepareTokens, readVocabulary } from "./token-file.ts";
import { pretrain } from "./train.ts";

const options = readOptions(process.argv.slice(2));
const vocabulary = existsSync(join(options.out, "tokenizer.json"))
  ? readVocabulary(options.out)
  : await makeVocabulary(options.corpus, options.out, options.positions);
const files = await prepareTokens(options.corpus, vocabulary, options.cache);
const result = await pretrain(files, vocabulary, options);
await publish(result, files, options);
