/** OpenDocument texts: paragraphs and headings of content.xml, tracked deletions left out. Source: ODF 1.3 part 3. */
import type { FormatReader, ReaderInput } from "../reader.ts";
import { missingPart, openOffice } from "./office-zip.ts";
import { documentSplit, splitPieces } from "./text.ts";
import { localName, xmlEvents } from "./xml-events.ts";

const part = "content.xml";
/** text:s stands for that many blanks; nobody means more. */
const maxBlanks = 100;
const paragraphs = new Set(["p", "h"]);

async function* documentText(input: ReaderInput): AsyncGenerator<string> {
  const zip = await openOffice(input, "An OpenDocument text in an archive");
  const slices = zip.part(part);
  if (slices === undefined) throw missingPart("OpenDocument text", part);
  let parts: string[] = [];
  let depth = 0;
  let removed = 0;
  const events = xmlEvents(
    slices,
    {
      open: (name, attributes) => {
        const local = localName(name);
        if (local === "tracked-changes" || local === "annotation") removed++;
        if (paragraphs.has(local)) depth++;
        if (removed > 0 || depth === 0) return;
        if (local === "s")
          parts.push(" ".repeat(Math.min(maxBlanks, Math.max(1, Number(attributes["text:c"] ?? 1) || 1))));
        else if (local === "tab") parts.push(" ");
        else if (local === "line-break") parts.push("\n");
      },
      text: (text) => {
        if (depth > 0 && removed === 0) parts.push(text.replace(/\s+/g, " "));
      },
      close: (name) => {
        const local = localName(name);
        if (local === "tracked-changes" || local === "annotation") removed--;
        if (!paragraphs.has(local)) return;
        depth--;
        parts.push("\n\n");
      },
    },
    input.limits.elementDepth.value,
  );
  for await (const _ of events) {
    void _;
    if (parts.length > 0) yield parts.join("");
    parts = [];
  }
}

export const odtReader: FormatReader = {
  read: (input, { split }) => splitPieces(documentText(input), documentSplit(split), input),
};
