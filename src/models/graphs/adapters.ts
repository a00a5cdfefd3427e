/**
 * LoRA in a graph: y + (alpha / rank) drop(x) A' B' beside a linear layer's y. A layer that packs several modules (query,
 * key and value) gets each adapter in its own columns. Without adapters nothing is added.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import type { LoraSettings } from "../../contract/index.ts";
import { adapterScale, loraA, loraB } from "../lora/adapters.ts";
import type { Parameter } from "../parameter.ts";
import { dropout } from "./dropout.ts";
import { weight, type Frame } from "./frame.ts";

/** One adapter within a linear layer: its output's first column of the layer's. */
interface Place {
  module: string;
  from: number;
}
export interface Adapters {
  scale: number;
  /** By the layer's weight. */
  of: ReadonlyMap<string, readonly Place[]>;
}

/** Finds the adapters among the parameters: those of each layer's modules, in order. */
export function findAdapters(parameters: readonly Parameter[], lora: LoraSettings): Adapters {
  const names = new Set(parameters.map(({ name }) => name));
  const of = new Map<string, Place[]>();
  for (const { name, parts } of parameters) {
    let from = 0;
    for (const part of parts) {
      const module = part.name.replace(/\.weight$/, "");
      if (names.has(loraA(module))) of.set(name, [...(of.get(name) ?? []), { module, from }]);
      from += part.shape[0] ?? 0;
    }
  }
  return { scale: adapterScale(lora), of };
}

/** Shapes: x (N, in), y (N, out) -> (N, out). */
export function adapted(frame: Frame, x: Value, y: Value, weightName: string): Value {
  const { b, adapters } = frame;
  const width = y.shape[1]!;
  let sum = y;
  for (const { module, from } of adapters?.of.get(weightName) ?? []) {
    const up = weight(frame, loraB(module)); // (part of out, rank)
    const rows = up.shape[0]!;
    const whole = rows === width ? up : s.pad(b, up, [from, 0], [width - from - rows, 0]);
    const low = s.gemm(b, dropout(frame, x, "adapters"), weight(frame, loraA(module)), null, { transB: true });
    sum = s.gemm(b, low, whole, sum, { transB: true, alpha: adapters!.scale });
  }
  return sum;
}
