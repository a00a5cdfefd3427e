/**
 * The word-list baseline for entities: every word gets the tag it most often has in training, unknown words O.
 * It stands in the TF-IDF column because it plays the same part (words without context), and results say so.
 */
import { majorityLabel } from "./majority.ts";

export type Gazetteer = Map<string, string>;

export function fitGazetteer(sentences: { tokens: string[]; tags: string[] }[]): Gazetteer {
  const seen = new Map<string, string[]>();
  for (const { tokens, tags } of sentences) {
    tokens.forEach((token, i) => {
      const list = seen.get(token);
      if (list === undefined) seen.set(token, [tags[i]!]);
      else list.push(tags[i]!);
    });
  }
  return new Map([...seen].map(([token, tags]) => [token, majorityLabel(tags)!]));
}

/** IOB2 tags; an I- that continues nothing becomes B-. */
export function tagByGazetteer(gazetteer: Gazetteer, tokens: string[]): string[] {
  let previous = "O";
  return tokens.map((token) => {
    let tag = gazetteer.get(token) ?? "O";
    if (tag.startsWith("I-") && (previous === "O" || previous.slice(2) !== tag.slice(2))) tag = `B-${tag.slice(2)}`;
    previous = tag;
    return tag;
  });
}
