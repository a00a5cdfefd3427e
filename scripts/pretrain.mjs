/** `npm run pretrain -- [--corpus FOLDER] [--steps N] [--resume]`: makes public/models/base. */
import { runTypeScript } from "./run-ts.mjs";

await runTypeScript("scripts/pretrain/main.ts", process.argv.slice(2));
