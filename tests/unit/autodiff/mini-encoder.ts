/** A small post-norm encoder with a tied MLM head, written on the builder alone: the room's own test subject. */
import {
  crossEntropy,
  GraphBuilder,
  sugar as s,
  type Graph,
  type ElementType,
  type Value,
} from "../../../src/autodiff/index.ts";
import type { Feed } from "../../../src/autodiff/testing/index.ts";
import { random } from "../../../src/base/index.ts";

export interface MiniShape {
  B: number;
  T: number;
  H: number;
  A: number;
  I: number;
  V: number;
  M: number;
  L: number;
}
export const nano: MiniShape = { B: 2, T: 6, H: 8, A: 2, I: 12, V: 11, M: 4, L: 2 };

export interface MiniEncoder {
  graph: Graph;
  targets: string[];
  rowTargets: string[];
  feeds: (seed: number) => Map<string, Feed>;
}

export function miniEncoder(shape: MiniShape = nano, type: ElementType = "float64"): MiniEncoder {
  const { B, T, H, A, I, V, M, L } = shape;
  const D = H / A;
  const b = new GraphBuilder("mini");
  const targets: string[] = [];
  const parameter = (name: string, ...dims: number[]): Value => {
    targets.push(name);
    return b.input(name, type, dims);
  };
  const ids = b.input("ids", "int32", [B * T]);
  const positions = b.input("positions", "int32", [B * T]);
  const masked = b.input("masked", "int32", [M]);
  const labels = b.input("labels", "int32", [M]);
  const weights = b.input("weights", type, [M]);
  const mask = b.input("mask", type, [B, 1, 1, T]);
  const dense = (x: Value, name: string, out: number, options: s.GemmOptions = {}): Value =>
    b.scope(name, () =>
      s.gemm(b, x, parameter(`${name}.weight`, out, x.shape[1]!), parameter(`${name}.bias`, out), {
        transB: true,
        ...options,
      }),
    );
  const norm = (x: Value, name: string): Value =>
    b.scope(name, () =>
      s.layerNormalization(b, x, parameter(`${name}.weight`, H), parameter(`${name}.bias`, H), 1e-12),
    );
  const words = parameter("words", V, H);
  const places = parameter("places", T, H);
  let x = norm(s.add(b, s.gather(b, words, ids), s.gather(b, places, positions)), "embeddings"); // (B T, H)
  for (let l = 0; l < L; l++) {
    x = b.scope(`layer.${l}`, () => {
      const name = (part: string): string => `layer.${l}.${part}`;
      const heads = (v: Value, perm: number[]): Value => s.transpose(b, s.reshape(b, v, [B, T, A, D]), perm);
      const scale = 1 / Math.sqrt(D);
      const q = heads(dense(x, name("query"), H, { alpha: scale, beta: scale }), [0, 2, 1, 3]); // (B, A, T, D)
      const k = heads(dense(x, name("key"), H), [0, 2, 3, 1]); // (B, A, D, T)
      const v = heads(dense(x, name("value"), H), [0, 2, 1, 3]);
      const p = s.softmax(b, s.add(b, s.matmul(b, q, k), mask)); // (B, A, T, T)
      const mixed = s.reshape(b, s.transpose(b, s.matmul(b, p, v), [0, 2, 1, 3]), [B * T, H]);
      const attended = norm(s.add(b, dense(mixed, name("output"), H), x), name("attention.norm"));
      const inner = s.gelu(b, dense(attended, name("up"), I));
      return norm(s.add(b, dense(inner, name("down"), H), attended), name("norm"));
    });
  }
  const picked = s.gather(b, x, masked); // (M, H)
  const head = norm(s.gelu(b, dense(picked, "transform", H)), "transform.norm");
  const logits = s.gemm(b, head, words, parameter("decoder.bias", V), { transB: true });
  const { loss, nll } = crossEntropy(b, logits, labels, weights);
  b.output(loss, "loss");
  b.output(nll, "nll");
  const graph = b.build();

  const feeds = (seed: number): Map<string, Feed> => {
    const source = random(seed);
    const fed = new Map<string, Feed>();
    for (const { name, type: t, shape: dims } of graph.inputs) {
      const n = dims.reduce((a, m) => a * m, 1);
      const below = { ids: V, masked: B * T, labels: V }[name];
      if (name === "positions")
        fed.set(name, { type: t, shape: dims, data: Int32Array.from({ length: n }, (_, i) => i % T) });
      else if (below !== undefined)
        fed.set(name, { type: t, shape: dims, data: Int32Array.from({ length: n }, () => source.below(below)) });
      else {
        const one = name.endsWith("norm.weight") || name === "embeddings.weight" ? 1 : 0;
        const data = Float64Array.from({ length: n }, () => one + 0.3 * source.normal());
        if (name === "mask") data.forEach((_, i) => (data[i] = i % T === T - 1 ? -10000 : 0));
        if (name === "weights") data.forEach((_, i) => (data[i] = i === 0 ? 0 : 1 / (M - 1)));
        fed.set(name, { type: t, shape: dims, data: type === "float32" ? Float32Array.from(data) : data });
      }
    }
    return fed;
  };
  return { graph, targets, rowTargets: ["words", "places"], feeds };
}
