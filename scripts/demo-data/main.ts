/** `npm run demo-data`: writes public/demo again; same code, same bytes. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { formatBytes } from "../../src/base/index.ts";
import { demoDomains, demoFiles } from "./files.ts";

for (const [path, text] of demoFiles(demoDomains())) {
  const file = join("public/demo", path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(`${file}: ${formatBytes(Buffer.byteLength(text))}`);
}
