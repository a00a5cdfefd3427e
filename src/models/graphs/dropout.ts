/**
 * Dropout as a factor that the runtime fills: each site is an input of 0 and 1/keep, so the graph holds no chance and
 * its gradient is that of a product. Graphs that do not train have no sites. Knows no generator: see src/runtime/dropout.ts.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { allRows, declare, type Frame } from "./frame.ts";

/** Shares of values set to zero; 0 leaves no node and no input. Sites as transformers' modules have them. */
export interface DropoutRates {
  /** Behind the embeddings, behind attention's and feed-forward's last layer. */
  hidden: number;
  /** The softmax' weights. */
  attention: number;
  /** What LoRA's adapters read. */
  adapters: number;
}
/** An input that the runtime fills; its number in the list names its chance. */
export interface DropoutSite {
  input: string;
  shape: readonly number[];
  keep: number;
}

/** x (.., n), or (R, n) where the frame's values are of some rows only: chance is drawn for all, whichever are read. */
export function dropout(frame: Frame, x: Value, kind: keyof DropoutRates): Value {
  const rate = frame.dropout?.rates[kind] ?? 0;
  if (frame.dropout === undefined || rate === 0) return x;
  const { sites } = frame.dropout;
  const { rows = allRows } = frame;
  const shape = rows === allRows ? x.shape : [frame.shape.B * frame.shape.T, ...x.shape.slice(1)];
  const input = `dropout.${sites.length}`;
  sites.push({ input, shape, keep: 1 - rate });
  return s.mul(frame.b, x, rows(declare(frame, input, "float32", shape)));
}
