/** A station in a browser worker, as the product computes in one. Bundled with the peers by build.ts. */
import { openDevice } from "../../../src/runtime/index.ts";
import type { OrtModule } from "../../../src/runtime/ort.ts";
import { answer, Station, type Call, type Host } from "../station.ts";

const assets = new URL("./ort/", location.href).href;

function pretendCores(count: number): void {
  Object.defineProperty(navigator, "hardwareConcurrency", { value: count, configurable: true });
}

const host: Host = {
  prepare: (_, threads) => {
    // jax-js takes its threads from here and has no other setting: the same number for all.
    pretendCores(threads);
    return Promise.resolve();
  },
  device: (backend) => openDevice(backend === "webgpu" ? "webgpu" : "wasm", assets),
  // The copy that src/runtime loaded and set up.
  ort: () => import("onnxruntime-web/wasm") as Promise<OrtModule>,
  jax: () => import("@jax-js/jax"),
  tfjs: async (backend, threads) => {
    const tf = await import("@tensorflow/tfjs-core");
    await import("@tensorflow/tfjs-core/dist/register_all_gradients.js"); // as @tensorflow/tfjs does
    if (backend === "webgpu") {
      await import("@tensorflow/tfjs-backend-webgpu");
      return { tf, about: () => `@tensorflow/tfjs ${tf.version_core}` };
    }
    const wasm = await import("@tensorflow/tfjs-backend-wasm");
    wasm.setWasmPaths(new URL("./tfjs/", location.href).href);
    // It takes half of the cores it sees, whatever it is told: one thread on two cores.
    pretendCores(2 * threads);
    wasm.setThreadsCount(threads);
    return { tf, about: () => `@tensorflow/tfjs ${tf.version_core}, ${wasm.getThreadsCount()} threads` };
  },
};

const station = new Station(host);
const scope = self as unknown as {
  addEventListener(type: "message", listener: (event: MessageEvent<Call>) => void): void;
  postMessage(message: unknown): void;
};
scope.addEventListener("message", ({ data }) => void answer(station, data).then((reply) => scope.postMessage(reply)));
