/** A short name for a value: what is equal has the same one. 64 bits and a length; not for security. */
import { crc32 } from "./checksum.ts";
import { hashString } from "./random.ts";

export function fingerprint(text: string): string {
  const units = new Uint16Array(text.length);
  for (let i = 0; i < text.length; i++) units[i] = text.charCodeAt(i);
  const hex = (n: number): string => n.toString(16).padStart(8, "0");
  return `${hex(crc32(new Uint8Array(units.buffer)))}${hex(hashString(text))}-${text.length}`;
}

/** JSON whose text does not depend on the order in which an object's fields were written. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    typeof one === "object" && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  );
}
