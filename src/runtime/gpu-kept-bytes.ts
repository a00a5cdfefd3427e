/**
 * Bytes of a device's buffers that nobody has destroyed, counted from the first call for a device on. ONNX Runtime keeps
 * the buffers of every shape that it ever computed for the next run of that shape, as long as its device lives; only
 * WebGPU's own calls tell how many those are.
 */
const counted = new WeakMap<GPUDevice, { bytes: number }>();

export function keptBytes(device: GPUDevice): number {
  const known = counted.get(device);
  if (known !== undefined) return known.bytes;
  const kept = { bytes: 0 };
  counted.set(device, kept);
  const { createBuffer } = device;
  device.createBuffer = (descriptor) => {
    const buffer = createBuffer.call(device, descriptor);
    const { destroy } = buffer;
    let size = buffer.size;
    kept.bytes += size;
    buffer.destroy = () => {
      kept.bytes -= size;
      size = 0; // it may be destroyed again
      return destroy.call(buffer);
    };
    return buffer;
  };
  return 0;
}
