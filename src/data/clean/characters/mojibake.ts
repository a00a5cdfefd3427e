/**
 * Mojibake: UTF-8 bytes that were read as Windows-1252, once or several times. Runs of characters whose bytes are
 * valid UTF-8 are read again as such. After ftfy's idea (Speer 2019) with simpler doubts: a lone two-byte sequence is
 * only believed where it gives Latin-1 letters, since "É™" may well be meant.
 */
import { editsOf, type Edit } from "./edit.ts";

/** Characters of Windows-1252 at the bytes 0x80 to 0x9f; unassigned ones stay what they are in Latin-1. */
const high = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";
const byteOf = new Map([...high].map((sign, i) => [sign, 0x80 + i]));
const follow = `[\\x80-\\xbf${[...high].filter((sign) => sign > "\xff").join("")}]`;
const sequence = `[\\xf0-\\xf4]${follow}{3}|[\\xe0-\\xef]${follow}{2}|[\\xc2-\\xdf]${follow}`;
const damaged = new RegExp(`(?:${sequence})+|â€(?!${follow})`, "g");
const maybe = /[\xc2-\xf4]/;
const severalPairs = new RegExp(`^(?:[\\xc2-\\xdf]${follow}){2,}$`);
const longer = new RegExp(`^[\\xe0-\\xf4]|[\\xe0-\\xf4]${follow}{2}`);
const closing = /[”’»]$/;
const decoder = new TextDecoder("utf-8", { fatal: true });
const mostPasses = 4;

export function mojibakeEdits(text: string): Edit[] {
  if (!maybe.test(text)) return [];
  return editsOf(text, damaged, ({ 0: found, index }) => {
    // The byte 0x9d has no sign in Windows-1252 and is often lost: this was a closing quotation mark.
    if (found === "â€") return "”";
    if (!believable(found, text.charAt(index - 1))) return undefined;
    return decoded(found);
  });
}

function believable(found: string, before: string): boolean {
  if (severalPairs.test(found) || longer.test(found)) return true;
  if (!/^[\xc2\xc3]/.test(found)) return false;
  // "IRMÃ”" is a word in capitals before a quotation mark.
  return !(closing.test(found) && /\p{Lu}/u.test(before));
}

/** Read again as UTF-8, as often as that goes: text is sometimes damaged twice. */
function decoded(found: string): string | undefined {
  let text = found;
  for (let pass = 0; pass < mostPasses; pass++) {
    const bytes = Uint8Array.from([...text], (sign) => byteOf.get(sign) ?? sign.charCodeAt(0));
    if ([...text].some((sign) => !byteOf.has(sign) && sign > "\xff")) break;
    try {
      const next = decoder.decode(bytes);
      if (next === text) break;
      text = next;
    } catch (error) {
      if (error instanceof TypeError) break; // not UTF-8 any more: this is the text
      throw error;
    }
  }
  return text === found ? undefined : text;
}
