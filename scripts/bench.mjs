/**
 * `npm run bench -- NAME [OPTIONS]`: runs bench/NAME.ts, bench/NAME.mjs or bench/NAME/main.ts. A measurement's
 * module exports
 *   run(args): Promise<Record<string, number>>
 *   needs (if less than both will do): { build?: boolean, browser?: boolean }
 * It prints its table for people; what it returns becomes the last line, one line of JSON:
 *   {"bench": NAME, "figures": {name: number}}
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, setup } from "./setup.mjs";

/** A measurement's file, from the repository's root; undefined when there is none of that name. */
export function benchFile(name) {
  if (!/^[a-z][a-z-]*$/.test(name)) return undefined;
  return [`bench/${name}.ts`, `bench/${name}.mjs`, `bench/${name}/main.ts`].find((file) =>
    existsSync(join(root, file)),
  );
}

export function benchNames() {
  const names = readdirSync(join(root, "bench")).map((entry) => entry.replace(/\.(ts|mjs)$/, ""));
  return [...new Set(names)].filter((name) => benchFile(name) !== undefined).sort();
}

function usage(problem) {
  console.error(`${problem}\nUsage: npm run bench -- NAME, with one of: ${benchNames().join(", ")}`);
  process.exit(1);
}

async function load(file, args) {
  if (file.endsWith(".mjs")) return import(pathToFileURL(join(root, file)).href);
  const { runTypeScript } = await import("./run-ts.mjs"); // needs installed packages
  return runTypeScript(file, args);
}

const [name = "", ...args] = process.argv.slice(2);
const file = benchFile(name);
if (file === undefined) usage(name === "" ? "Which measurement?" : `There is no measurement "${name}".`);
try {
  await setup();
  const { run, needs = { build: true, browser: true } } = await load(file, args);
  if (typeof run !== "function") usage(`${file} is no measurement: it exports no run(args).`);
  await setup(needs);
  const figures = await run(args);
  const bad = Object.entries(figures).find(([, value]) => typeof value !== "number" || !Number.isFinite(value));
  if (bad !== undefined) throw new Error(`The figure ${bad[0]} is not a number: ${bad[1]}.`);
  console.log(JSON.stringify({ bench: name, figures }));
} catch (error) {
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
  process.exit(1);
}
process.exit(0); // a browser or worker left over must not keep the line from being the last
