/**
 * Easy data augmentation (Wei and Zou 2019, section 2): swap, deletion, insertion; one of them a copy. Their synonyms
 * come from WordNet, which is not here: insertions take words of other training items of the same class instead, and
 * there is no replacement by synonyms. Words with a tag are never touched. Pure.
 */
import type { Random } from "../../base/index.ts";
import type { Words } from "./augment-words.ts";

/** @param pool words that may be inserted, of items with the same label */
export function edaCopy(item: Words, alpha: number, pool: readonly string[], source: Random): Words {
  const free = item.words.flatMap((_, i) => (item.tags === null || item.tags[i] === "O" ? [i] : []));
  const changes = Math.max(1, Math.round(alpha * item.words.length));
  const copy: Words = { ...item, words: [...item.words], tags: item.tags === null ? null : [...item.tags] };
  const kind = source.below(3);
  if (kind === 0) swap(copy, free, changes, source);
  else if (kind === 1) remove(copy, free, alpha, source);
  else insert(copy, changes, pool, source);
  return copy;
}

function swap({ words }: Words, free: readonly number[], changes: number, source: Random): void {
  if (free.length < 2) return;
  for (let n = 0; n < changes; n++) {
    const a = source.below(free.length);
    const b = (a + 1 + source.below(free.length - 1)) % free.length;
    const [i, j] = [free[a]!, free[b]!];
    [words[i], words[j]] = [words[j]!, words[i]!];
  }
}

/** Each free word goes with probability alpha; at least one goes, and one stays. */
function remove(copy: Words, free: readonly number[], alpha: number, source: Random): void {
  if (copy.words.length < 2 || free.length === 0) return;
  const gone = new Set(free.filter(() => source.next() < alpha));
  if (gone.size === 0) gone.add(free[source.below(free.length)]!);
  if (gone.size === copy.words.length) gone.delete([...gone][0]!);
  const stays = <T>(values: T[]): T[] => values.filter((_, i) => !gone.has(i));
  copy.words = stays(copy.words);
  if (copy.tags !== null) copy.tags = stays(copy.tags);
}

function insert({ words, tags }: Words, changes: number, pool: readonly string[], source: Random): void {
  if (pool.length === 0) return;
  for (let n = 0; n < changes; n++) {
    const word = pool[source.below(pool.length)]!;
    let at = source.below(words.length + 1);
    // Not into the middle of a name.
    while (tags?.[at]?.startsWith("I-") === true) at++;
    words.splice(at, 0, word);
    tags?.splice(at, 0, "O");
  }
}
