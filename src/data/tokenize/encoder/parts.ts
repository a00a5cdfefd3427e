/** Reading the parts of tokenizer.json, and saying which of them are not accelerated. */

export type Json = Record<string, unknown>;

/** Not an error for the person: the encoder steps aside for the library, and says why. */
export class NotAccelerated extends Error {
  readonly what: string;
  constructor(what: string) {
    super(`Not accelerated: ${what}`);
    this.name = "NotAccelerated";
    this.what = what;
  }
}

/** @param role "normaliser", "pre-tokenizer", "model" ... */
export const unsupported = (role: string, kind: string): NotAccelerated => new NotAccelerated(`${role} ${kind}`);

export const typeOf = (part: Json): string => (typeof part["type"] === "string" ? part["type"] : "without a type");

/** A missing or null value counts as the default, as in the library. */
export function flag(part: Json, name: string, byDefault: boolean): boolean {
  const value = part[name];
  return typeof value === "boolean" ? value : byDefault;
}

export function text(part: Json, name: string, byDefault = ""): string {
  const value = part[name];
  return typeof value === "string" ? value : byDefault;
}

export function list(part: Json, name: string): Json[] {
  const value = part[name];
  return Array.isArray(value) ? (value as Json[]) : [];
}
