/**
 * `npm run bench -- NAME [OPTIONS]`: runs bench/NAME.ts or bench/NAME/main.ts. A benchmark's default export takes
 * its options, prints its own tables and gives its figures, `{ name: number }`; here they become the last line of
 * the output, one line of JSON. Packages are installed first if need be; more set-up is the benchmark's affair.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root, setup } from "./setup.mjs";

const folder = join(root, "bench");

/** Path of a benchmark's file from the repository's root; undefined when there is none of that name. */
export function benchFile(name) {
  if (!/^[a-z][a-z-]*$/.test(name)) return undefined;
  return [`bench/${name}.ts`, `bench/${name}/main.ts`].find((file) => existsSync(join(root, file)));
}

export function benchNames() {
  const names = readdirSync(folder).map((name) => name.replace(/\.ts$/, ""));
  return [...new Set(names)].filter((name) => benchFile(name) !== undefined).sort();
}

async function run(name, options) {
  const file = name === undefined ? undefined : benchFile(name);
  if (file === undefined) {
    const fact = name === undefined ? "A benchmark must be named." : `There is no benchmark "${name}".`;
    throw new Error(`${fact} There are: ${benchNames().join(", ")}. Usage: npm run bench -- NAME [OPTIONS]`);
  }
  await setup();
  const { runTypeScript } = await import("./run-ts.mjs"); // needs installed packages
  const { default: measure } = await runTypeScript(file, options);
  const figures = await measure(options);
  console.log(JSON.stringify({ bench: name, figures }));
}

const [name, ...options] = process.argv.slice(2);
try {
  await run(name, options);
  process.exit(0); // a browser or a worker pool of a peer may still hold the process
} catch (error) {
  console.error(`\n${error instanceof Error ? (error.stack ?? error.message) : error}`);
  process.exit(1);
}
