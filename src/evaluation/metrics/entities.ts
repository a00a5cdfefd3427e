/**
 * Tag sequences to entity spans, in the two readings that seqeval 1.2.2 has.
 * default: as the CoNLL-2000 conlleval script: any change of type or an I- after O starts an entity, so broken sequences still give spans.
 * strict: IOB2 by the book: only B- starts an entity, I- of the same type continues it, a stray I- belongs to nothing.
 * Source: definitions in seqeval 1.2.2 (sequence_labeling.get_entities; scheme.IOB2); written anew, compared on golden files.
 */
import { UnmaskError } from "../../base/index.ts";

export type EntityMode = "default" | "strict";

export interface Entity {
  type: string;
  /** First and last token, both included. */
  start: number;
  end: number;
}

/** @throws evaluation/bad-tag for a tag that is neither O nor has one of the scheme's prefixes. */
export function entities(tags: readonly string[], mode: EntityMode): Entity[] {
  return mode === "strict" ? strictEntities(tags) : defaultEntities(tags);
}

function defaultEntities(tags: readonly string[]): Entity[] {
  const found: Entity[] = [];
  let [previous, previousType, start] = ["O", "_", 0];
  for (let i = 0; i <= tags.length; i++) {
    const tag = i < tags.length ? tags[i]! : "O";
    const prefix = prefixOf(tag, "OBIES", i);
    const type = afterDash(tag.slice(1));
    const differs = previousType !== type;
    if (endsBetween(previous, prefix) || (previous !== "O" && differs)) {
      found.push({ type: previousType, start, end: i - 1 });
    }
    if (startsBetween(previous, prefix) || (prefix !== "O" && differs)) start = i;
    [previous, previousType] = [prefix, type];
  }
  return found;
}

function endsBetween(previous: string, prefix: string): boolean {
  if (previous === "E" || previous === "S") return true;
  return (previous === "B" || previous === "I") && (prefix === "B" || prefix === "S" || prefix === "O");
}

function startsBetween(previous: string, prefix: string): boolean {
  if (prefix === "B" || prefix === "S") return true;
  if (prefix === "E") return previous === "E" || previous === "S" || previous === "O";
  return prefix === "I" && (previous === "E" || previous === "S" || previous === "O");
}

function strictEntities(tags: readonly string[]): Entity[] {
  const found: Entity[] = [];
  let open: Entity | undefined;
  tags.forEach((tag, i) => {
    const prefix = prefixOf(tag, "OBI", i);
    const type = stripDashes(tag.slice(1));
    if (prefix === "B") {
      open = { type, start: i, end: i };
      found.push(open);
    } else if (prefix === "I" && open !== undefined && open.end === i - 1 && open.type === type) {
      open.end = i;
    } else {
      open = undefined;
    }
  });
  return found;
}

function prefixOf(tag: string, allowed: string, position: number): string {
  const prefix = tag.charAt(0);
  if (prefix === "" || !allowed.includes(prefix) || (tag.length > 1 && tag.charAt(1) !== "-")) {
    throw new UnmaskError(
      "evaluation/bad-tag",
      `An entity tag must be O or one of ${[...allowed.replace("O", "")].map((p) => `${p}-TYPE`).join(", ")}; token ${position + 1} of a sentence has another.`,
      "Convert the tags to IOB2 when the file is read.",
      { position },
    );
  }
  return prefix;
}

/** "-a-b" is type "a-b"; nothing left is the type "_". */
function afterDash(rest: string): string {
  return rest.slice(rest.indexOf("-") + 1) || "_";
}

function stripDashes(rest: string): string {
  return rest.replace(/^-+|-+$/g, "") || "_";
}
