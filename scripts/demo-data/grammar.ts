/**
 * The small grammar that the demo texts are made with. A template is an English sentence with
 * `[one|or|another]` choices (they may nest) and `{slot}` places; what a slot gives comes from the
 * caller. Entities keep their tag, so that one expansion gives both plain text and tagged words.
 * Knows nothing of any domain.
 */
import { UnmaskError, type Random } from "../../src/base/index.ts";

/** What stands in a slot: `before` ("the ") is not part of the entity. */
export interface Mention {
  text: string;
  before?: string;
  tag?: string;
}
export type Slots = (slot: string) => Mention;

/** An expanded template: text with the places of its entities (character offsets). */
export interface Line {
  text: string;
  entities: { start: number; end: number; tag: string }[];
}

export function pick<T>(items: readonly T[], source: Random): T {
  return items[source.below(items.length)]!;
}

/** Expands a template; the first letter becomes a capital, "a" before a vowel in a slot becomes "an". */
export function expand(template: string, slots: Slots, source: Random): Line {
  const line: Line = { text: "", entities: [] };
  write(template, line, slots, source);
  line.text = line.text.charAt(0).toUpperCase() + line.text.slice(1);
  return line;
}

function write(template: string, line: Line, slots: Slots, source: Random): void {
  for (let i = 0; i < template.length; i++) {
    const char = template[i]!;
    if (char === "[") {
      const end = closing(template, i);
      write(pick(alternatives(template.slice(i + 1, end)), source), line, slots, source);
      i = end;
    } else if (char === "{") {
      const end = template.indexOf("}", i);
      add(line, slots(template.slice(i + 1, end)));
      i = end;
    } else line.text += char;
  }
}

function add(line: Line, mention: Mention): void {
  const before = mention.before ?? "";
  if (/(^|\s)a $/i.test(line.text) && /^(?!us|uni)[aeiou]/i.test(before + mention.text))
    line.text = line.text.slice(0, -1) + "n ";
  line.text += before;
  const start = line.text.length;
  line.text += mention.text;
  if (mention.tag !== undefined) line.entities.push({ start, end: line.text.length, tag: mention.tag });
}

function closing(template: string, open: number): number {
  for (let i = open, depth = 0; i < template.length; i++) {
    if (template[i] === "[") depth++;
    else if (template[i] === "]" && --depth === 0) return i;
  }
  throw new UnmaskError("demo/bad-template", "A template must close every bracket, but this one does not.", template);
}

function alternatives(inside: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= inside.length; i++) {
    if (inside[i] === "[") depth++;
    else if (inside[i] === "]") depth--;
    else if (i === inside.length || (inside[i] === "|" && depth === 0)) {
      parts.push(inside.slice(start, i));
      start = i + 1;
    }
  }
  return parts;
}

/** Joins lines to a paragraph. */
export function joinLines(lines: readonly Line[]): string {
  return lines.map((line) => line.text).join(" ");
}

/** Words and signs with IOB2 tags, as in a CoNLL file. */
export function tagWords(line: Line): { tokens: string[]; tags: string[] } {
  const tokens: string[] = [];
  const tags: string[] = [];
  for (const match of line.text.matchAll(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*|[^\s]/gu)) {
    const entity = line.entities.find(({ start, end }) => match.index >= start && match.index < end);
    tokens.push(match[0]);
    tags.push(entity === undefined ? "O" : `${match.index === entity.start ? "B" : "I"}-${entity.tag}`);
  }
  return { tokens, tags };
}

/** Every item once in random order, then again in another: even use without a fixed rhythm. */
export function deck<T>(items: readonly T[], source: Random): () => T {
  let order: T[] = [];
  return () => {
    if (order.length === 0) {
      order = [...items];
      for (let i = order.length - 1; i > 0; i--) {
        const j = source.below(i + 1);
        [order[i], order[j]] = [order[j]!, order[i]!];
      }
    }
    return order.pop()!;
  };
}
