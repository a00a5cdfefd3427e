/** E-books: the pages of the spine, in reading order. Source: EPUB 3.3, sections 4.2 (container) and 5 (package). */
import { UnmaskError } from "../../../base/index.ts";
import type { FormatReader, ReaderInput } from "../reader.ts";
import { htmlText } from "./html.ts";
import { missingPart, openOffice, type OfficeZip } from "./office-zip.ts";
import { documentSplit, splitPieces } from "./text.ts";
import { localName, xmlEvents } from "./xml-events.ts";

const container = "META-INF/container.xml";

/** "OEBPS/content.opf" and "../text/a%20b.xhtml#x" -> "text/a b.xhtml" */
function resolve(base: string, href: string): string {
  let path = href.split(/[#?]/, 1)[0]!;
  try {
    path = decodeURIComponent(path);
  } catch (error) {
    if (!(error instanceof URIError)) throw error; // a stray % stands for itself
  }
  const parts = base.split("/").slice(0, -1);
  for (const part of path.split("/"))
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  return parts.join("/");
}

async function packagePath(zip: OfficeZip, maxDepth: number): Promise<string | undefined> {
  const slices = zip.part(container);
  if (slices === undefined) return zip.paths.find((path) => path.endsWith(".opf"));
  let found: string | undefined;
  const open = (name: string, attributes: Record<string, string>): void => {
    if (localName(name) === "rootfile") found ??= attributes["full-path"];
  };
  for await (const _ of xmlEvents(slices, { open }, maxDepth)) void _;
  return found;
}

/** Paths of the pages, in reading order. */
async function spine(zip: OfficeZip, maxDepth: number): Promise<string[]> {
  const path = await packagePath(zip, maxDepth);
  const slices = path === undefined ? undefined : zip.part(path);
  if (path === undefined || slices === undefined) throw missingPart("e-book", path ?? container);
  const items = new Map<string, string>();
  const order: string[] = [];
  const open = (name: string, attributes: Record<string, string>): void => {
    const local = localName(name);
    if (local === "item" && /html/i.test(attributes["media-type"] ?? ""))
      items.set(attributes["id"] ?? "", attributes["href"] ?? "");
    if (local === "itemref" && attributes["linear"] !== "no") order.push(attributes["idref"] ?? "");
  };
  for await (const _ of xmlEvents(slices, { open }, maxDepth)) void _;
  // A page named twice is read once: a spine may not repeat (5.7), and a hostile one would.
  return [...new Set(order)].flatMap((id) => (items.has(id) ? [resolve(path, items.get(id)!)] : []));
}

async function* bookText(input: ReaderInput): AsyncGenerator<string> {
  const zip = await openOffice(input, "An e-book in an archive");
  const maxDepth = input.limits.elementDepth.value;
  if (zip.paths.includes("META-INF/encryption.xml") && zip.paths.includes("META-INF/rights.xml"))
    throw new UnmaskError(
      "data/encrypted-file",
      "The e-book is locked (DRM).",
      "Only e-books without a lock can be read.",
    );
  for (const path of await spine(zip, maxDepth)) {
    const slices = zip.part(path);
    if (slices === undefined) {
      input.skip(path, "data/missing-part", "A page that the book names is not in it.");
      continue;
    }
    yield* htmlText(slices, maxDepth);
    yield "\n\n";
  }
}

export const epubReader: FormatReader = {
  read: (input, { split }) => splitPieces(bookText(input), documentSplit(split), input),
};
