/**
 * Pairs written as XML: an element with a value, score or label attribute that holds exactly two elements
 * of text, as in the RQE sets: <pair value="true"><chq>...</chq><faq>...</faq></pair>.
 */
import { xmlEvents } from "../read/formats/xml-events.ts";

export interface XmlPair {
  first: string;
  second: string;
  value: string;
  /** 1-based: where the pair's opening tag ends. */
  line: number;
}

/** An element that is still open; its text holds that of the elements in it. */
interface Open {
  value: string | undefined;
  line: number;
  text: string;
  /** At most three: more are no pair. */
  children: string[];
}

const maxDepth = 100;
const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

/** @throws data/too-deep, data/endless-markup */
export async function readXmlPairs(lines: readonly { text: string }[]): Promise<XmlPair[]> {
  const pairs: XmlPair[] = [];
  const open: Open[] = [];
  let line = 0;
  async function* slices(): AsyncGenerator<string> {
    for (const { text } of lines) {
      line++;
      yield `${text}\n`;
    }
  }
  const handlers = {
    open: (_: string, { value, score, label }: Record<string, string>) => {
      open.push({ value: value ?? score ?? label, line, text: "", children: [] });
    },
    text: (text: string) => {
      open.at(-1)!.text += text;
    },
    close: () => {
      const { value, children, text, line } = open.pop()!;
      const [first, second] = children;
      if (value !== undefined && children.length === 2)
        pairs.push({ first: plain(first!), second: plain(second!), value, line });
      const parent = open.at(-1);
      if (parent === undefined) return;
      // The root's text would be the whole file.
      if (parent.children.length < 3) parent.children.push(text);
      if (open.length > 1) parent.text += text;
    },
  };
  for await (const _ of xmlEvents(slices(), handlers, maxDepth)) void _;
  return pairs;
}
