/** Prints the generated texts as JSON, for the oracle: `node scripts/run-ts.mjs bench/clean/print-texts.ts FILE`. */
import { writeFileSync } from "node:fs";
import { generatedTexts } from "./texts.ts";

writeFileSync(process.argv[2]!, JSON.stringify(generatedTexts()));
