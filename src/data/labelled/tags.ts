/**
 * Entity tag schemes: finds out which one a file uses and turns it into IOB2 (every entity begins with
 * B-). An entity that begins with I- where the scheme wants B- is read as seqeval and conlleval read it,
 * as a new entity, and counted. Sources: Ramshaw & Marcus 1995 (IOB1), CoNLL-2003, Ratinov & Roth 2009 (BILOU).
 */
export type TagScheme = "IO" | "IOB1" | "IOB2" | "IOBES";

interface Tag {
  prefix: string;
  type: string;
}

const PREFIXED = /^([BIESLU])-(.+)$/;

/** True for "O" and for tags with one of the known prefixes. */
export const isTag = (tag: string): boolean => tag === "O" || PREFIXED.test(tag);

/** A tag without prefix ("PER") is an IO tag. */
function parseTag(tag: string): Tag {
  if (tag === "O") return { prefix: "O", type: "" };
  const match = PREFIXED.exec(tag);
  if (match === null) return { prefix: "I", type: tag };
  const prefix = match[1] === "L" ? "E" : match[1] === "U" ? "S" : match[1]!;
  return { prefix, type: match[2]! };
}

/** How the tags of a whole set are written. */
export function findScheme(sentences: readonly (readonly string[])[]): TagScheme {
  let [begins, ends, freeBegins, freeInsides] = [0, 0, 0, 0];
  for (const sentence of sentences) {
    let before: Tag = { prefix: "O", type: "" };
    for (const text of sentence) {
      const tag = parseTag(text);
      const sameBefore = before.type === tag.type && before.prefix !== "O";
      if (tag.prefix === "E" || tag.prefix === "S") ends++;
      if (tag.prefix === "B") {
        begins++;
        if (!sameBefore) freeBegins++;
      }
      if (tag.prefix === "I" && !sameBefore) freeInsides++;
      before = tag;
    }
  }
  if (ends > 0) return "IOBES";
  if (begins === 0) return "IO";
  // IOB1 writes B- only between two neighbours of one type; IOB2 begins every entity with it.
  if (freeInsides === 0) return "IOB2";
  return freeBegins >= freeInsides ? "IOB2" : "IOB1";
}

/** @returns the tags as IOB2, and how many entities began with a tag that the scheme does not allow there */
export function toIob2(tags: readonly string[], scheme: TagScheme): { tags: string[]; irregular: number } {
  let irregular = 0;
  let before: Tag = { prefix: "O", type: "" };
  const converted = tags.map((text) => {
    const tag = parseTag(text);
    const previous = before;
    before = tag;
    if (tag.prefix === "O") return "O";
    const inside = previous.type === tag.type && previous.prefix !== "O";
    // In IOBES, E- and S- close their entity: what follows is a new one.
    const open = inside && !(scheme === "IOBES" && (previous.prefix === "E" || previous.prefix === "S"));
    const begins = tag.prefix === "B" || tag.prefix === "S" || !open;
    if (begins && !open && (tag.prefix === "I" || tag.prefix === "E") && (scheme === "IOB2" || scheme === "IOBES"))
      irregular++;
    return `${begins ? "B" : "I"}-${tag.type}`;
  });
  return { tags: converted, irregular };
}
