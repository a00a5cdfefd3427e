/**
 * Writes the config.json files of our own designs, for tests/oracles/scratch.py.
 * Run: node scripts/run-ts.mjs tests/support/write-designs.ts
 */
import { writeFileSync } from "node:fs";
import { designConfigs } from "./designs.ts";

writeFileSync("tests/fixtures/models/scratch-designs.json", `${JSON.stringify(designConfigs())}\n`);
