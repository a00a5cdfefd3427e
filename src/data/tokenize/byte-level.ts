/**
 * Byte-level BPE writes every byte as one printable character ("Ġ" is a space). This turns such a piece
 * back into text for people. Source of the table: GPT-2's byte encoder (bytes that print stand for
 * themselves, the other 68 take the characters from 256 on, in order).
 */
const byteOf = new Map<string, number>();
let next = 256;
for (let byte = 0; byte < 256; byte++) {
  const prints = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  byteOf.set(String.fromCharCode(prints ? byte : next++), byte);
}

/** The text of a piece, or the piece as it is where its bytes are only a part of a character. */
export function byteLevelText(piece: string): string {
  const bytes: number[] = [];
  for (const character of piece) {
    const byte = byteOf.get(character);
    if (byte === undefined) return piece;
    bytes.push(byte);
  }
  const text = new TextDecoder("utf-8").decode(Uint8Array.from(bytes));
  return text.includes("\uFFFD") ? piece : text;
}
