/**
 * Word documents to text: paragraphs of the body, then foot- and endnotes. Tracked deletions are left out, insertions
 * kept; headers and footers, which repeat on every page, are left out. Source: ECMA-376 part 1, WordprocessingML.
 */
import type { FormatReader, ReaderInput } from "../reader.ts";
import { missingPart, openOffice } from "./office-zip.ts";
import { documentSplit, splitPieces } from "./text.ts";
import { localName, xmlEvents } from "./xml-events.ts";

const body = "word/document.xml";
const notes = ["word/footnotes.xml", "word/endnotes.xml"];
/** Text of a moved passage's old place, of a field's code, and of Word's fall-back copies of drawings. */
const hidden = new Set(["moveFrom", "del", "instrText", "Fallback"]);

async function* partText(slices: AsyncIterable<string>, maxDepth: number): AsyncGenerator<string> {
  let parts: string[] = [];
  let inText = false;
  let unseen = 0;
  const events = xmlEvents(
    slices,
    {
      open: (name) => {
        const local = localName(name);
        if (hidden.has(local)) unseen++;
        if (local === "t") inText = true;
        else if (local === "tab") parts.push(" ");
        else if (local === "br" || local === "cr") parts.push("\n");
        else if (local === "noBreakHyphen") parts.push("-");
      },
      text: (text) => {
        if (inText && unseen === 0) parts.push(text);
      },
      close: (name) => {
        const local = localName(name);
        if (hidden.has(local)) unseen--;
        if (local === "t") inText = false;
        else if (local === "p") parts.push("\n\n");
      },
    },
    maxDepth,
  );
  for await (const _ of events) {
    void _;
    if (parts.length > 0) yield parts.join("");
    parts = [];
  }
}

async function* documentText(input: ReaderInput): AsyncGenerator<string> {
  const zip = await openOffice(input, "A Word document in an archive");
  for (const path of [body, ...notes]) {
    const slices = zip.part(path);
    if (slices !== undefined) yield* partText(slices, input.limits.elementDepth.value);
    else if (path === body) throw missingPart("Word document", body);
  }
}

export const docxReader: FormatReader = {
  read: (input, { split }) => splitPieces(documentText(input), documentSplit(split), input),
};
