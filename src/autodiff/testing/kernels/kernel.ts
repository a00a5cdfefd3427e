/** What an interpreter kernel is: tensors and attributes in, tensors out. Written for clearness, not speed. */
import type { Attributes } from "../../graph.ts";
import type { Tensor } from "../tensor.ts";

export interface KernelContext {
  readonly attributes: Attributes;
  readonly outputCount: number;
  readonly opset: number;
}
export type Kernel = (inputs: readonly (Tensor | null)[], c: KernelContext) => Tensor[];

export const numbers = (t: Tensor | null | undefined): number[] | undefined => (t ? Array.from(t.data) : undefined);
