/**
 * Members of a tar file as it flows: ustar, GNU long names, pax paths and sizes. Each member must be read (or left)
 * before the next is asked for. Source: POSIX.1-2017 pax, GNU tar manual "Basic Tar Format".
 */
import { damagedArchive, type ArchiveBudget } from "./budget.ts";
import { tarChecksum } from "../signatures.ts";

export interface TarMember {
  path: string;
  size: number;
  bytes(): AsyncGenerator<Uint8Array>;
}

const BLOCK = 512;
/** Long names and pax headers are small; larger ones are not believed. */
const MAX_EXTENSION_BYTES = 1024 * 1024;

/** Bytes of a stream in portions of the asker's choice. */
class Portions {
  readonly #flow: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(stream: AsyncIterable<Uint8Array>) {
    this.#flow = stream[Symbol.asyncIterator]();
  }
  /** The next bytes, at most so many; undefined at the end. */
  async some(most: number): Promise<Uint8Array | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#flow.next();
      if (next.done === true) return undefined;
      this.#rest = next.value;
    }
    const taken = this.#rest.subarray(0, most);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }
  /** Exactly so many, fewer only at the end. */
  async exactly(count: number): Promise<Uint8Array> {
    const bytes = new Uint8Array(count);
    let at = 0;
    while (at < count) {
      const part = await this.some(count - at);
      if (part === undefined) return bytes.subarray(0, at);
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }
}

const text = (bytes: Uint8Array): string => {
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

/** Octal, or binary where the first bit says so (GNU, files over 8 GB). */
function numberOf(field: Uint8Array): number {
  if ((field[0]! & 0x80) === 0) return parseInt(text(field).trim() || "0", 8);
  return field.subarray(1).reduce((sum, byte) => sum * 256 + byte, field[0]! & 0x7f);
}

/** "27 path=a/b.txt\n" lines: a length that counts itself, a key, a value. */
function paxRecords(bytes: Uint8Array): Map<string, string> {
  const records = new Map<string, string>();
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const length = space < 0 ? 0 : Number(text(bytes.subarray(at, space)));
    if (!Number.isSafeInteger(length) || length <= space - at || at + length > bytes.length) break;
    const [key = "", ...value] = text(bytes.subarray(space + 1, at + length - 1)).split("=");
    records.set(key, value.join("="));
    at += length;
  }
  return records;
}

export async function* tarMembers(stream: AsyncIterable<Uint8Array>, budget: ArchiveBudget): AsyncGenerator<TarMember> {
  const portions = new Portions(stream);
  let named: { path?: string | undefined; size?: number | undefined } = {};
  for (;;) {
    const header = await portions.exactly(BLOCK);
    if (header.length === 0 || header.every((byte) => byte === 0)) return;
    if (header.length < BLOCK) throw damagedArchive("tar archive", "it ends inside a header");
    if (parseInt(text(header.subarray(148, 156)).trim(), 8) !== tarChecksum(header))
      throw damagedArchive("tar archive", "a header's checksum differs");
    const size = named.size ?? numberOf(header.subarray(124, 136));
    if (!Number.isSafeInteger(size) || size < 0) throw damagedArchive("tar archive", "a file's size is no number");
    const kind = String.fromCharCode(header[156]!);
    const padding = (BLOCK - (size % BLOCK)) % BLOCK;
    if (kind === "L" || kind === "x" || kind === "g" || kind === "K") {
      budget.member();
      if (size > MAX_EXTENSION_BYTES) throw damagedArchive("tar archive", "a file name is too long to be one");
      const extension = await portions.exactly(size);
      await portions.exactly(padding);
      if (kind === "L") named.path = text(extension);
      if (kind === "x") {
        const records = paxRecords(extension);
        const told = Number(records.get("size") ?? NaN);
        named = { path: records.get("path") ?? named.path, ...(Number.isSafeInteger(told) ? { size: told } : {}) };
      }
      continue;
    }
    const prefix = text(header.subarray(257, 263)) === "ustar" ? text(header.subarray(345, 500)) : "";
    const path = named.path ?? `${prefix === "" ? "" : `${prefix}/`}${text(header.subarray(0, 100))}`;
    named = {};
    let left = size;
    async function* bytes(): AsyncGenerator<Uint8Array> {
      while (left > 0) {
        const part = await portions.some(left);
        if (part === undefined) throw damagedArchive("tar archive", "it ends inside a file");
        left -= part.length;
        yield part;
      }
    }
    // Links, folders and devices have no text.
    if (kind === "0" || kind === "\0" || kind === "7") {
      budget.member();
      yield { path, size, bytes };
    }
    while (left > 0) {
      const part = await portions.some(left);
      if (part === undefined) throw damagedArchive("tar archive", "it ends inside a file");
      left -= part.length;
    }
    await portions.exactly(padding);
  }
}
