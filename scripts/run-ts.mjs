/**
 * Runs a TypeScript entry in Node 20 without any loader: bundled by rolldown (it comes with Vite) into
 * .cache/run, packages left outside, then imported. `node scripts/run-ts.mjs FILE [ARGUMENTS]`.
 * The working directory becomes the repository's root, so scripts name files from there.
 */
import { mkdirSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Our own .mjs scripts stay files of their own: they find their neighbours by `import.meta.url`. */
const scriptsOutside = {
  name: "unmask:scripts-outside",
  resolveId(source, importer) {
    if (importer === undefined || !source.startsWith(".") || !source.endsWith(".mjs")) return null;
    return { id: pathToFileURL(resolve(dirname(importer), source)).href, external: true };
  },
};

/** Bundles and runs `entry` (a path from the repository's root) with `process.argv` = node, entry, ...args. */
export async function runTypeScript(entry, args = []) {
  process.chdir(root);
  const folder = join(root, ".cache", "run");
  mkdirSync(folder, { recursive: true });
  // One file a process, so that two runs at the same time cannot meet half-written code.
  const file = join(folder, `${basename(entry, ".ts")}.${process.pid}.mjs`);
  const bundle = await rolldown({
    input: resolve(root, entry),
    platform: "node",
    external: (id) => !id.startsWith(".") && !id.startsWith("/") && !/^[A-Za-z]:/.test(id),
    plugins: [scriptsOutside],
    logLevel: "warn",
  });
  await bundle.write({ file, format: "esm", sourcemap: "inline", codeSplitting: false });
  await bundle.close();
  process.setSourceMapsEnabled(true);
  process.argv = [process.argv[0], resolve(root, entry), ...args];
  const { rmSync } = await import("node:fs");
  process.on("exit", () => rmSync(file, { force: true }));
  return import(pathToFileURL(file).href);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) {
    console.error("Usage: node scripts/run-ts.mjs FILE.ts [ARGUMENTS]");
    process.exitCode = 1;
  } else {
    await runTypeScript(entry, args);
  }
}
