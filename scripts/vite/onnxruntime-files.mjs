/**
 * Vite plugin: ONNX Runtime's .mjs and .wasm stay separate files under ort/, reached by `wasmPaths`.
 * Bundled into a worker, the runtime's threads reload the app's own chunk and session creation hangs
 * (seen with 1.31-dev). Two builds are shipped: the plain one for WASM, asyncify for WebGPU.
 * The resolve condition picks the package's entries that hold no `new URL("....wasm")`, so that Vite does
 * not emit those 14-27 MB files a second time as assets.
 */
import { copyFileSync, createReadStream, existsSync, mkdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { defaultClientConditions } from "vite";

export const runtimeFolder = fileURLToPath(new URL("../../node_modules/onnxruntime-web/dist/", import.meta.url));

export const runtimeFiles = ["ort-wasm-simd-threaded", "ort-wasm-simd-threaded.asyncify"].flatMap((name) => [
  `${name}.mjs`,
  `${name}.wasm`,
]);

/** @param {{ copy?: boolean }} [options] copy: false leaves the copying to whoever serves the folder */
export function onnxruntimeFiles({ copy = true } = {}) {
  let outDir = "";
  return {
    name: "unmask:onnxruntime-files",
    config: () => ({
      resolve: { conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions] },
      optimizeDeps: { exclude: ["onnxruntime-web"] },
    }),
    configResolved(config) {
      outDir = resolve(config.root, config.build.outDir);
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        const name = /\/ort\/([^/?]+)(\?|$)/.exec(request.url ?? "")?.[1] ?? "";
        if (!runtimeFiles.includes(name)) return next();
        response.setHeader("Content-Type", name.endsWith(".wasm") ? "application/wasm" : "text/javascript");
        createReadStream(join(runtimeFolder, name)).pipe(response);
      });
    },
    writeBundle() {
      if (!copy) return;
      const target = join(outDir, "ort");
      mkdirSync(target, { recursive: true });
      for (const name of runtimeFiles) {
        const from = join(runtimeFolder, name);
        const to = join(target, name);
        if (!existsSync(to) || statSync(to).size !== statSync(from).size) copyFileSync(from, to);
      }
    },
  };
}
