/** Native ONNX Runtime as a device. Its types are not the web build's, though what we call is the same: cast here only. */
import * as ort from "onnxruntime-node";
import { nativeDevice, type Device } from "../../src/runtime/index.ts";

/** A device of its own, for whoever disposes of it. */
export const openNative = (threads = 1): Device =>
  nativeDevice(ort as unknown as Parameters<typeof nativeDevice>[0], threads);

let device: Device | undefined;
/** One thread, opened once and shared. */
export const native = (): Device => (device ??= openNative());
