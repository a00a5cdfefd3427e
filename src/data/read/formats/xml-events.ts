/**
 * XML as a stream of events. The parser knows no document type definitions: entities that a file defines itself
 * stay as they are written, so they can neither grow ("billion laughs") nor fetch anything.
 */
import { Parser } from "htmlparser2";
import { UnmaskError } from "../../../base/index.ts";
import { MarkupStretch } from "./endless-markup.ts";

export interface XmlHandlers {
  open?(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Calls the handlers; yields after each slice, so that the caller can hand on what they gathered. @throws data/too-deep, data/endless-markup */
export async function* xmlEvents(
  slices: AsyncIterable<string>,
  handlers: XmlHandlers,
  maxDepth: number,
): AsyncGenerator<void> {
  let depth = 0;
  const stretch = new MarkupStretch();
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        stretch.came();
        if (++depth > maxDepth)
          throw new UnmaskError(
            "data/too-deep",
            `Elements may lie ${maxDepth} deep in one another; here they lie deeper. The rest was left out.`,
            "Save the text in another format, such as .txt.",
          );
        handlers.open?.(name, attributes);
      },
      // What stands outside the root is no text of the document.
      ontext: (text) => {
        stretch.came();
        if (depth > 0) handlers.text?.(text);
      },
      onclosetag: (name) => {
        depth--;
        handlers.close?.(name);
      },
    },
    { xmlMode: true, decodeEntities: true },
  );
  for await (const slice of slices) {
    stretch.fed(slice);
    parser.write(slice);
    yield;
  }
  parser.end();
  yield;
}

/** Bytes of an XML file as text: UTF-16 by its mark, else UTF-8, as office formats write it. */
export async function* xmlSlices(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  for await (const slice of bytes) {
    decoder ??= new TextDecoder(
      slice[0] === 0xff && slice[1] === 0xfe
        ? "utf-16le"
        : slice[0] === 0xfe && slice[1] === 0xff
          ? "utf-16be"
          : "utf-8",
    );
    yield decoder.decode(slice, { stream: true });
  }
  if (decoder !== undefined) yield decoder.decode();
}

/** Name without its namespace prefix: prefixes are the writer's choice. */
export const localName = (name: string): string => name.slice(name.indexOf(":") + 1);
