/**
 * Names for places inside JSON values: "text", "meta.text", "data.paragraphs.context". Arrays are walked
 * through without a name of their own; "*" stands for any key of an object used as a dictionary.
 */
import { UnmaskError } from "../../base/index.ts";

export interface FieldStatistics {
  name: string;
  /** First text found there. */
  sample: string;
  count: number;
  /** Characters, all values together. */
  characters: number;
}

/** An object with this many keys, all holding the same kind of value, is a dictionary, not a record. */
const DICTIONARY_KEYS = 20;
const MAX_DEPTH = 12;
const MAX_FIELDS = 200;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function isDictionary(object: Record<string, unknown>): boolean {
  const values = Object.values(object);
  if (values.length < DICTIONARY_KEYS) return false;
  const kind = (value: unknown): string => (Array.isArray(value) ? "array" : typeof value);
  return values.every((value) => kind(value) === kind(values[0]));
}

/** Text that a model could learn from: letters, not a number, link or identifier. */
export const holdsText = (value: string): boolean =>
  /\p{L}/u.test(value) && !/^\s*(https?:\/\/\S+|[0-9a-f-]{16,})\s*$/i.test(value);

/** Every place in these values that holds text. */
export function collectFields(values: unknown[]): FieldStatistics[] {
  const found = new Map<string, FieldStatistics>();
  const visit = (value: unknown, path: string, depth: number): void => {
    if (depth > MAX_DEPTH) return;
    if (typeof value === "string") {
      if (!holdsText(value)) return;
      const entry = found.get(path);
      if (entry !== undefined) {
        entry.count++;
        entry.characters += value.length;
      } else if (found.size < MAX_FIELDS)
        found.set(path, { name: path, sample: value, count: 1, characters: value.length });
    } else if (Array.isArray(value)) for (const item of value) visit(item, path, depth + 1);
    else if (isObject(value)) {
      const dictionary = isDictionary(value);
      for (const [key, item] of Object.entries(value)) {
        const name = dictionary ? "*" : key;
        visit(item, path === "" ? name : `${path}.${name}`, depth + 1);
      }
    }
  };
  for (const value of values) visit(value, "", 0);
  return [...found.values()];
}

/** The texts at a path, in order. */
export function pickTexts(value: unknown, path: string, depth = 0): string[] {
  if (depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => pickTexts(item, path, depth + 1));
  if (path === "") return typeof value === "string" ? [value] : [];
  if (!isObject(value)) return [];
  // A key may itself hold dots: the longest key that fits wins.
  if (Object.hasOwn(value, path)) return pickTexts(value[path], "", depth + 1);
  if (path === "*") return Object.values(value).flatMap((item) => pickTexts(item, "", depth + 1));
  if (path.startsWith("*.")) return Object.values(value).flatMap((item) => pickTexts(item, path.slice(2), depth + 1));
  for (let dot = path.lastIndexOf("."); dot > 0; dot = path.lastIndexOf(".", dot - 1)) {
    const key = path.slice(0, dot);
    if (Object.hasOwn(value, key)) return pickTexts(value[key], path.slice(dot + 1), depth + 1);
  }
  return [];
}

/** Last parts of names under which published corpora keep their text. */
const TEXT_NAMES =
  /^(text|texts|content|contents|body|abstract|document|article|passage|paragraph|context|contexts|sentence|description|review|comment|message|summary)$/i;
/** How much longer an unnamed field must be to be preferred to a well-named one. */
const NAME_ADVANTAGE = 4;

/** The field that most likely holds the corpus: well named and long. */
export function guessField(fields: FieldStatistics[]): string {
  const score = (field: FieldStatistics): number =>
    field.characters * (TEXT_NAMES.test(field.name.split(".").at(-1) ?? "") ? NAME_ADVANTAGE : 1);
  let best = fields[0];
  for (const field of fields) if (score(field) > score(best!)) best = field;
  return best?.name ?? "";
}

/** Parses JSON without letting the parser's message, which quotes the text, get out. */
export function parseJson(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw new UnmaskError("data/bad-json", "A JSON text could not be read.", "Check the file.", {}, error);
  }
}
