/** Methods that change the update, against ten steps of PyTorch (tests/oracles/methods.py): losses and final weights. */
import { methodErrors, methods, methodsOracle } from "../support/golden-methods.ts";
import { native } from "../support/native.ts";
import type { MethodRow } from "./row.ts";

/** Ten float32 steps of a model this small: the bound of the ten plain AdamW steps. */
export const tenStepsTolerance = 1e-4;

const worst = (errors: Record<string, number>): number => Math.max(...Object.values(errors));

export const tenStepsRows: MethodRow[] = methods
  .filter((name) => name !== "plain")
  .map((name) => ({
    method: `${name[0]!.toUpperCase()}${name.slice(1).replaceAll("-", " ")}`,
    oracle: methodsOracle,
    tolerance: tenStepsTolerance,
    deviation: async () => worst(await methodErrors(native(), name)),
    withoutIt: async () => worst(await methodErrors(native(), name, {})),
  }));
