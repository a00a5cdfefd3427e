/**
 * Safetensors files, read and written. A tensor read is a view of the file's bytes, not a copy; its
 * offset may be unaligned, which `toFloat32` minds. Knows nothing of models.
 */
import { UnmaskError } from "../../base/index.ts";
import {
  elementBytes,
  headerLength,
  prefixBytes,
  readHeader,
  type HeaderEntry,
  type SafetensorsType,
} from "./safetensors-header.ts";

export type { SafetensorsType };
export interface RawTensor {
  type: SafetensorsType;
  shape: number[];
  /** Little-endian, as stored. */
  data: Uint8Array;
}
/** The same, still in its file. */
export interface RawSource extends Omit<RawTensor, "data"> {
  read(): Promise<Uint8Array>;
}
export interface SafetensorsFile {
  tensors: Map<string, RawTensor>;
  metadata: Map<string, string>;
}
/** A file whose parts are read on demand, so that a large one is never in memory twice. */
export interface RandomAccess {
  sizeBytes: number;
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** @throws models/bad-safetensors naming the file, the place and what is wrong. */
export function readSafetensors(bytes: Uint8Array, file = "model.safetensors"): SafetensorsFile {
  const dataStart = prefixBytes + headerLength(bytes.subarray(0, prefixBytes), bytes.length, file);
  const { entries, metadata } = readHeader(bytes.subarray(prefixBytes, dataStart), bytes.length - dataStart, file);
  const tensors = new Map(
    entries.map(({ name, type, shape, begin, end }) => [
      name,
      { type, shape, data: bytes.subarray(dataStart + begin, dataStart + end) },
    ]),
  );
  return { tensors, metadata };
}

/** As `readSafetensors`, but only the header is read: each tensor comes from the file when it is asked for. */
export async function openSafetensors(
  source: RandomAccess,
  file = "model.safetensors",
): Promise<{ tensors: Map<string, RawSource>; metadata: Map<string, string> }> {
  const prefix = await source.read(0, Math.min(prefixBytes, source.sizeBytes));
  const dataStart = prefixBytes + headerLength(prefix, source.sizeBytes, file);
  const json = await source.read(prefixBytes, dataStart);
  const { entries, metadata } = readHeader(json, source.sizeBytes - dataStart, file);
  const tensors = new Map<string, RawSource>();
  for (const { name, type, shape, begin, end } of entries.sort((a: HeaderEntry, b: HeaderEntry) => a.begin - b.begin))
    tensors.set(name, { type, shape, read: () => source.read(dataStart + begin, dataStart + end) });
  return { tensors, metadata };
}

/**
 * One file of the tensors given: by falling element size, then by name, as the reference
 * implementation writes them, so that every tensor is aligned. Same input, same bytes.
 * @throws models/bad-tensor for a repeated name or a size that does not fit the shape.
 */
export function writeSafetensors(
  tensors: readonly ({ name: string } & RawTensor)[],
  metadata: Record<string, string> = {},
): Uint8Array<ArrayBuffer> {
  const order = [...tensors].sort(
    (a, b) => elementBytes[b.type] - elementBytes[a.type] || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0),
  );
  const header = new Map<string, unknown>();
  if (Object.keys(metadata).length > 0) header.set("__metadata__", metadata);
  let at = 0;
  for (const { name, type, shape, data } of order) {
    const size = shape.reduce((product, n) => product * n, elementBytes[type]);
    if (header.has(name) || name === "__metadata__" || name === "__proto__" || size !== data.length)
      throw new UnmaskError(
        "models/bad-tensor",
        `Tensor "${name}" must have a name of its own and ${size} bytes; found ${data.length}.`,
        "This is a fault of ours: report it with the model's name.",
        { tensor: name, expected: size, found: data.length },
      );
    header.set(name, { dtype: type, shape, data_offsets: [at, at + size] });
    at += size;
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const dataStart = Math.ceil((prefixBytes + json.length) / 8) * 8;
  const bytes = new Uint8Array(dataStart + at);
  new DataView(bytes.buffer).setUint32(0, dataStart - prefixBytes, true); // a header never reaches 4 GB
  bytes.fill(0x20, prefixBytes, dataStart); // the format pads with spaces
  bytes.set(json, prefixBytes);
  let place = dataStart;
  for (const { data } of order) {
    bytes.set(data, place);
    place += data.length;
  }
  return bytes;
}
