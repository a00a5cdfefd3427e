/**
 * Chooses where to compute and says why, in one sentence. Order: WebGPU, WASM with threads, WASM with
 * one thread. A software adapter (SwiftShader, llvmpipe) counts as no GPU unless forced: measured, the
 * WASM step is many times faster there.
 */
import type { DeviceSetting } from "../contract/index.ts";
import { UnmaskError } from "../base/index.ts";

export interface DevicePlan {
  kind: "webgpu" | "wasm";
  threads: number;
  adapter: string;
  software: boolean;
  reason: string;
}
/** What the browser offers, read once: plain values, so that the choice can be tested without a browser. */
export interface Offer {
  /** undefined: the browser has no WebGPU; null: it has, but gives no adapter. */
  adapter: { description: string; software: boolean } | null | undefined;
  isolated: boolean;
  cores: number;
}

const softwareAdapter = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

export async function readOffer(): Promise<Offer> {
  const scope = globalThis as {
    crossOriginIsolated?: boolean;
    navigator?: { gpu?: GPU; hardwareConcurrency?: number };
  };
  const cores = scope.navigator?.hardwareConcurrency ?? 1;
  const isolated = scope.crossOriginIsolated === true && typeof SharedArrayBuffer === "function";
  const gpu = scope.navigator?.gpu;
  if (gpu === undefined) return { adapter: undefined, isolated, cores };
  const adapter = await gpu.requestAdapter({ powerPreference: "high-performance" });
  if (adapter === null) return { adapter: null, isolated, cores };
  const info = adapter.info;
  const description = [info.vendor, info.architecture, info.device, info.description].filter(Boolean).join(" ").trim();
  const software =
    softwareAdapter.test(description) || (info as { isFallbackAdapter?: boolean }).isFallbackAdapter === true;
  return { adapter: { description, software }, isolated, cores };
}

/** Up to four cores: all of them; beyond, half (hyper-threads do not help matrix products), at most eight. */
export function wasmThreads(cores: number): number {
  return Math.max(1, cores <= 4 ? cores : Math.min(8, Math.floor(cores / 2)));
}

/** @throws runtime/no-webgpu when WebGPU is forced and absent. */
export function planDevice(setting: DeviceSetting, offer: Offer): DevicePlan {
  const adapter = offer.adapter ?? undefined;
  if (setting === "webgpu") {
    if (adapter === undefined)
      throw new UnmaskError(
        "runtime/no-webgpu",
        offer.adapter === null
          ? "This browser has WebGPU but offers no graphics adapter."
          : "This browser has no WebGPU.",
        "Choose the WASM device, or open the page in a current Chrome, Edge, Firefox or Safari with WebGPU switched on.",
      );
    return {
      kind: "webgpu",
      threads: 1,
      adapter: adapter.description,
      software: adapter.software,
      reason: "WebGPU, because the setting asks for it.",
    };
  }
  if (setting === "auto" && adapter !== undefined && !adapter.software)
    return {
      kind: "webgpu",
      threads: 1,
      adapter: adapter.description,
      software: false,
      reason: "WebGPU: the browser offers a graphics processor.",
    };
  const why =
    setting !== "auto"
      ? "because the setting asks for it"
      : adapter !== undefined
        ? "because the only graphics adapter is a software one, which is slower than WASM"
        : offer.adapter === null
          ? "because the browser offers no graphics adapter"
          : "because this browser has no WebGPU";
  if (setting === "wasm-single")
    return { kind: "wasm", threads: 1, adapter: "", software: false, reason: `WASM with one thread, ${why}.` };
  if (!offer.isolated)
    return {
      kind: "wasm",
      threads: 1,
      adapter: "",
      software: false,
      reason: `WASM, ${why}; one thread only, because the page is not cross-origin isolated.`,
    };
  const threads = wasmThreads(offer.cores);
  return {
    kind: "wasm",
    threads,
    adapter: "",
    software: false,
    reason: `WASM with ${threads} thread${threads === 1 ? "" : "s"}, ${why}.`,
  };
}
