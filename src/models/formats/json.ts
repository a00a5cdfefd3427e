/** JSON from files that we did not write: parsed to a plain object or refused with the file's name. */
import { UnmaskError } from "../../base/index.ts";

export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** @throws `code` when the text is not JSON or not an object. */
export function parseObject(text: string, file: string, code: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UnmaskError(
      code,
      `${file} must be JSON; it could not be parsed.`,
      "Take the file from the model again: the copy may be cut off, or a web page saved under its name.",
      { file },
      cause,
    );
  }
  if (isObject(value)) return value;
  throw new UnmaskError(
    code,
    `${file} must hold a JSON object; found ${Array.isArray(value) ? "an array" : typeof value}.`,
    "Take the file from the model again.",
    { file },
  );
}

/** Names and values out of foreign files, safe to show: short, and free of control and direction characters. */
export function quoted(value: unknown, length = 60): string {
  const text = (JSON.stringify(value) ?? typeof value).replace(/\p{C}/gu, "?");
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
