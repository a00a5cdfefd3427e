/**
 * XML to text: all of it ("*"), every element a paragraph; or one document for each element of a path, such as
 * "feed.entry.content".
 */
import { holdsText, type FieldStatistics } from "../field-paths.ts";
import { valueToDocuments, withoutLineBreaks, type FormatReader, type ReaderInput } from "../reader.ts";
import { untilTooDeep } from "./html.ts";
import { documentSplit, splitPieces } from "./text.ts";
import { localName, xmlEvents } from "./xml-events.ts";

const everything = "*";
const MAX_FIELDS = 200;
const MAX_PATH_DEPTH = 12;

/** Which paths hold text, from the first part. */
async function fieldsOf(input: ReaderInput): Promise<FieldStatistics[]> {
  const found = new Map<string, FieldStatistics>();
  const path: string[] = [];
  const head = (async function* (): AsyncGenerator<string> {
    yield await Promise.resolve(input.head);
  })();
  const events = xmlEvents(
    head,
    {
      open: (name) => void path.push(localName(name)),
      close: () => void path.pop(),
      text: (text) => {
        if (!holdsText(text) || path.length > MAX_PATH_DEPTH) return;
        const name = path.join(".");
        const entry = found.get(name);
        if (entry !== undefined) {
          entry.count++;
          entry.characters += text.length;
        } else if (found.size < MAX_FIELDS)
          found.set(name, { name, sample: text.trim(), count: 1, characters: text.length });
      },
    },
    input.limits.elementDepth.value,
  );
  // The first part ends in the middle of a file, and too deep a file is told of when it is read.
  for await (const _ of untilTooDeep(asStrings(events), { ...input, skip: () => undefined })) void _;
  return [...found.values()].sort((a, b) => b.characters - a.characters);
}

/** What the events gathered, slice by slice; also that before an error. */
async function* asStrings(events: AsyncGenerator<void>, take: () => string = () => ""): AsyncGenerator<string> {
  let stop: unknown;
  for (;;) {
    let done = false;
    try {
      done = (await events.next()).done === true;
    } catch (error) {
      stop = error;
    }
    const piece = take();
    if (piece !== "") yield piece;
    if (stop !== undefined) throw stop;
    if (done) return;
  }
}

function allText(input: ReaderInput): AsyncGenerator<string> {
  let parts: string[] = [];
  const gap = (): void => void parts.push("\n\n");
  const events = xmlEvents(
    input.slices(),
    { open: gap, close: gap, text: (text) => void parts.push(withoutLineBreaks(text)) },
    input.limits.elementDepth.value,
  );
  return asStrings(events, () => {
    const piece = parts.join("");
    parts = [];
    return piece;
  });
}

async function* elementTexts(input: ReaderInput, wanted: string): AsyncGenerator<string[]> {
  const parents = wanted.split(".");
  const path: string[] = [];
  /** Depth of the wanted element that we are in; 0 outside. */
  let inside = 0;
  let parts: string[] = [];
  let length = 0;
  let count = 0;
  let documents: string[] = [];
  const most = input.limits.documentCharacters.value * 4;
  const events = xmlEvents(
    input.slices(),
    {
      open: (name) => {
        path.push(localName(name));
        if (inside === 0 && path.length === parents.length && parents.every((part, i) => part === path[i]))
          inside = path.length;
      },
      text: (text) => {
        if (inside === 0 || length > most) return;
        parts.push(text);
        length += text.length;
      },
      close: () => {
        if (inside > 0 && path.length === inside) {
          inside = 0;
          const place = `element ${++count}`;
          if (length > most)
            input.skip(place, "data/long-document", "The element is too long to be held; its end was left out.");
          documents.push(...valueToDocuments(parts.join(""), place, input));
          parts = [];
          length = 0;
        }
        path.pop();
      },
    },
    input.limits.elementDepth.value,
  );
  for await (const _ of untilTooDeep(
    asStrings(events, () => (documents.length > 0 ? " " : "")),
    input,
  )) {
    void _;
    yield documents;
    documents = [];
  }
  if (documents.length > 0) yield documents;
  if (count === 0) input.skip("", "data/no-such-field", "There is no element of that path in the file.");
}

export const xmlReader: FormatReader = {
  read: (input, { field, split }) =>
    field === "" || field === everything
      ? splitPieces(untilTooDeep(allText(input), input), documentSplit(split), input)
      : elementTexts(input, field),
  fields: async (input) => {
    const fields = await fieldsOf(input);
    const all = {
      name: everything,
      sample: "",
      count: 1,
      characters: fields.reduce((sum, one) => sum + one.characters, 0),
    };
    return { fields: fields.length === 0 ? [] : [all, ...fields], guess: everything };
  },
};
