/**
 * Messages without MIME parts, read directly: most of a mailing list's archive. The general parser takes a millisecond
 * for each in a browser (its decoders wait for blobs), ten seconds for 4,000 of them.
 * Source: RFC 5322 section 2.2 (header fields and folding), RFC 2045 section 5.2 (text/plain in ASCII by default).
 */
export interface PlainMessage {
  /** As it stands: encoded words are not decoded here. */
  subject: string;
  text: string;
}

/** Headers beyond this are the general parser's matter. */
const maxHeaderBytes = 64 * 1024;
const unencoded = new Set(["", "7bit", "8bit", "binary"]);

/** Where the blank line after the header begins, and the body; undefined when there is none near. */
function border(bytes: Uint8Array): { header: number; body: number } | undefined {
  const most = Math.min(bytes.length, maxHeaderBytes);
  for (let at = 0; at < most; at++) {
    if (bytes[at] !== 10) continue;
    if (bytes[at + 1] === 10) return { header: at, body: at + 2 };
    if (bytes[at + 1] === 13 && bytes[at + 2] === 10) return { header: at, body: at + 3 };
  }
  return undefined;
}

/** Undefined when the message has parts, an encoding or a character set that needs the general parser. */
export function plainMessage(bytes: Uint8Array): PlainMessage | undefined {
  const found = border(bytes);
  if (found === undefined) return undefined;
  const header = new TextDecoder().decode(bytes.subarray(0, found.header)).replace(/\r?\n[ \t]+/g, " ");
  const field = (name: string): string =>
    new RegExp(`^${name}:[ \\t]*(.*?)\\r?$`, "im").exec(header)?.[1]?.trim() ?? "";
  const type = field("Content-Type").toLowerCase();
  if (type !== "" && !/^text\/plain\s*(;|$)/.test(type)) return undefined;
  if (!unencoded.has(field("Content-Transfer-Encoding").toLowerCase())) return undefined;
  const charset = /charset\s*=\s*"?([\w-]+)/.exec(type)?.[1] ?? "utf-8";
  if (!/^(utf-?8|us-ascii|iso-8859-1|windows-1252)$/.test(charset)) return undefined;
  const decoder = new TextDecoder(/^(utf-?8|us-ascii)$/.test(charset) ? "utf-8" : "windows-1252");
  return { subject: field("Subject"), text: decoder.decode(bytes.subarray(found.body)) };
}
