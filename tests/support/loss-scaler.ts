/** The loss scale through the updates of tests/oracles/loss_scaler.py, beside torch.amp.GradScaler's. */
import type { LossScaler } from "../../src/training/index.ts";
import { readGolden } from "./fixture.ts";

interface Golden {
  versions: { torch: string };
  updates: number;
  overflows: number[];
  /** (update, the scale after it), where it changed. */
  scales: [step: number, scale: number][];
  /** Updates that AdamW counted. */
  counted: number;
}
export const scalerGolden = readGolden("golden/loss-scaler.json") as Golden;

/** The largest distance of the scales, in powers of two. */
export function scalerDeviation(scaler: Pick<LossScaler, "scale" | "update">): number {
  const { updates, overflows, scales } = scalerGolden;
  const changed = new Map(scales);
  let expected = changed.get(0)!;
  let largest = Math.abs(Math.log2(scaler.scale / expected));
  for (let step = 1; step <= updates; step++) {
    scaler.update(step, overflows.includes(step));
    expected = changed.get(step) ?? expected;
    largest = Math.max(largest, Math.abs(Math.log2(scaler.scale / expected)));
  }
  return largest;
}
