/** The parts of tokenizer.json and tokenizer_config.json that this room reads itself. */
import { crc32, hashString, UnmaskError } from "../../base/index.ts";
import type { ModelFiles } from "../../contract/index.ts";

export interface TokenizerFacts {
  json: object;
  config: Record<string, unknown>;
  /** Piece of every id; ids without a piece are missing. */
  pieces: Map<number, string>;
  /** Highest id plus one. */
  size: number;
  /** Byte-level pieces (RoBERTa): a space belongs to the word that follows it. */
  byteLevel: boolean;
}

/** Fingerprint of tokenizer.json; equals the one the models room puts into a model's summary (tested). */
export function tokenizerFingerprint(files: ModelFiles): string {
  const text = files["tokenizer.json"] ?? "";
  const hex = (value: number): string => value.toString(16).padStart(8, "0");
  return `${hex(crc32(new TextEncoder().encode(text)))}${hex(hashString(text))}-${text.length}`;
}

/** @throws data/bad-tokenizer */
export function readTokenizerFiles(files: ModelFiles): TokenizerFacts {
  const json = parse(files, "tokenizer.json");
  if (json === undefined)
    throw bad("The model has no tokenizer.json.", "Add the model's tokenizer.json to its folder and open it again.");
  const config = parse(files, "tokenizer_config.json") ?? {};
  const pieces = new Map<number, string>();
  const vocabulary = (json["model"] as { vocab?: unknown } | null | undefined)?.vocab;
  if (Array.isArray(vocabulary))
    vocabulary.forEach((entry: unknown, id) => Array.isArray(entry) && pieces.set(id, String(entry[0])));
  else if (typeof vocabulary === "object" && vocabulary !== null)
    for (const [piece, id] of Object.entries(vocabulary)) if (typeof id === "number") pieces.set(id, piece);
  const added = json["added_tokens"];
  if (Array.isArray(added))
    for (const token of added as { id?: unknown; content?: unknown }[])
      if (typeof token.id === "number" && typeof token.content === "string") pieces.set(token.id, token.content);
  if (pieces.size === 0)
    throw bad("tokenizer.json must hold a vocabulary, but none was found.", "Take it from the model again.");
  let size = 0;
  for (const id of pieces.keys()) size = Math.max(size, id + 1);
  const byteLevel = kindsIn(json["pre_tokenizer"]).includes("ByteLevel");
  return { json, config: plainTokens(config), pieces, size, byteLevel };
}

/** Types of a normalizer or pre-tokenizer, those inside a sequence too. */
function kindsIn(part: unknown): string[] {
  if (typeof part !== "object" || part === null) return [];
  const { type, pretokenizers, normalizers } = part as Record<string, unknown>;
  const inner = [pretokenizers, normalizers].flatMap((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return type === "Sequence" ? inner.flatMap(kindsIn) : [String(type)];
}

/** Older files write special tokens as objects in several shapes; the library wants their text. */
function plainTokens(config: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const content = name.endsWith("_token") ? (value as { content?: unknown } | null)?.content : undefined;
      return [name, typeof content === "string" ? content : value];
    }),
  );
}

function parse(files: ModelFiles, name: string): Record<string, unknown> | undefined {
  const text = files[name];
  if (text === undefined || text.trim() === "") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(`${name} must be JSON, but it cannot be parsed.`, "Take it from the model again.", error);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw bad(`${name} must be a JSON object, but it is something else.`, "Take it from the model again.");
  return value as Record<string, unknown>;
}

export function bad(message: string, hint: string, cause?: unknown): UnmaskError {
  return new UnmaskError("data/bad-tokenizer", message, hint, {}, cause);
}
