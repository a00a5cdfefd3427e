/**
 * The step in jax-js, as its documentation would have it: one jitted function from (weights, moments, batch) to
 * (loss, weights, moments). Written for this benchmark. Arrays are owned: each use but the last takes `.ref`.
 */
import type * as Jax from "@jax-js/jax";
import type { Contestant, Backend } from "../contestant.ts";
import { names, optimiser, type Problem } from "../problem.ts";

type Tensor = Jax.Tensor;
type Tree = Jax.Tree;

export async function openJax(jax: typeof Jax, backend: Backend, problem: Problem): Promise<Contestant> {
  const found = await jax.init(backend);
  if (!found.includes(backend)) throw new Error(`jax-js has no ${backend} here`);
  jax.defaultDevice(backend);
  const { numpy: np } = jax;
  let weights: Tree = {};
  let first: Tree = {};
  let second: Tree = {};
  for (const { name, shape } of problem.parameters) {
    weights[name] = np.array(problem.weights.get(name)!, { shape });
    first[name] = np.zeros(shape);
    second[name] = np.zeros(shape);
  }
  const batch = [problem.ids, problem.masked, problem.labels].map((data) => np.array(data));
  const step = jax.jit(makeStep(jax, backend, problem));
  return {
    about: "@jax-js/jax 0.1.25",
    step: async (t) => {
      const { learningRate, beta1, beta2 } = optimiser;
      // As data: a number in the program would be frozen into it.
      const rate = np.array(Float32Array.of(learningRate / (1 - beta1 ** t)));
      const root = np.array(Float32Array.of(1 / Math.sqrt(1 - beta2 ** t)));
      const results = step(weights, first, second, rate, root, ...batch.map((array) => array.ref));
      [, weights, first, second] = results;
      const [loss] = await results[0].data();
      await jax.blockUntilReady([weights, first, second]);
      return loss!;
    },
    dispose: () => {
      jax.tree.dispose([weights, first, second, batch]);
      return Promise.resolve();
    },
  };
}

type Step = (
  weights: Tree,
  first: Tree,
  second: Tree,
  rate: Tensor,
  root: Tensor,
  ...batch: Tensor[]
) => [Tensor, Tree, Tree, Tree];

function makeStep(jax: typeof Jax, backend: Backend, problem: Problem): Step {
  const { numpy: np } = jax;
  const { beta1, beta2, epsilon } = optimiser;
  const lossAndGradients = jax.valueAndGrad(makeLoss(jax, backend, problem));
  return (weights, first, second, rate, root, ...batch) => {
    const [loss, gradients] = lossAndGradients(jax.tree.ref(weights), ...batch);
    const next: [Tree, Tree, Tree] = [{}, {}, {}];
    for (const name of Object.keys(weights)) {
      const g = gradients[name]!;
      const m = first[name]!.mul(beta1).add(g.ref.mul(1 - beta1));
      const v = second[name]!.mul(beta2).add(np.square(g).mul(1 - beta2));
      const change = m.ref.mul(rate.ref).div(np.sqrt(v.ref).mul(root.ref).add(epsilon));
      next[0][name] = weights[name]!.sub(change);
      next[1][name] = m;
      next[2][name] = v;
    }
    rate.dispose();
    root.dispose();
    return [loss, ...next];
  };
}

function makeLoss(
  jax: typeof Jax,
  backend: Backend,
  problem: Problem,
): (p: Tree, ids: Tensor, masked: Tensor, labels: Tensor) => Tensor {
  const { numpy: np, nn } = jax;
  const { config, shape } = problem;
  const { B, T, M } = shape;
  const [H, A, V] = [config.hidden_size, config.num_attention_heads, config.vocab_size];
  const D = H / A;

  const linear = (p: Tree, x: Tensor, name: string): Tensor =>
    np.matmul(x, p[`${name}.weight`]!.transpose([1, 0])).add(p[`${name}.bias`]!);

  /** Rows of a table (n, H) by index, as a product with a one-hot matrix: its gradient then is one too. */
  const lookup = (table: Tensor, indices: Tensor, n: number): Tensor => np.matmul(oneHot(indices, n), table);
  /** `where`, since jax-js's own one-hot is slow on WebGPU. */
  const oneHot = (indices: Tensor, n: number): Tensor =>
    np.where(indices.reshape([-1, 1]).equal(np.arange(n).reshape([1, n])), 1, 0);

  function layerNorm(p: Tree, x: Tensor, name: string): Tensor {
    const centred = x.ref.sub(x.mean(-1, { keepdims: true }));
    const variance = np.square(centred.ref).mean(-1, { keepdims: true });
    const normal = centred.mul(np.reciprocal(np.sqrt(variance.add(config.layer_norm_eps))));
    return normal.mul(p[`${name}.weight`]!).add(p[`${name}.bias`]!);
  }

  function embeddings(p: Tree, ids: Tensor): Tensor {
    const table = p[names.words]!.ref;
    const words =
      backend === "wasm" ? np.take(table, ids.reshape([B, T]), 0) : lookup(table, ids, V).reshape([B, T, H]);
    const places = p[names.positions]!.reshape([1, T, H]);
    const type = p[names.types]!.slice([0, 1]).reshape([1, 1, H]);
    return layerNorm(p, words.add(places).add(type), names.embeddingNorm).reshape([B * T, H]);
  }

  function attention(p: Tree, x: Tensor, name: string): Tensor {
    const packed = linear(p, x, name)
      .reshape([B, T, 3 * A, D])
      .transpose([0, 2, 1, 3]);
    const [q, k, v] = np.split(packed, 3, 1) as [Tensor, Tensor, Tensor]; // (B, A, T, D)
    const scores = np.matmul(q.mul(1 / Math.sqrt(D)), k.transpose([0, 1, 3, 2]));
    const context = np.matmul(nn.softmax(scores, -1), v);
    return context.transpose([0, 2, 1, 3]).reshape([B * T, H]);
  }

  return (p, ids, masked, labels) => {
    let x = embeddings(p, ids);
    for (let i = 0; i < config.num_hidden_layers; i++) {
      const layer = names.layer(i);
      const attended = linear(p, attention(p, x.ref, layer.qkv), layer.attentionOut);
      x = layerNorm(p, attended.add(x), layer.attentionNorm);
      const inner = nn.gelu(linear(p, x.ref, layer.intermediate), { approximate: false });
      x = layerNorm(p, linear(p, inner, layer.output).add(x), layer.outputNorm);
    }
    const rows = lookup(x, masked, B * T); // (M, H): logits of the masked places only
    const head = nn.gelu(linear(p, rows, names.headDense), { approximate: false });
    const normal = layerNorm(p, head, names.headNorm);
    const logits = np.matmul(normal, p[names.words]!.transpose([1, 0])).add(p[names.headBias]!);
    const hit = labels.reshape([M, 1]).equal(np.arange(V).reshape([1, V]));
    return np
      .where(hit, nn.logSoftmax(logits, -1), 0)
      .sum()
      .mul(-1 / M);
  };
}
