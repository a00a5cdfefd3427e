/**
 * WebGPU in Node: npm's `webgpu` (Dawn) over whatever Vulkan driver is installed, such as Mesa's
 * lavapipe. Returns undefined with a printed reason where there is no adapter.
 */
export async function startDawn(): Promise<GPUAdapter | undefined> {
  try {
    const { create, globals } = (await import("webgpu")) as { create: (o: string[]) => GPU; globals: object };
    Object.assign(globalThis, globals);
    const gpu = create([]);
    // Node 20 has no navigator at all.
    const navigator = (globalThis as { navigator?: object }).navigator ?? { hardwareConcurrency: 2 };
    Object.defineProperty(globalThis, "navigator", { value: navigator, configurable: true });
    Object.defineProperty(navigator, "gpu", { value: gpu, configurable: true });
    keepAwake();
    const adapter = await gpu.requestAdapter();
    if (adapter === null) throw new Error("no adapter");
    // Dawn's Node binding refuses views of shared memory, which ONNX Runtime's heap is: copy first.
    const queue = (globalThis as unknown as { GPUQueue: { prototype: GPUQueue } }).GPUQueue.prototype;
    const original = queue.writeBuffer;
    queue.writeBuffer = function (buffer, at, data, from = 0, size) {
      const view = ArrayBuffer.isView(data)
        ? new Uint8Array(
            data.buffer as ArrayBuffer,
            data.byteOffset + from * bytesOf(data),
            size === undefined ? data.byteLength - from * bytesOf(data) : size * bytesOf(data),
          )
        : new Uint8Array(data as ArrayBuffer, from, size);
      original.call(this, buffer, at, new Uint8Array(view));
    };
    return adapter;
  } catch (error) {
    console.log(`absent: device: no WebGPU in Node (${(error as Error).message})`);
    return undefined;
  }
}

const bytesOf = (view: ArrayBufferView): number => (view as Uint8Array).BYTES_PER_ELEMENT ?? 1;

/**
 * Dawn's pending callbacks do not keep Node's event loop alive. A process with nothing else to wait for (no parent's
 * channel, no timer) then stops in `DrainTasks` until V8 has optimised all of ONNX Runtime's WebAssembly: measured 48 s
 * of processor time for a two-layer model whose step takes 2, and a quarter of an hour on a busy machine.
 */
let timer: ReturnType<typeof setInterval> | undefined;
function keepAwake(): void {
  timer ??= setInterval(() => undefined, 20);
}
