/**
 * Byte-level BPE writes every byte as one printable character ("Ġ" is a space). This turns such a piece
 * back into text for people. Source of the table: GPT-2's byte encoder (bytes that print stand for
 * themselves, the other 68 take the characters from 256 on, in order).
 */
let next = 256;
/** The sign of every byte. */
export const byteSigns: readonly string[] = Array.from({ length: 256 }, (_, byte) => {
  const prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  return String.fromCharCode(prints ? byte : next++);
});
const byteOf = new Map(byteSigns.map((sign, byte) => [sign, byte]));

/** The bytes that a piece writes; undefined when it is not written in byte signs. */
export function bytesOf(piece: string): number[] | undefined {
  const bytes: number[] = [];
  for (const sign of piece) {
    const byte = byteOf.get(sign);
    if (byte === undefined) return undefined;
    bytes.push(byte);
  }
  return bytes;
}

/** The text of a piece, or the piece as it is where its bytes are only a part of a character. */
export function byteLevelText(piece: string): string {
  const bytes = bytesOf(piece);
  if (bytes === undefined) return piece;
  const text = new TextDecoder("utf-8").decode(Uint8Array.from(bytes));
  return text.includes("\uFFFD") ? piece : text;
}
