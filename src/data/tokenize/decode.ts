/**
 * Ids back to text for people, by the three ways of writing pieces: byte signs, "##" inside words, "▁" for a
 * blank. Not the inverse of encoding: what a normaliser took away is gone.
 */
import { bytesOf } from "./byte-level.ts";

/** @param pieces of the ids, special ones included */
export function decodePieces(pieces: readonly string[], byteLevel: boolean): string {
  if (byteLevel) {
    const bytes = pieces.flatMap((piece) => bytesOf(piece) ?? [...new TextEncoder().encode(piece)]);
    return new TextDecoder("utf-8").decode(Uint8Array.from(bytes));
  }
  if (pieces.some((piece) => piece.includes("▁"))) return pieces.join("").replaceAll("▁", " ").trimStart();
  const words = pieces.map((piece, i) => (piece.startsWith("##") ? piece.slice(2) : i === 0 ? piece : ` ${piece}`));
  return words.join("").replace(/ (?=[.,!?])/g, "");
}
