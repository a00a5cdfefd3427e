/**
 * `npm run bench -- NAME`: runs bench/NAME.mjs or bench/NAME.ts. A measurement's module exports
 *   run(args): Promise<Record<string, number>>
 * It prints its table for people; what it returns becomes the last line, one line of JSON:
 *   {"bench": NAME, "figures": {name: number}}
 */
import { existsSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setup } from "./setup.mjs";

const folder = join(root, "bench");
const names = existsSync(folder)
  ? readdirSync(folder)
      .filter((file) => [".ts", ".mjs"].includes(extname(file)))
      .map((file) => file.slice(0, -extname(file).length))
  : [];
const [name = "", ...args] = process.argv.slice(2);

function usage(problem) {
  console.error(`${problem}\nUsage: npm run bench -- NAME, with one of: ${names.join(", ") || "(none yet)"}`);
  process.exit(1);
}

if (!names.includes(name)) usage(name === "" ? "Which measurement?" : `There is no measurement "${name}".`);
try {
  await setup({ build: true, browser: true });
  const typescript = existsSync(join(folder, `${name}.ts`));
  const module = typescript
    ? await (await import("./run-ts.mjs")).runTypeScript(`bench/${name}.ts`, args)
    : await import(pathToFileURL(join(folder, `${name}.mjs`)).href);
  const figures = await module.run(args);
  const bad = Object.entries(figures).find(([, value]) => typeof value !== "number" || !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`The figure ${bad[0]} is not a number: ${bad[1]}.`);
  console.log(JSON.stringify({ bench: name, figures }));
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
}
process.exit(0); // a browser or worker left over must not keep the line from being the last
