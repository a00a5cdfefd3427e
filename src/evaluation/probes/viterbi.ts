/**
 * The best valid IOB2 sequence under a probe's log-probabilities: I-X may only follow B-X or I-X. Transitions are
 * allowed or not, without learned weights, so the model's features alone decide. Valid output makes the default
 * and the strict entity F1 agree unless the gold tags themselves are broken.
 */
export interface TagSet {
  tags: string[];
  outside: number;
  /** For each tag the tags that may stand before it; empty for an I- tag also means: not at the start. */
  before: Int32Array[];
  mayStart: boolean[];
}

/** O first, then the tags sorted. */
export function makeTagSet(used: Iterable<string>): TagSet {
  const tags = ["O", ...[...new Set(used)].filter((tag) => tag !== "O").sort()];
  const before = tags.map((tag) => {
    const type = tag.slice(2);
    const inside = tag.startsWith("I-");
    return Int32Array.from(
      tags.flatMap((other, k) => (!inside || (other !== "O" && other.slice(2) === type) ? [k] : [])),
    );
  });
  return { tags, outside: 0, before, mayStart: tags.map((tag) => !tag.startsWith("I-")) };
}

/** Tag numbers of one sentence; `rowOf` -1 (cut off) is O. logProbs: (rows, tags). */
export function bestSequence(logProbs: Float64Array, rowOf: Int32Array, set: TagSet): Int32Array {
  const C = set.tags.length;
  const n = rowOf.length;
  const back = new Int32Array(n * C);
  let score = new Float64Array(C);
  let next = new Float64Array(C);
  for (let t = 0; t < n; t++) {
    const row = rowOf[t]!;
    for (let c = 0; c < C; c++) {
      let emission = c === set.outside ? 0 : -Infinity;
      if (row >= 0) emission = logProbs[row * C + c]!;
      let [best, from] = [-Infinity, 0];
      if (t === 0) best = set.mayStart[c]! ? 0 : -Infinity;
      else {
        for (const k of set.before[c]!) if (score[k]! > best) [best, from] = [score[k]!, k];
      }
      next[c] = best + emission;
      back[t * C + c] = from;
    }
    [score, next] = [next, score];
  }
  const path = new Int32Array(n);
  if (n === 0) return path;
  let last = 0;
  for (let c = 1; c < C; c++) if (score[c]! > score[last]!) last = c;
  for (let t = n - 1; t >= 0; t--) {
    path[t] = last;
    last = back[t * C + last]!;
  }
  return path;
}
