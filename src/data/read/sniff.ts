/**
 * What a file is, judged by its first bytes and only then by its name: format, encoding, or why it
 * cannot be read as text. Does not read the file itself.
 */
import { UnmaskError, type WireError } from "../../base/index.ts";
import type { FilePreview, TextFormat } from "../../contract/index.ts";
import { decodeHead, findEncoding, type Encoding } from "./encoding.ts";

export interface Sniffed {
  format: TextFormat;
  encoding: Encoding;
  /** Length of the byte order mark, to be left out. */
  markBytes: number;
  problem?: NonNullable<FilePreview["problem"]>;
}

/** Files that people drop by mistake; first bytes as in their specifications. */
const signatures: { name: string; bytes: number[]; hint: string }[] = [
  { name: "a PDF", bytes: [0x25, 0x50, 0x44, 0x46, 0x2d], hint: "Save its text as a .txt file and drop that." },
  {
    name: "a zip archive (or a Word, Excel or e-book file, which are zip archives inside)",
    bytes: [0x50, 0x4b, 0x03, 0x04],
    hint: "Unpack it, or save the document as plain text (.txt), and drop that.",
  },
  { name: "a gzip archive", bytes: [0x1f, 0x8b], hint: "Unpack it first." },
  { name: "a PNG picture", bytes: [0x89, 0x50, 0x4e, 0x47], hint: "Only text files can be read." },
  { name: "a JPEG picture", bytes: [0xff, 0xd8, 0xff], hint: "Only text files can be read." },
  {
    name: "an old Word or Excel file",
    bytes: [0xd0, 0xcf, 0x11, 0xe0],
    hint: "Save it as plain text (.txt) or .csv and drop that.",
  },
];
/** Ordinary text has no control characters but tab, line feed, form feed, return and escape. */
const CONTROL_SHARE_LIMIT = 0.02;

const problemOf = (error: UnmaskError): NonNullable<FilePreview["problem"]> => {
  const { code, message, hint }: WireError = error;
  return { code, message, hint };
};

function binaryProblem(bytes: Uint8Array, encoding: Encoding, name: string): FilePreview["problem"] {
  const known = signatures.find((signature) => signature.bytes.every((byte, i) => bytes[i] === byte));
  if (known !== undefined)
    return problemOf(
      new UnmaskError("data/binary-file", `"${name}" should be a text file, but it is ${known.name}.`, known.hint),
    );
  if (encoding.startsWith("utf-16")) return undefined;
  let control = 0;
  let zero = 0;
  for (const byte of bytes) {
    if (byte === 0) zero++;
    else if (byte < 32 && !(byte >= 9 && byte <= 13) && byte !== 27) control++;
  }
  if (zero === 0 && control <= bytes.length * CONTROL_SHARE_LIMIT) return undefined;
  return problemOf(
    new UnmaskError(
      "data/binary-file",
      `"${name}" should be a text file, but it holds bytes that no text has (binary data).`,
      "Drop text files: .txt, .md, .csv, .tsv, .jsonl or .json.",
      { zeroBytes: zero, controlBytes: control },
    ),
  );
}

const extensionFormat: Record<string, TextFormat> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
};

/** True when the first two whole lines are each a JSON object or string of their own. */
function looksLikeJsonLines(text: string, wholeFile: boolean): boolean {
  const lines = text.split(/\r?\n/);
  if (!wholeFile && lines.length > 1) lines.pop();
  const filled = lines.filter((line) => line.trim() !== "");
  // One broken line must not hide what the file is: two of the first five are enough.
  const good = filled.slice(0, 5).filter((line) => /^\s*\{/.test(line) && isJson(line)).length;
  return good >= Math.min(2, filled.length) && good > 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function formatOf(text: string, name: string, wholeFile: boolean): TextFormat {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const byName = extensionFormat[extension] ?? "text";
  const firstCharacter = text.trimStart()[0] ?? "";
  if (byName === "jsonl") {
    // A .jsonl that is one array over many lines is plain JSON.
    return firstCharacter === "[" && !isJson(text.trimStart().split(/\r?\n/, 1)[0]!) ? "json" : "jsonl";
  }
  // Several objects, one a line, whatever the name says (a single object alone is JSON).
  const several = text.trim().includes("\n");
  if (firstCharacter === "{" && several && looksLikeJsonLines(text, wholeFile)) return "jsonl";
  if (byName === "csv") {
    const [first = ""] = text.split(/\r?\n/, 1);
    const count = (character: string): number => first.split(character).length - 1;
    return count("\t") > 0 && count("\t") >= count(",") ? "tsv" : "csv";
  }
  return byName;
}

/** @param bytes the first part of the file; the whole of it when `wholeFile`. */
export function sniff(bytes: Uint8Array, name: string, wholeFile = true): Sniffed {
  if (bytes.length === 0) return emptyFile(name);
  const found = findEncoding(bytes);
  const problem = binaryProblem(bytes, found.encoding, name);
  if (problem !== undefined) return { format: "text", ...found, problem };
  const text = decodeHead(bytes, found);
  if (wholeFile && text.trim() === "") return emptyFile(name);
  return { format: formatOf(text, name, wholeFile), ...found };
}

function emptyFile(name: string): Sniffed {
  const error = new UnmaskError(
    "data/empty-file",
    `"${name}" should hold text, but it is empty.`,
    "Pick another file, or check that it was saved.",
  );
  return { format: "text", encoding: "utf-8", markBytes: 0, problem: problemOf(error) };
}
