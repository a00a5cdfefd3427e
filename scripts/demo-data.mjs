/** `npm run demo-data`: writes public/demo again. */
import { runTypeScript } from "./run-ts.mjs";

await runTypeScript("scripts/demo-data/main.ts", process.argv.slice(2));
