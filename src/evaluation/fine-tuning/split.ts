/**
 * Which items are learned from, which choose the best epoch, which are scored. The choice never looks at test items:
 * without a dev part a share of the training items is kept back by a draw from the seed.
 */
import { permutation, random } from "../../base/index.ts";
import type { LabelledSet } from "../../contract/index.ts";
import { requireItems } from "../tasks/context.ts";

export interface FineTuneSplit {
  /** Places in the set, ascending. */
  train: number[];
  dev: number[];
  test: number[];
  notes: string[];
}

const DEV_STREAM = 0xde5e;
const THIN_STREAM = 0x7a14;

/** @throws evaluation/no-test, evaluation/no-train */
export function fineTuneSplit(
  { items, task }: LabelledSet,
  { devShare, maxTrainItems, seed }: { devShare: number; maxTrainItems: number; seed: number },
): FineTuneSplit {
  const placesOf = (split: string): number[] => items.flatMap((item, i) => (item.split === split ? [i] : []));
  let [train, dev] = [placesOf("train"), placesOf("dev")];
  const test = placesOf("test");
  const notes: string[] = [];
  requireItems("test", test.length);
  requireItems("train", train.length);
  const total = train.length;
  if (total > maxTrainItems) {
    const order = permutation(total, random(seed, THIN_STREAM)).subarray(0, maxTrainItems).sort();
    train = Array.from(order, (k) => train[k]!);
    notes.push(`The models learned from ${maxTrainItems} of the ${total} training items, drawn at random.`);
  }
  if (dev.length === 0 && train.length > 1) {
    // Questions on one context stay together.
    const groupOf = (i: number): string => {
      const item = items[i]!;
      return task === "qa" && "context" in item ? item.context : String(i);
    };
    const groups = [...new Set(train.map(groupOf))];
    const count = Math.min(groups.length - 1, Math.max(1, Math.round(groups.length * devShare)));
    const held = new Set(
      Array.from(permutation(groups.length, random(seed, DEV_STREAM)).subarray(0, count), (k) => groups[k]!),
    );
    dev = train.filter((i) => held.has(groupOf(i)));
    if (dev.length > 0)
      notes.push(
        `The set has no dev part: ${dev.length} training items were kept back to choose the best epoch. Test items were not looked at for it.`,
      );
    train = train.filter((i) => !held.has(groupOf(i)));
  }
  // A single training item chooses its own epoch.
  return { train, dev: dev.length === 0 ? train : dev, test, notes };
}
