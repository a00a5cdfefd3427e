/**
 * The inner loops of optimiser and dropout as WebAssembly with vectors of four: from a plain loop over Float32Arrays V8 makes
 * one value at a time, in double (measured over 1.5M parameters: AdamW 6.8 ms, so 1.7; the norm 1.0, so 0.5). ONNX
 * Runtime needs the same vector instructions, so there is no second path. The order is fixed: same bits on every run.
 */
import { dropoutMask } from "./dropout-code.ts";
import { assemble, f32x4, f64, f64x2, FunctionBuilder, i32, repeatWhile, set } from "./wasm-assembler.ts";
import type { Expression, FunctionCode, Variable } from "./wasm-assembler.ts";

/** Addresses and lengths are in bytes, multiples of 16; lengths are more than 0. */
export interface HostKernels {
  /** Of the float32 from `values` up to `end`, in double. */
  sumOfSquares(values: number, end: number): number;
  /** Updates weight, first and second moment in place. `numbers` in the order of `adamwNumbers`. */
  adamw(weight: number, gradient: number, first: number, second: number, bytes: number, ...numbers: number[]): void;
  /** The same with a start weight: `numbers` then end with `pull`. */
  adamwPulled(weight: number, gradient: number, first: number, second: number, bytes: number, ...rest: number[]): void;
  /** Writes a dropout mask from `values` up to `end` (both multiples of 64): see dropout.ts. */
  dropoutMask(
    values: number,
    end: number,
    key0: number,
    key1: number,
    stream: number,
    limit: number,
    scale: number,
  ): void;
}

/** What AdamW multiplies by; constant over a step, but for `keep`, which knows whether a tensor decays. */
export const adamwNumbers = ["scale", "keep", "beta1", "add1", "beta2", "add2", "rate", "root", "epsilon"] as const;
export const pulledNumbers = [...adamwNumbers, "pull"] as const;
type AdamwNumber = (typeof pulledNumbers)[number];

const VECTOR_BYTES = 16;
const advance = (at: Variable<"i32">) => set(at, i32.add(at, i32.constant(VECTOR_BYTES)));

function sumOfSquares(): FunctionCode {
  const f = new FunctionBuilder();
  const [at, end] = [f.parameter("i32"), f.parameter("i32")];
  const [low, high, sumLow, sumHigh] = [f.local("f64x2"), f.local("f64x2"), f.local("f64x2"), f.local("f64x2")];
  const bothLanes = (sum: Expression<"f64x2">) => f64.add(f64x2.lane(sum, 0), f64x2.lane(sum, 1));
  return f.finish(
    [
      repeatWhile(i32.lessThan(at, end), [
        set(low, f64x2.loadFloats(at)),
        set(high, f64x2.loadFloats(at, VECTOR_BYTES / 2)),
        set(sumLow, f64x2.add(sumLow, f64x2.mul(low, low))),
        set(sumHigh, f64x2.add(sumHigh, f64x2.mul(high, high))),
        advance(at),
      ]),
    ],
    f64.add(bothLanes(sumLow), bothLanes(sumHigh)),
  );
}

/**
 * g = scale G; m = beta1 m + add1 g; v = beta2 v + add2 g g; w = keep w - rate m / (root sqrt(v) + epsilon).
 * Reference: torch.optim.AdamW (decoupled decay first, bias-corrected moments, epsilon outside the root).
 * Pulled: w also gains pull times the start weight, at an address given after `bytes`.
 */
function adamw(pulled: boolean): FunctionCode {
  const f = new FunctionBuilder();
  const address = () => f.parameter("i32");
  const [weight, gradient, first, second, bytes] = [address(), address(), address(), address(), address()];
  const start = pulled ? address() : undefined;
  const scalars = (pulled ? pulledNumbers : adamwNumbers).map((name) => ({ name, scalar: f.parameter("f32") }));
  const spread = scalars.map(({ name, scalar }) => ({ name, scalar, vector: f.local("f32x4") }));
  const c = Object.fromEntries(spread.map(({ name, vector }) => [name, vector])) as Record<
    AdamwNumber,
    Variable<"f32x4">
  >;
  const i = f.local("i32");
  const [g, m, v] = [f.local("f32x4"), f.local("f32x4"), f.local("f32x4")];
  const { load, store, add, sub, mul, div, sqrt } = f32x4;
  const at = (from: Expression<"i32">) => i32.add(from, i);
  const kept = mul(c.keep, load(at(weight)));
  const base = start === undefined ? kept : add(kept, mul(c.pull, load(at(start))));
  return f.finish([
    ...spread.map(({ scalar, vector }) => set(vector, f32x4.splat(scalar))),
    repeatWhile(i32.lessThan(i, bytes), [
      set(g, mul(c.scale, load(at(gradient)))),
      set(m, add(mul(c.beta1, load(at(first))), mul(c.add1, g))),
      set(v, add(mul(c.beta2, load(at(second))), mul(c.add2, mul(g, g)))),
      store(at(first), m),
      store(at(second), v),
      store(at(weight), sub(base, div(mul(c.rate, m), add(mul(c.root, sqrt(v)), c.epsilon)))),
      advance(i),
    ]),
  ]);
}

let compiled: WebAssembly.Module | undefined;

/** The kernels over this memory. */
export function hostKernels(memory: WebAssembly.Memory): HostKernels {
  compiled ??= new WebAssembly.Module(
    assemble({
      sumOfSquares: sumOfSquares(),
      adamw: adamw(false),
      adamwPulled: adamw(true),
      dropoutMask: dropoutMask(),
    }),
  );
  return new WebAssembly.Instance(compiled, { host: { memory } }).exports as unknown as HostKernels;
}
