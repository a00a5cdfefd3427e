/**
 * Bytes to text for the four encodings we read. Knows how to find the encoding of a file's first part
 * and how to go on when a later part turns out not to fit. Source of the byte table: WHATWG Encoding
 * Standard, windows-1252 (bytes 0x80-0x9F differ from Latin-1).
 */
import type { FilePreview } from "../../contract/index.ts";

export type Encoding = Exclude<FilePreview["encoding"], "">;

// prettier-ignore
const WINDOWS_1252 = [
  0x20ac, 0x81, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0x8d, 0x017d, 0x8f,
  0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0x9d, 0x017e, 0x0178,
];

/**
 * TextDecoder knows windows-1252 too, but some Node 22 and 23 releases decode 0x80-0x9F as control
 * characters (nodejs/node issue 56542), so curly quotes would vanish. Delete when Node 24 is the floor.
 */
function decodeWindows1252(bytes: Uint8Array): string {
  const codes = new Uint16Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    codes[i] = byte >= 0x80 && byte < 0xa0 ? WINDOWS_1252[byte - 0x80]! : byte;
  }
  return new TextDecoder("utf-16le", { ignoreBOM: true }).decode(codes);
}

/** How many bytes at the end belong to a UTF-8 character that goes on in the next slice. */
function unfinishedUtf8(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? back : 0;
    }
  }
  return 0;
}

function tryUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined; // the decoder's way of saying "not UTF-8"
    throw error;
  }
}

/** Bytes that are not UTF-8: mostly damaged UTF-8, or not UTF-8 at all? */
function mostlyUtf8(bytes: Uint8Array): { text: string; damaged: number; mostly: boolean } {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  let damaged = 0;
  let other = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0xfffd) damaged++;
    else if (code > 0x7f) other++;
  }
  return { text, damaged, mostly: other > damaged };
}

/** UTF-16 without a byte order mark shows as zero bytes on every other place of ordinary text. */
function utf16WithoutMark(bytes: Uint8Array): Encoding | undefined {
  const score = (label: "utf-16le" | "utf-16be"): number => {
    const text = new TextDecoder(label).decode(bytes.subarray(0, Math.min(bytes.length & ~1, 4096)));
    let good = 0;
    for (const character of text) {
      const code = character.codePointAt(0)!;
      if (code === 0xfffd || (code < 32 && code !== 10 && code !== 13 && code !== 9)) return 0;
      if (code === 32 || code === 10) good++;
    }
    return good / Math.max(1, text.length);
  };
  if (bytes.length < 2 || !bytes.includes(0)) return undefined;
  const [little, big] = [score("utf-16le"), score("utf-16be")];
  // A single short line may hold no blank at all; then one of the two still decodes without control characters.
  const ascii = (offset: 0 | 1): boolean => {
    for (let i = offset; i < Math.min(bytes.length & ~1, 4096); i += 2) if (bytes[i] !== 0) return false;
    return true;
  };
  if (little > big && little > 0.01) return "utf-16le";
  if (big > little && big > 0.01) return "utf-16be";
  if (ascii(1)) return "utf-16le";
  return ascii(0) ? "utf-16be" : undefined;
}

/** The encoding of a file's first part, and how many bytes its byte order mark takes. */
export function findEncoding(bytes: Uint8Array): { encoding: Encoding; markBytes: number } {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: "utf-8", markBytes: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: "utf-16le", markBytes: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: "utf-16be", markBytes: 2 };
  const wide = utf16WithoutMark(bytes);
  if (wide !== undefined) return { encoding: wide, markBytes: 0 };
  const whole = bytes.subarray(0, bytes.length - unfinishedUtf8(bytes));
  if (tryUtf8(whole) !== undefined || mostlyUtf8(whole).mostly) return { encoding: "utf-8", markBytes: 0 };
  return { encoding: "windows-1252", markBytes: 0 };
}

/** Text of a file's first part; a character cut off at its end is left away. */
export function decodeHead(bytes: Uint8Array, found: { encoding: Encoding; markBytes: number }): string {
  const decoder = new StreamDecoder(found.encoding);
  return decoder.decode(bytes.subarray(found.markBytes), false);
}

/** What a decoder had to do to go on. */
export type DecodeNotice = { kind: "switched" } | { kind: "damaged"; characters: number };

/**
 * Decodes slice by slice. A file that began as plain ASCII and later shows bytes that are not UTF-8 is
 * read on as Windows-1252; damaged UTF-8 is read on with replacement characters. Both are in `notices`.
 */
export class StreamDecoder {
  #encoding: Encoding;
  #carry: Uint8Array = new Uint8Array(0);
  #onlyAscii = true;
  #switched = false;
  #damaged = 0;
  readonly #wide: TextDecoder | undefined;

  constructor(encoding: Encoding) {
    this.#encoding = encoding;
    this.#wide = encoding.startsWith("utf-16") ? new TextDecoder(encoding, { ignoreBOM: true }) : undefined;
  }

  decode(bytes: Uint8Array, last: boolean): string {
    if (this.#wide !== undefined) return this.#wide.decode(bytes, { stream: !last });
    if (this.#encoding === "windows-1252") return decodeWindows1252(bytes);
    const joined = this.#carry.length === 0 ? bytes : concatBytes(this.#carry, bytes);
    const rest = last ? 0 : unfinishedUtf8(joined);
    const whole = joined.subarray(0, joined.length - rest);
    this.#carry = joined.slice(joined.length - rest);
    const text = tryUtf8(whole);
    if (text !== undefined) {
      this.#onlyAscii &&= text.length === whole.length;
      return text;
    }
    const damaged = mostlyUtf8(whole);
    if (this.#onlyAscii && !damaged.mostly) {
      this.#encoding = "windows-1252";
      this.#switched = true;
      this.#carry = new Uint8Array(0);
      return decodeWindows1252(joined);
    }
    this.#damaged += damaged.damaged;
    this.#onlyAscii = false;
    return damaged.text;
  }

  get notices(): DecodeNotice[] {
    const notices: DecodeNotice[] = [];
    if (this.#switched) notices.push({ kind: "switched" });
    if (this.#damaged > 0) notices.push({ kind: "damaged", characters: this.#damaged });
    return notices;
  }
}

function concatBytes(first: Uint8Array, second: Uint8Array): Uint8Array {
  const joined = new Uint8Array(first.length + second.length);
  joined.set(first);
  joined.set(second, first.length);
  return joined;
}
