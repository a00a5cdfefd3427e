/** Which items are for training, which for testing: by file name, else by a seeded draw. */
import { permutation, random } from "../../base/index.ts";
import type { SplitName } from "../../contract/index.ts";

/** Share of items for training when the files do not say. */
const TRAIN_SHARE = 0.8;
const SPLIT_STREAM = 0x5711;
/** Fixed, so that the same file always splits the same way and results stay comparable. */
export const SPLIT_SEED = 42;

/** The split a file name tells, or undefined. */
export function splitOfName(path: string): SplitName | undefined {
  const name = path.toLowerCase();
  const has = (word: string): boolean => new RegExp(`(^|[^a-z])(${word})([^a-z]|$)`).test(name);
  // "wnut17train.conll" has no border before the word, "trainset.csv" none after it: one border is enough.
  if (has("train\\w*") || /train([^a-z]|$)/.test(name)) return "train";
  if (has("dev|devel|development|valid|validation|val|testa")) return "dev";
  if (has("test|testb|testing|test[ _-]?set")) return "test";
  return undefined;
}

export interface SplitItem {
  split?: SplitName | undefined;
}

/**
 * Settles every item's split so that there are items to train on and to test on.
 * @returns the items with their split, and plain sentences on what was decided
 */
export function settleSplits<Item extends SplitItem>(
  items: Item[],
): { items: (Item & { split: SplitName })[]; warnings: string[] } {
  const count = (split: SplitName | undefined): number => items.filter((item) => item.split === split).length;
  const warnings: string[] = [];
  const named = (["train", "dev", "test"] as const).filter((split) => count(split) > 0);
  const unnamed = count(undefined);
  // One kind only, named or not: nothing to tell training from testing.
  if (named.length + (unnamed > 0 ? 1 : 0) <= 1) {
    const order = permutation(items.length, random(SPLIT_SEED, SPLIT_STREAM));
    const trainItems = Math.min(items.length - 1, Math.max(1, Math.round(items.length * TRAIN_SHARE)));
    const split = new Array<SplitName>(items.length);
    order.forEach((item, place) => (split[item] = place < trainItems ? "train" : "test"));
    const percent = Math.round(TRAIN_SHARE * 100);
    warnings.push(
      `No file is named as train and test, so the ${items.length} items were divided at random (seed ${SPLIT_SEED}): ${percent} % to train on, ${100 - percent} % to test on.`,
    );
    return { items: items.map((item, i) => ({ ...item, split: split[i]! })), warnings };
  }
  const rename = new Map<SplitName | undefined, SplitName>();
  if (!named.includes("train")) {
    const from = unnamed > 0 ? undefined : named.includes("dev") && named.includes("test") ? "dev" : named[0];
    rename.set(from, "train");
    warnings.push(
      `No file is named train; ${from === undefined ? "the files without a known name are" : `"${from}" is`} used to train on.`,
    );
  }
  if (!named.includes("test")) {
    const from = unnamed > 0 && !rename.has(undefined) ? undefined : "dev";
    rename.set(from, "test");
    warnings.push(
      `No file is named test; ${from === undefined ? "the files without a known name are" : `"${from}" is`} used to test on.`,
    );
  }
  const settled = items.map((item) => ({ ...item, split: rename.get(item.split) ?? item.split ?? ("train" as const) }));
  if (unnamed > 0 && !rename.has(undefined))
    warnings.push(`${unnamed} items are in files whose names tell no split; they are used to train on.`);
  return { items: settled, warnings };
}
