/**
 * The header of a safetensors file, checked in full before a byte of data is touched: a downloaded or
 * dropped file may lie. Knows nothing of models.
 * Source: the safetensors format (8 bytes little-endian header length, JSON, data), and the checks of its
 * reference implementation 0.8: tensors must tile the data exactly, without holes, overlaps or a rest.
 */
import { UnmaskError } from "../../base/index.ts";
import { isObject, quoted, type JsonObject } from "./json.ts";

/** Bytes an element. */
export const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E4M3: 1,
  F8_E5M2: 1,
  U16: 2,
  I16: 2,
  F16: 2,
  BF16: 2,
  U32: 4,
  I32: 4,
  F32: 4,
  U64: 8,
  I64: 8,
  F64: 8,
} as const;
export type SafetensorsType = keyof typeof elementBytes;

export interface HeaderEntry {
  name: string;
  type: SafetensorsType;
  shape: number[];
  /** Within the data that follows the header. */
  begin: number;
  end: number;
}
export interface Header {
  entries: HeaderEntry[];
  metadata: Map<string, string>;
}

/** The length field itself. */
export const prefixBytes = 8;
/** As the reference implementation's limit. */
const maxHeaderBytes = 100_000_000;
const maxRank = 32;
/** The object, an entry in it, a list in that. */
const maxDepth = 3;

export type Problem =
  "truncated" | "header-length" | "json" | "duplicate" | "entry" | "type" | "shape" | "offsets" | "overlap" | "hole";

export function badSafetensors(file: string, problem: Problem, fact: string, tensor?: string): UnmaskError {
  const place = tensor === undefined ? "header" : `tensor ${quoted(tensor)}`;
  return new UnmaskError(
    "models/bad-safetensors",
    `${file}, ${place}: ${fact}`,
    "The file is cut off, damaged or no safetensors file: download or export it again.",
    { file, problem, tensor: tensor === undefined ? null : quoted(tensor) },
  );
}

/**
 * Length of the JSON header, from the file's first 8 bytes.
 * @throws models/bad-safetensors
 */
export function headerLength(prefix: Uint8Array, fileBytes: number, file: string): number {
  if (prefix.length < prefixBytes)
    throw badSafetensors(file, "truncated", `a file must have at least ${prefixBytes} bytes; found ${fileBytes}.`);
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefixBytes);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length < 2 || length > maxHeaderBytes)
    throw badSafetensors(
      file,
      "header-length",
      `its length must be between 2 and ${maxHeaderBytes} bytes; the file says ${length}.`,
    );
  if (length > fileBytes - prefixBytes)
    throw badSafetensors(
      file,
      "truncated",
      `the file says its header has ${length} bytes; ${fileBytes - prefixBytes} follow.`,
    );
  return length;
}

/**
 * Parses and checks the JSON header against the number of data bytes that follow it.
 * @throws models/bad-safetensors naming the file, the tensor and what is wrong.
 */
export function readHeader(json: Uint8Array, dataBytes: number, file: string): Header {
  const fields = parse(json, file);
  const metadata = new Map<string, string>();
  const entries: HeaderEntry[] = [];
  for (const [name, value] of Object.entries(fields)) {
    if (name === "__metadata__") readMetadata(value, metadata, file);
    else entries.push(readEntry(name, value, dataBytes, file));
  }
  checkTiling(entries, dataBytes, file);
  return { entries, metadata };
}

function parse(json: Uint8Array, file: string): JsonObject {
  let value: unknown;
  let twice: string | undefined;
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(json);
    twice = repeatedKey(text);
    value = JSON.parse(text);
  } catch {
    throw badSafetensors(file, "json", "it must be JSON in UTF-8, three levels deep; it could not be parsed.");
  }
  if (!isObject(value)) throw badSafetensors(file, "json", "it must be a JSON object.");
  if (twice !== undefined)
    throw badSafetensors(file, "duplicate", `names must be unique and plain; found ${quoted(twice)}.`);
  return value;
}

/**
 * The first key that stands twice in one object, or that could be taken for a prototype. JSON.parse silently keeps the
 * last of two, so a lying header could show one thing to a checker and another to a reader. Runs before JSON.parse, so
 * it also refuses what is nested deeper than a header can be: that would cost the parser gigabytes.
 */
function repeatedKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "{" || c === "[") {
      if (open.push(new Set()) > maxDepth) throw new SyntaxError("nested too deep");
    } else if (c === "}" || c === "]") open.pop();
    else if (c === '"') {
      const start = i;
      for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++;
      let next = i + 1;
      while (/\s/.test(text[next] ?? "")) next++;
      const seen = open.at(-1);
      if (text[next] !== ":" || seen === undefined) continue;
      const key = JSON.parse(text.slice(start, i + 1)) as string;
      if (seen.has(key) || key === "__proto__") return key;
      seen.add(key);
    }
  }
  return undefined;
}

function readMetadata(value: unknown, metadata: Map<string, string>, file: string): void {
  if (!isObject(value)) throw badSafetensors(file, "entry", "__metadata__ must be an object of texts.");
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string") throw badSafetensors(file, "entry", "__metadata__ must hold texts only.");
    metadata.set(key, text);
  }
}

const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;

function readEntry(name: string, value: unknown, dataBytes: number, file: string): HeaderEntry {
  if (!isObject(value)) throw badSafetensors(file, "entry", "its entry must be an object.", name);
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== "string" || !Object.hasOwn(elementBytes, dtype))
    throw badSafetensors(
      file,
      "type",
      `dtype must be one of ${Object.keys(elementBytes).join(", ")}; found ${quoted(dtype)}.`,
      name,
    );
  const type = dtype as SafetensorsType;
  if (!Array.isArray(shape) || shape.length > maxRank || !shape.every(isCount))
    throw badSafetensors(
      file,
      "shape",
      `shape must be at most ${maxRank} whole numbers; found ${quoted(shape)}.`,
      name,
    );
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount))
    throw badSafetensors(file, "offsets", `data_offsets must be two whole numbers; found ${quoted(offsets)}.`, name);
  const [begin, end] = offsets as [number, number];
  if (begin > end || end > dataBytes)
    throw badSafetensors(
      file,
      end > dataBytes ? "truncated" : "offsets",
      `it must lie within the ${dataBytes} bytes of data; the header says ${begin} to ${end}.`,
      name,
    );
  let size: number = elementBytes[type];
  let largest = size; // a zero must not hide an overflow
  for (const n of shape) largest = Math.max(largest, (size *= n));
  if (!Number.isSafeInteger(largest) || size !== end - begin)
    throw badSafetensors(
      file,
      "shape",
      `${type} of shape (${shape.join(", ")}) takes ${size} bytes; the header gives it ${end - begin}.`,
      name,
    );
  return { name, type, shape: [...shape], begin, end };
}

/** Tensors follow one another from the first byte of data to the last. */
function checkTiling(entries: readonly HeaderEntry[], dataBytes: number, file: string): void {
  const sorted = [...entries].sort((a, b) => a.begin - b.begin || a.end - b.end);
  let at = 0;
  for (const { name, begin, end } of sorted) {
    if (begin < at)
      throw badSafetensors(file, "overlap", `it begins at byte ${begin}, inside the tensor before it.`, name);
    if (begin > at) throw badSafetensors(file, "hole", `bytes ${at} to ${begin} before it belong to no tensor.`, name);
    at = end;
  }
  if (at !== dataBytes)
    throw badSafetensors(file, "hole", `tensors end at byte ${at} of the data; ${dataBytes} bytes are there.`);
}
