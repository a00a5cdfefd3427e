/**
 * The step in TensorFlow.js: `train.adam(...).minimize` over variables. Written for this benchmark, and helped
 * where its WASM backend has holes: products with a transposed or batched operand take a slow path there, so
 * operands are transposed first and batches are taken apart; UnsortedSegmentSum, the gradient of a lookup, is
 * missing, so one in JavaScript is registered; and the cross-entropy has its gradient in closed form.
 */
import type * as Tf from "@tensorflow/tfjs-core";
import type { Backend, Contestant } from "../contestant.ts";
import { names, optimiser, type Problem } from "../problem.ts";

type Tensor = Tf.Tensor;

export async function openTfjs(
  tf: typeof Tf,
  backend: Backend,
  about: () => string,
  problem: Problem,
): Promise<Contestant> {
  if (backend === "wasm") registerSegmentSum(tf);
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js has no ${backend} here`);
  await tf.ready();
  const p = new Map(
    problem.parameters.map(({ name, shape }) => [
      name,
      tf.variable(tf.tensor(problem.weights.get(name)!, shape), true, name),
    ]),
  );
  const batch = [problem.ids, problem.masked, problem.labels].map((data) => tf.tensor(data, [data.length], "int32"));
  const { learningRate, beta1, beta2, epsilon } = optimiser;
  const adam = tf.train.adam(learningRate, beta1, beta2, epsilon);
  const loss = makeLoss(tf, backend, problem, p);
  return {
    about: about(),
    step: async () => {
      const cost = adam.minimize(() => loss(...(batch as [Tensor, Tensor, Tensor])), true, [...p.values()]);
      const [value] = await cost.data();
      cost.dispose();
      return value!;
    },
    dispose: () => {
      for (const tensor of [...p.values(), ...batch]) tensor.dispose();
      adam.dispose();
      return Promise.resolve();
    },
  };
}

type Numbers = [Float32Array, Int32Array, Float32Array];

function registerSegmentSum(tf: typeof Tf): void {
  tf.registerKernel({
    kernelName: "UnsortedSegmentSum",
    backendName: "wasm",
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { x, segmentIds } = inputs as { x: Tf.TensorInfo; segmentIds: Tf.TensorInfo };
      const width = x.shape.slice(1).reduce((a, b) => a * b, 1);
      const out = backend.makeOutput([attrs.numSegments!, ...x.shape.slice(1)], "float32");
      const [from, ids, to] = [x, segmentIds, out].map((info) => backend.typedArrayFromHeap(info)) as Numbers;
      to.fill(0);
      for (let n = 0; n < ids.length; n++)
        for (let h = 0, a = ids[n]! * width, b = n * width; h < width; h++) to[a + h]! += from[b + h]!;
      return out;
    },
  });
}

/** a (.., n, k) times b (.., k, m), with gradients. */
type Product = (a: Tensor, b: Tensor) => Tensor;

/** Two-dimensional products without the transpose flags, forward and backward: the fast path of the WASM backend. */
function plainProduct(tf: typeof Tf): Product {
  return tf.customGrad((...args) => {
    const [a, b, save] = args as unknown as [Tensor, Tensor, (tensors: Tensor[]) => void];
    save([a, b]);
    return {
      value: tf.matMul(a, b),
      gradFunc: (dy, [x, y]) => [tf.matMul(dy, tf.transpose(y!)), tf.matMul(tf.transpose(x!), dy)],
    };
  });
}

function makeLoss(
  tf: typeof Tf,
  backend: Backend,
  { config, shape }: Problem,
  p: Map<string, Tf.Variable>,
): (ids: Tensor, masked: Tensor, labels: Tensor) => Tensor {
  const { B, T, M } = shape;
  const [H, A, V] = [config.hidden_size, config.num_attention_heads, config.vocab_size];
  const D = H / A;
  const wasm = backend === "wasm";
  const plain = plainProduct(tf);
  const batched: Product = (a, b) => {
    if (!wasm) return tf.matMul(a, b);
    const [left, right] = [tf.unstack(a), tf.unstack(b)];
    return tf.stack(left.map((x, i) => plain(x, right[i]!)));
  };
  const timesTransposed: Product = (a, b) => (wasm ? plain(a, tf.transpose(b)) : tf.matMul(a, b, false, true));
  const weight = (name: string): Tensor => p.get(name)!;
  const linear = (x: Tensor, name: string): Tensor =>
    tf.add(timesTransposed(x, weight(`${name}.weight`)), weight(`${name}.bias`));

  function layerNorm(x: Tensor, name: string): Tensor {
    const centred = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centred), -1, true);
    const normal = tf.mul(centred, tf.rsqrt(tf.add(variance, tf.scalar(config.layer_norm_eps))));
    return tf.add(tf.mul(normal, weight(`${name}.weight`)), weight(`${name}.bias`));
  }

  const gelu = (x: Tensor): Tensor => tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), tf.scalar(1)));

  function embeddings(ids: Tensor): Tensor {
    const words = tf.reshape(tf.gather(weight(names.words), ids), [B, T, H]);
    const places = tf.reshape(weight(names.positions), [1, T, H]);
    const type = tf.reshape(tf.slice(weight(names.types), [0, 0], [1, H]), [1, 1, H]);
    return layerNorm(tf.reshape(tf.add(tf.add(words, places), type), [B * T, H]), names.embeddingNorm);
  }

  function attention(x: Tensor, name: string): Tensor {
    const packed = tf.transpose(tf.reshape(linear(x, name), [B, T, 3 * A, D]), [0, 2, 1, 3]);
    const [q, k, v] = tf.split(packed, 3, 1).map((part) => tf.reshape(part, [B * A, T, D])) as [Tensor, Tensor, Tensor];
    const scores = batched(tf.mul(q, 1 / Math.sqrt(D)), tf.transpose(k, [0, 2, 1]));
    const context = tf.reshape(batched(tf.softmax(scores), v), [B, A, T, D]);
    return tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [B * T, H]);
  }

  /** Mean of -log softmax(logits)[label]; gradient (softmax - one-hot) / M. */
  function crossEntropy(logits: Tensor, labels: Tensor): Tensor {
    const hit = tf.oneHot(labels, V);
    return tf.customGrad((...args) => {
      const [x, save] = args as unknown as [Tensor, (tensors: Tensor[]) => void];
      const shifted = tf.sub(x, tf.max(x, -1, true));
      const logs = tf.sub(shifted, tf.log(tf.sum(tf.exp(shifted), -1, true)));
      save([logs, hit]);
      return {
        value: tf.mul(tf.sum(tf.mul(logs, hit)), -1 / M),
        gradFunc: (dy, [l, h]) => tf.mul(tf.mul(tf.sub(tf.exp(l!), h!), 1 / M), dy),
      };
    })(logits);
  }

  return (ids, masked, labels) => {
    let x = embeddings(ids);
    for (let i = 0; i < config.num_hidden_layers; i++) {
      const layer = names.layer(i);
      x = layerNorm(tf.add(linear(attention(x, layer.qkv), layer.attentionOut), x), layer.attentionNorm);
      const inner = gelu(linear(x, layer.intermediate));
      x = layerNorm(tf.add(linear(inner, layer.output), x), layer.outputNorm);
    }
    const head = gelu(linear(tf.gather(x, masked), names.headDense)); // (M, H): logits of the masked places only
    const logits = tf.add(
      timesTransposed(layerNorm(head, names.headNorm), weight(names.words)),
      weight(names.headBias),
    );
    return crossEntropy(logits, labels);
  };
}
