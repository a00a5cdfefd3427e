/**
 * Builds every file of tests/browser/pages, with the product's own build settings, into
 * .cache/browser-tests: so any room can be tested in a real page and a real worker. The pages are plain
 * modules; page-host.ts and worker-host.ts load them by name.
 */
import { readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "vite";
import { root } from "../../../scripts/setup.mjs";
import { onnxruntimeFiles, runtimeFolder } from "../../../scripts/vite/onnxruntime-files.mjs";

/** Not by this file's own place: the benchmarks bundle it elsewhere. */
export const repository = root;
export const outDir = join(repository, ".cache", "browser-tests");
/** Where the harness server finds what a built page would have beside it. */
export const mounts = {
  "/ort/": runtimeFolder,
  "/models/": join(repository, "public", "models"),
  "/demo/": join(repository, "public", "demo"),
};

const document = `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><title>Test page</title></head>
  <body><script type="module" src="./page-host.js"></script></body>
</html>
`;

export async function buildPages(): Promise<void> {
  const harness = join(repository, "tests", "browser", "harness");
  const pages = join(repository, "tests", "browser", "pages");
  const files = [
    join(harness, "page-host.ts"),
    join(harness, "worker-host.ts"),
    ...readdirSync(pages)
      .filter((name) => name.endsWith(".ts"))
      .map((name) => join(pages, name)),
  ];
  await build({
    configFile: false,
    root: repository,
    base: "./",
    logLevel: "warn",
    publicDir: false,
    plugins: [onnxruntimeFiles({ copy: false })],
    worker: { format: "es" },
    build: {
      target: "es2022",
      outDir,
      emptyOutDir: true,
      minify: false,
      modulePreload: false, // its helper needs a document, and rooms run in workers
      sourcemap: true,
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        input: Object.fromEntries(files.map((file) => [basename(file, ".ts"), file])),
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  writeFileSync(join(outDir, "room.html"), document);
}
