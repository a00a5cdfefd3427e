/**
 * Documents as bytes, and back: UTF-8, each ended by the byte 0xFF, which UTF-8 never uses. So a document
 * may hold anything, blank lines included, and may run over the border of a chunk. Inverse pair. Pure.
 */
const end = 0xff;

const encoder = new TextEncoder();

/** Documents end to end, in one go: a corpus may have millions of short ones. */
export function documentsToBytes(texts: readonly string[]): Uint8Array<ArrayBuffer> {
  // A UTF-16 unit takes at most three bytes of UTF-8.
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + text.length * 3 + 1, 0));
  let at = 0;
  for (const text of texts) {
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
    bytes[at++] = end;
  }
  return bytes.subarray(0, at);
}

export async function* documentsFromBytes(stream: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let open: Uint8Array[] = [];
  for await (const bytes of stream) {
    let from = 0;
    for (let at = bytes.indexOf(end); at >= 0; at = bytes.indexOf(end, from)) {
      yield decode([...open, bytes.subarray(from, at)]);
      open = [];
      from = at + 1;
    }
    if (from < bytes.length) open.push(bytes.slice(from));
  }
  if (open.length > 0) yield decode(open);
}

function decode(parts: Uint8Array[]): string {
  // ignoreBOM keeps a leading U+FEFF: what was written is what comes back.
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  let text = "";
  for (const part of parts) text += decoder.decode(part, { stream: true });
  return text + decoder.decode();
}
