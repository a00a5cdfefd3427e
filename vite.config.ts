import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { securityHeaders } from "./scripts/policy.mjs";
import { bundledModels } from "./scripts/vite/bundled-models.mjs";
import { compressedCopies } from "./scripts/vite/compressed-copies.mjs";
import { onnxruntimeFiles } from "./scripts/vite/onnxruntime-files.mjs";
import { chunkFileNames } from "./scripts/vite/reader-chunks.mjs";
import { serviceWorker } from "./scripts/vite/service-worker.mjs";

export default defineConfig({
  base: "./", // any static host, any folder
  // The last two look at the finished folder, in this order.
  plugins: [svelte(), bundledModels(), onnxruntimeFiles(), serviceWorker(), compressedCopies()],
  worker: { format: "es", rolldownOptions: { output: { chunkFileNames } } },
  build: {
    target: "es2022",
    outDir: "dist",
    emptyOutDir: true,
    chunkSizeWarningLimit: 2000,
    rolldownOptions: { checks: { pluginTimings: false } }, // says only that compressing takes longest
  },
  server: { headers: securityHeaders() },
});
