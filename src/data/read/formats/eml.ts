/**
 * E-mails and mailboxes: subject and text of each message; attachments are left out. A message that has only HTML is
 * read as a page. Source: RFC 5322, RFC 4155 (mbox, with the usual ">From " quoting).
 */
import PostalMime, { decodeWords } from "postal-mime";
import type { FormatReader, ReadChoice, ReaderInput } from "../reader.ts";
import { joinBytes, wholeOf } from "../source.ts";
import { htmlText } from "./html.ts";
import { plainMessage } from "./plain-message.ts";
import { documentSplit, TextSplitter } from "./text.ts";

/** Parts inside parts; more is no mail of people. */
const maxNesting = 30;
const maxHeaderBytes = 256 * 1024;

async function once(text: string): Promise<string> {
  const parts: string[] = [];
  const slices = (async function* (): AsyncGenerator<string> {
    yield await Promise.resolve(text);
  })();
  for await (const piece of htmlText(slices, 2000)) parts.push(piece);
  return parts.join("");
}

const withoutQuoteMarks = (text: string): string => text.replace(/^>+ ?/gm, "");

async function messageText(bytes: Uint8Array): Promise<string> {
  const plain = plainMessage(bytes);
  if (plain !== undefined) return `${decodeWords(plain.subject)}\n\n${withoutQuoteMarks(plain.text)}`;
  const { subject, text, html } = await PostalMime.parse(bytes, {
    maxNestingDepth: maxNesting,
    maxHeadersSize: maxHeaderBytes,
  });
  const words = text !== undefined && text.trim() !== "" ? text : html === undefined ? "" : await once(html);
  return `${subject ?? ""}\n\n${withoutQuoteMarks(words)}`;
}

async function documentsOfMessage(
  bytes: Uint8Array,
  place: string,
  input: ReaderInput,
  { split }: ReadChoice,
): Promise<string[]> {
  let text: string;
  try {
    text = await messageText(bytes);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    input.skip(place, "data/damaged-message", "The message is damaged or nested too deep; it was left out.");
    return [];
  }
  const splitter = new TextSplitter(documentSplit(split), input, place === "" ? "" : `${place}, `);
  const documents = [...splitter.push(text), ...splitter.finish()];
  if (documents.length === 0) input.skip(place, "data/empty-text", "The message holds no text.");
  return documents;
}

export const emlReader: FormatReader = {
  read: async function* (input, choice) {
    const bytes = await wholeOf(input.source, input.limits.messageBytes.value, "An e-mail", input.signal);
    yield await documentsOfMessage(bytes, "", input, choice);
  },
};

const newline = 10;
const fromLine = new TextEncoder().encode("From ");

/** The messages of a mailbox as bytes; one beyond the limit is reported and left out. */
async function* messages(input: ReaderInput): AsyncGenerator<{ bytes: Uint8Array; number: number }> {
  const limit = input.limits.messageBytes.value;
  let parts: Uint8Array[] = [];
  let [length, number, tooLong] = [0, 0, false];
  let rest: Uint8Array = new Uint8Array(0);
  const take = (bytes: Uint8Array): void => {
    length += bytes.length;
    if (length > limit) {
      if (!tooLong)
        input.skip(
          `message ${number}`,
          "data/message-too-large",
          "The message is too large to be read; it was left out.",
        );
      tooLong = true;
      parts = [];
    } else parts.push(bytes);
  };
  const end = (): { bytes: Uint8Array; number: number } | undefined => {
    const found = tooLong || length === 0 || number === 0 ? undefined : { bytes: joinBytes(parts), number };
    parts = [];
    length = 0;
    tooLong = false;
    return found;
  };
  for await (const slice of input.source.bytes(input.signal)) {
    const bytes = rest.length === 0 ? slice : joinBytes([rest, slice]);
    let from = 0;
    let line = 0;
    for (let stop = bytes.indexOf(newline, line); stop >= 0; stop = bytes.indexOf(newline, line)) {
      if (fromLine.every((byte, i) => bytes[line + i] === byte)) {
        take(bytes.slice(from, line));
        const found = end();
        if (found !== undefined) yield found;
        number++;
        from = stop + 1;
      }
      line = stop + 1;
    }
    take(bytes.slice(from, line));
    // A line without an end is taken as it comes: only its first bytes matter.
    rest = bytes.slice(line);
    if (rest.length > maxHeaderBytes) {
      take(rest);
      rest = new Uint8Array(0);
    }
  }
  take(rest);
  const found = end();
  if (found !== undefined) yield found;
  if (number === 0) input.skip("", "data/no-messages", 'The mailbox has no line that begins a message ("From ...").');
}

/** Messages parsed beside each other: in a browser the parser mostly waits for its own blobs. */
const parsedAtOnce = 64;
const bytesAtOnce = 8 * 1024 * 1024;

export const mboxReader: FormatReader = {
  read: async function* (input, choice) {
    let open: Promise<string[]>[] = [];
    let held = 0;
    for await (const { bytes, number } of messages(input)) {
      open.push(documentsOfMessage(bytes, `message ${number}`, input, choice));
      held += bytes.length;
      if (open.length < parsedAtOnce && held < bytesAtOnce) continue;
      yield (await Promise.all(open)).flat();
      open = [];
      held = 0;
    }
    yield (await Promise.all(open)).flat();
  },
};
