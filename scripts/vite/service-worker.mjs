/**
 * Vite plugin: builds workers/service-worker.ts to /sw.js once the page is complete, with the table of
 * files by content hash and the security headers put in.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "vite";
import { securityHeaders } from "../policy.mjs";
import { filesUnder } from "./files-under.mjs";

const entry = fileURLToPath(new URL("../../workers/service-worker.ts", import.meta.url));

/** Kept when first used, not at install: a visitor may need one runtime of two, few of the readers and no demo. */
const onDemand = /^((ort|models|demo)\/|assets\/readers\/)/;
/** Not part of the page. */
const outside = /(\.map|\.br|\.gz)$|^sw\.js$/;

/** What the service worker knows of a built folder. */
export function buildTables(outDir) {
  const files = {};
  for (const path of filesUnder(outDir))
    if (!outside.test(path))
      files[path] = createHash("sha256")
        .update(readFileSync(join(outDir, path)))
        .digest("hex");
  const headers = securityHeaders();
  const core = Object.keys(files).filter((path) => !onDemand.test(path));
  const version = createHash("sha256")
    .update(JSON.stringify([files, headers]))
    .digest("hex")
    .slice(0, 16);
  return { version, headers, files, core };
}

export function serviceWorker() {
  let outDir = "";
  return {
    name: "unmask:service-worker",
    apply: "build",
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        await build({
          configFile: false,
          logLevel: "warn",
          publicDir: false,
          define: { __UNMASK_BUILD__: JSON.stringify(buildTables(outDir)) },
          build: {
            target: "es2022",
            outDir,
            emptyOutDir: false,
            // A classic script: not every browser that we support takes a module here.
            lib: { entry, formats: ["iife"], name: "unmaskServiceWorker", fileName: () => "sw.js" },
          },
        });
      },
    },
  };
}
