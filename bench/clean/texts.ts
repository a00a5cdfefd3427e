/**
 * 2,000 texts made by rule for the comparison with datatrove: for every cleaning rule some that stand clear of its
 * threshold on either side and many that stand close to it. Equal everywhere; nobody's text.
 */
import { random, type Random } from "../../src/base/index.ts";
import { kinds } from "./text-kinds.ts";

export const textCount = 2000;
const seed = 20261;

export function generatedTexts(): string[] {
  return Array.from({ length: textCount }, (_, i) => {
    const source: Random = random(seed, i);
    return kinds[i % kinds.length]!(source, i);
  });
}
