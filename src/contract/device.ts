/** Where the numbers are computed. */
export type DeviceSetting = "auto" | "webgpu" | "wasm" | "wasm-single";
export type DeviceKind = "webgpu" | "wasm" | "native";

export interface DeviceReport {
  kind: DeviceKind;
  /** WASM threads; 1 on WebGPU's host side. */
  threads: number;
  /** GPU adapter as the browser describes it, or "" on WASM. */
  adapter: string;
  /** The adapter is a software one (SwiftShader, llvmpipe): correct, but slower than WASM. */
  software: boolean;
  /** Computes in half precision; absent where it cannot, or was not asked. */
  float16?: boolean;
  /** One plain sentence: why this device. */
  reason: string;
  /** onnxruntime version: a bit-exact resume needs the same one. */
  runtime: string;
}
