/**
 * Stations in Chromium: builds the worker with Vite into .cache/bench, as the product is built (ONNX Runtime's
 * files unbundled), serves it cross-origin isolated so that all have threads, and opens one page.
 * Without the product's content-security policy: the peers start their threads from blobs, which it forbids.
 */
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser, type Page } from "playwright";
import { build } from "vite";
import { launchOptions } from "../../../scripts/browser.mjs";
import { startServer } from "../../../scripts/serve.mjs";
import { root } from "../../../scripts/setup.mjs";
import { onnxruntimeFiles, runtimeFolder } from "../../../scripts/vite/onnxruntime-files.mjs";
import { browserProcess } from "../../support/browser-process.ts";
import { installPeers, peersFolder } from "../peers/install.ts";
import { remoteOf, type Remote } from "./remote.ts";

const outDir = join(root, ".cache", "bench", "step");

async function buildWorker(): Promise<void> {
  installPeers(); // the worker knows all contestants, whichever is asked for
  const here = join(root, "bench", "step", "hosts");
  await build({
    configFile: false,
    root,
    base: "./",
    logLevel: "error",
    publicDir: false,
    plugins: [onnxruntimeFiles({ copy: false })],
    resolve: { alias: [{ find: /^(@tensorflow\/|@jax-js\/)/, replacement: `${peersFolder}/node_modules/$1` }] },
    build: {
      target: "es2022",
      outDir,
      emptyOutDir: true,
      modulePreload: false, // its helper needs a document
      minify: false, // TensorFlow.js starts its threads from the text of one of its functions
      chunkSizeWarningLimit: 10_000,
      rolldownOptions: {
        input: { page: join(here, "page.ts"), worker: join(here, "worker.ts") },
        preserveEntrySignatures: "strict",
        output: { entryFileNames: "[name].js" },
      },
    },
  });
  const tfjs = join(peersFolder, "node_modules", "@tensorflow", "tfjs-backend-wasm", "dist");
  mkdirSync(join(outDir, "tfjs"), { recursive: true });
  for (const build of ["", "-simd", "-threaded-simd"])
    cpSync(join(tfjs, `tfjs-backend-wasm${build}.wasm`), join(outDir, "tfjs", `tfjs-backend-wasm${build}.wasm`));
  const script = `<script type="module" src="./page.js"></script>`;
  writeFileSync(
    join(outDir, "index.html"),
    `<!doctype html><meta charset="utf-8"><title>Step</title><link rel="icon" href="data:,">${script}`,
  );
}

export interface BenchBrowser {
  version: string;
  start(): Promise<Remote>;
  /** The process that all its others come from. */
  process(): Promise<number>;
  close(): Promise<void>;
}

/** The functions that page.ts leaves on the window. */
interface PageScope {
  startStation(): number;
  callStation(key: number, method: string, args: unknown[]): Promise<unknown>;
  endStation(key: number): void;
}

export async function openBrowser(gpu: "software" | "none"): Promise<BenchBrowser> {
  await buildWorker();
  const server = await startServer({ root: outDir, mounts: { "/ort/": runtimeFolder }, headers: "isolation" });
  let browser: Browser | undefined;
  try {
    browser = await chromium.launch(await launchOptions({ gpu }));
    const page = await openPage(browser, server.url);
    const started = browser;
    return {
      version: started.version(),
      start: () => startStation(page),
      process: () => browserProcess(started),
      close: async () => {
        await started.close();
        await server.close();
      },
    };
  } catch (error) {
    await browser?.close();
    await server.close();
    throw error;
  }
}

async function openPage(browser: Browser, url: string): Promise<Page> {
  const page = await browser.newPage();
  page.on("pageerror", (error) => console.error(`In the page: ${error.message}`));
  page.on("console", (message) => message.type() === "error" && console.error(`In the page: ${message.text()}`));
  await page.goto(url);
  await page.waitForFunction(() => "startStation" in globalThis && crossOriginIsolated);
  return page;
}

async function startStation(page: Page): Promise<Remote> {
  const key = await page.evaluate(() => (globalThis as unknown as PageScope).startStation());
  return remoteOf(
    (method, args) =>
      page.evaluate(
        ([station, name, given]) => (globalThis as unknown as PageScope).callStation(station, name, given),
        [key, method, args] as [number, string, unknown[]],
      ),
    () => page.evaluate((station) => (globalThis as unknown as PageScope).endStation(station), key),
  );
}
