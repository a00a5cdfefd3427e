/** A whole training graph on the native ONNX Runtime (float32) against the interpreter (float64). */
import { expect, test } from "vitest";
import ort from "onnxruntime-node";
import { addGradients, decodeModel, encodeModel } from "../../src/autodiff/index.ts";
import { interpret } from "../../src/autodiff/testing/index.ts";
import { miniEncoder, nano } from "../unit/autodiff/mini-encoder.ts";

/** Float32 has 6e-8 a rounding; two layers add up to a few 1e-6. A wrong kernel or attribute is far off. */
const TOLERANCE = 2e-5;

test.each([false, true])("loss and every gradient agree (statistics %s)", async (layerNormStatistics) => {
  const seed = 17;
  const { graph, targets, rowTargets, feeds } = miniEncoder(nano, "float32");
  const dense = targets.filter((t) => !rowTargets.includes(t));
  const trained = addGradients(graph, { loss: "loss", targets: dense, rowTargets, layerNormStatistics }).graph;
  const bytes = encodeModel(trained);
  const fed = feeds(seed);
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: 1 });
  const tensors = [...fed].map(([name, { type, shape, data }]) => [
    name,
    new ort.Tensor(type as "float32", data as Float32Array, shape),
  ]);
  const found = await session.run(Object.fromEntries(tensors) as Record<string, ort.Tensor>);
  for (const [name, { data }] of interpret(decodeModel(bytes), fed)) {
    const other = found[name]!.data as Float32Array;
    const worst = Math.max(...data.map((x, i) => Math.abs(x - other[i]!) / Math.max(1, Math.abs(x))));
    expect(worst, `seed ${seed}: ${name}`).toBeLessThan(TOLERANCE);
  }
  await session.release();
});
