/** Compute in float16 with a scaled loss: ten steps against PyTorch in float32, and the scale's own rules. */
import { LossScaler } from "../../src/training/index.ts";
import { methodErrors, methodsOracle } from "../support/golden-methods.ts";
import { scalerDeviation, scalerGolden } from "../support/loss-scaler.ts";
import { native } from "../support/native.ts";
import type { MethodRow } from "./row.ts";

/** float16 rounds to one part in 2,048; the rounding of ten steps adds up, most of it by chance. */
const halfTolerance = 1e-3;
/** Powers of two: any difference is one at least. */
const scaleTolerance = 0.01;

async function tenSteps(scale: number): Promise<number> {
  const errors = await methodErrors(native(), "plain", { precision: "f16" }, { scale, goodSteps: 0, skipped: [] });
  return Math.max(...Object.values(errors));
}

export const halfRows: MethodRow[] = [
  {
    method: "Compute in float16, loss scaled",
    oracle: `${methodsOracle} in float32`,
    tolerance: halfTolerance,
    deviation: () => tenSteps(2 ** 16),
    // This model's gradients are large: so small a scale stands for the underflow that larger models see at 1.
    withoutIt: () => tenSteps(2 ** -16),
  },
  {
    method: "Dynamic loss scale with skipped updates",
    oracle: `torch.amp.GradScaler of PyTorch ${scalerGolden.versions.torch}, ${scalerGolden.updates} updates`,
    tolerance: scaleTolerance,
    deviation: () => scalerDeviation(new LossScaler()),
    withoutIt: () => scalerDeviation({ scale: 2 ** 16, update: () => undefined }),
  },
];
