/** The device that the methods' rows run on: native ONNX Runtime, one thread, opened once. */
import * as ort from "onnxruntime-node";
import { nativeDevice, type Device } from "../../src/runtime/index.ts";

let device: Device | undefined;
export const native = (): Device => (device ??= nativeDevice(ort as unknown as Parameters<typeof nativeDevice>[0], 1));
