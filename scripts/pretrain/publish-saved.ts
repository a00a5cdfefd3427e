/**
 * Publishes the last saved state of a run that goes on or was stopped.
 * Run: node scripts/run-ts.mjs scripts/pretrain/publish-saved.ts [--size tiny|mini] [--corpus FOLDER] [--out FOLDER] [--cache FOLDER] [--steps N]
 * with the run's own --steps: the card names the schedule.
 */
import { join } from "node:path";
import { readOptions } from "./options.ts";
import { publish } from "./publish.ts";
import { prepareTokens, readVocabulary } from "./token-file.ts";
import { sizeConfig } from "./sizes.ts";
import { readState } from "./train.ts";

const options = readOptions(process.argv.slice(2));
const vocabulary = readVocabulary(options.out);
const files = await prepareTokens(options.corpus, vocabulary, options.cache);
const config = sizeConfig(options.size, vocabulary.length, options.positions);
const { weights, step } = readState(join(options.cache, "state.safetensors"), config);
await publish({ config, weights, step }, files, options);
