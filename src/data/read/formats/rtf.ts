/**
 * Rich text (RTF) to text, in one pass over the bytes. Source: RTF specification 1.9.1. Destinations that hold no
 * running text (fonts, styles, pictures, fields' codes) are left out; \\u characters, code page 1252 and 125x are read.
 */
import { UnmaskError } from "../../../base/index.ts";
import type { FormatReader, ReaderInput } from "../reader.ts";
import { wholeOf } from "../source.ts";
import { documentSplit, splitPieces } from "./text.ts";

interface Group {
  skipped: boolean;
  /** Characters that follow a \\u for readers that do not know it. */
  fallback: number;
}

const destinations = new Set(
  "fonttbl colortbl stylesheet info pict object header headerl headerr headerf footer footerl footerr footerf fldinst themedata colorschememapping latentstyles datastore listtable listoverridetable rsidtbl generator xmlnstbl filetbl revtbl mmathPr pgdsctbl bkmkstart bkmkend annotation atnid atnauthor".split(
    " ",
  ),
);
const written: Record<string, string> = {
  par: "\n\n", sect: "\n\n", page: "\n\n", row: "\n\n", line: "\n", tab: " ", cell: " ", emdash: "—", endash: "–", bullet: "•",
  lquote: "‘", rquote: "’", ldblquote: "“", rdblquote: "”", emspace: " ", enspace: " ",
}; // prettier-ignore
const MAX_DEPTH = 5000;
/** Pieces handed on, so that a long file is not one string. */
const PIECE = 64 * 1024;

const isLetter = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
const isDigit = (code: number): boolean => code >= 48 && code <= 57;

export function* rtfText(bytes: Uint8Array): Generator<string> {
  const open: Group[] = [];
  let group: Group = { skipped: false, fallback: 1 };
  let decoder = new TextDecoder("windows-1252");
  let pending: number[] = [];
  let parts: string[] = [];
  let length = 0;
  let swallow = 0;
  const put = (text: string): void => {
    if (group.skipped) return;
    parts.push(text);
    length += text.length;
  };
  const flush = (): void => {
    if (pending.length > 0) put(decoder.decode(Uint8Array.from(pending)));
    pending = [];
  };
  const byte = (value: number): void => {
    if (swallow > 0) swallow--;
    else if (!group.skipped) pending.push(value);
  };
  for (let at = 0; at < bytes.length;) {
    const code = bytes[at]!;
    if (code !== 0x5c && code !== 0x7b && code !== 0x7d) {
      if (code !== 10 && code !== 13 && code !== 0) byte(code);
      at++;
    } else if (code === 0x7b) {
      flush();
      if (open.length >= MAX_DEPTH)
        throw new UnmaskError(
          "data/too-deep",
          `Groups may lie ${MAX_DEPTH} deep in one another; here they lie deeper.`,
          "Save the text as .txt.",
        );
      open.push(group);
      group = { ...group };
      at++;
    } else if (code === 0x7d) {
      flush();
      group = open.pop() ?? group;
      swallow = 0;
      at++;
    } else {
      const next = bytes[at + 1] ?? 0;
      if (next === 0x27) {
        const value = parseInt(String.fromCharCode(bytes[at + 2] ?? 0, bytes[at + 3] ?? 0), 16);
        if (!Number.isNaN(value)) byte(value);
        at += 4;
      } else if (!isLetter(next)) {
        flush();
        if (next === 0x2a) group.skipped = true;
        else if (next === 0x7e) put("\u00a0");
        else if (next === 0x5f) put("-");
        else if (next === 10 || next === 13) put("\n\n");
        else if (next === 0x5c || next === 0x7b || next === 0x7d) byte(next);
        at += 2;
      } else {
        flush();
        let end = at + 1;
        while (end < bytes.length && end < at + 33 && isLetter(bytes[end]!)) end++;
        const word = String.fromCharCode(...bytes.subarray(at + 1, end));
        let digits = end;
        if (bytes[digits] === 0x2d) digits++;
        while (digits < bytes.length && digits < end + 11 && isDigit(bytes[digits]!)) digits++;
        const given = digits > end ? Number(String.fromCharCode(...bytes.subarray(end, digits))) : undefined;
        at = bytes[digits] === 0x20 ? digits + 1 : digits;
        if (destinations.has(word)) group.skipped = true;
        else if (word === "u" && given !== undefined) {
          put(String.fromCharCode(given & 0xffff));
          swallow = group.fallback;
        } else if (word === "uc") group.fallback = Math.max(0, Math.min(given ?? 1, 16));
        else if (word === "bin") at = Math.min(bytes.length, at + Math.max(0, given ?? 0));
        else if (word === "ansicpg") decoder = decoderOf(given);
        else if (Object.hasOwn(written, word)) put(written[word]!);
      }
    }
    if (pending.length > PIECE) flush();
    if (length > PIECE) {
      yield parts.join("");
      parts = [];
      length = 0;
    }
  }
  flush();
  yield parts.join("");
}

/** 1250 to 1258 are known to every TextDecoder; others are read as 1252. */
function decoderOf(page: number | undefined): TextDecoder {
  return new TextDecoder(page !== undefined && page >= 1250 && page <= 1258 ? `windows-${page}` : "windows-1252");
}

async function* pieces(input: ReaderInput): AsyncGenerator<string> {
  yield* rtfText(await wholeOf(input.source, input.limits.wholeBytes.value, "An RTF file", input.signal));
}

export const rtfReader: FormatReader = {
  read: (input, { split }) => splitPieces(pieces(input), documentSplit(split), input),
};
