/**
 * A list of terms, found in blocks of tokens: each term is cut as the text was, with and without the blank before it,
 * and counts where it stands as whole words. Capitals are as the tokenizer has them: one that folds case folds the
 * terms too.
 */
import type { Block } from "../pack/blocks.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";

export interface TermFinder {
  /** Places of each occurrence, from left to right, the longest where several begin; none overlap. */
  find(block: Block): number[][];
}

const startsWord = /^(?:##)?[\p{L}\p{N}]/u;

export function termFinder(
  terms: readonly string[],
  tokenizer: Pick<Tokenizer, "encode" | "tokenText" | "special">,
): TermFinder {
  /** By first id, longest first. */
  const known = new Map<number, number[][]>();
  const seen = new Set<string>();
  for (const term of terms)
    for (const ids of [tokenizer.encode(term), tokenizer.encode(` ${term}`)]) {
      const key = ids.join();
      if (ids.length === 0 || seen.has(key) || ids.includes(tokenizer.special.unknown)) continue;
      seen.add(key);
      known.set(
        ids[0]!,
        [...(known.get(ids[0]!) ?? []), ids].sort((a, b) => b.length - a.length),
      );
    }
  const joining = new Map<number, boolean>();
  /** Whether a piece that goes on with a word makes it longer: letters do, a comma does not. */
  const joins = (id: number): boolean => {
    let answer = joining.get(id);
    if (answer === undefined) joining.set(id, (answer = startsWord.test(tokenizer.tokenText(id))));
    return answer;
  };
  const endsAt = ({ ids, continues, length }: Block, end: number): boolean =>
    end >= length || continues[end] !== 1 || !joins(ids[end]!);
  return {
    find(block) {
      const { ids, continues, length } = block;
      const found: number[][] = [];
      for (let at = 0; at < length; at++) {
        if (continues[at] === 1) continue;
        const match = known
          .get(ids[at]!)
          ?.find(
            (term) =>
              at + term.length <= length &&
              term.every((id, k) => ids[at + k] === id) &&
              endsAt(block, at + term.length),
          );
        if (match === undefined) continue;
        found.push(match.map((_, k) => at + k));
        at += match.length - 1;
      }
      return found;
    },
  };
}
