import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";
import { onnxruntimeFiles } from "./scripts/vite/onnxruntime-files.mjs";

export default defineConfig({
  base: "./", // any static host, any folder
  plugins: [svelte(), onnxruntimeFiles()],
  worker: { format: "es", plugins: () => [onnxruntimeFiles({ copy: false })] },
  build: { target: "es2022", outDir: "dist", emptyOutDir: true, chunkSizeWarningLimit: 2000 },
});
