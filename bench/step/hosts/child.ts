/** A station in a Node process of its own: native ONNX Runtime, or WebGPU by Dawn. Peers from their own folder. */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import type * as Jax from "@jax-js/jax";
import type * as Tf from "@tensorflow/tfjs-core";
import { nativeDevice, openDevice } from "../../../src/runtime/index.ts";
import type { OrtModule } from "../../../src/runtime/ort.ts";
import { startDawn } from "../../../tests/support/dawn.ts";
import { peersFolder } from "../peers/install.ts";
import { answer, Station, type Call, type Host } from "../station.ts";

const native = async (): Promise<OrtModule> => (await import("onnxruntime-node")).default as unknown as OrtModule;

/**
 * TensorFlow.js bundled from its modules: its ready-made build for Node leaves the gradients out, and its modules
 * name each other in a way that Node does not follow.
 */
async function bundleTfjs(): Promise<{ tf: typeof Tf }> {
  const [entry, file] = [join(peersFolder, "tfjs.js"), join(peersFolder, `tfjs.${process.pid}.mjs`)];
  const core = "@tensorflow/tfjs-core";
  const gradients = `import "${core}/dist/register_all_gradients.js";`;
  writeFileSync(entry, `${gradients} import "@tensorflow/tfjs-backend-webgpu"; export * as tf from "${core}";\n`);
  const resolve = { mainFields: ["module", "main"] };
  const bundle = await rolldown({ input: entry, platform: "node", resolve, logLevel: "silent" });
  await bundle.write({ file, format: "esm", codeSplitting: false });
  await bundle.close();
  process.on("exit", () => rmSync(file, { force: true }));
  return import(pathToFileURL(file).href) as Promise<{ tf: typeof Tf }>;
}

const host: Host = {
  prepare: async (backend) => {
    if (backend === "webgpu" && (await startDawn()) === undefined) throw new Error("No WebGPU adapter in Node.");
  },
  device: async (backend, threads) =>
    backend === "native" ? nativeDevice(await native(), threads) : openDevice("webgpu"),
  ort: native,
  jax: () => {
    // It looks for Firefox in here; Node 20 has none.
    Object.defineProperty(navigator, "userAgent", { value: "Node.js", configurable: true });
    const file = join(peersFolder, "node_modules", "@jax-js", "jax", "dist", "index.js");
    return import(pathToFileURL(file).href) as Promise<typeof Jax>;
  },
  tfjs: async () => {
    const { tf } = await bundleTfjs();
    return { tf, about: () => `@tensorflow/tfjs ${tf.version_core}` };
  },
};

const station = new Station(host);
process.on("message", (call: Call) => void answer(station, call).then((reply) => process.send?.(reply)));
process.on("disconnect", () => process.exit(0));
