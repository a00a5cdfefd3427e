/**
 * Our graphs and kernels on WebGPU against PyTorch (tests/oracles/models.py): Dawn in Node over any
 * Vulkan driver, a software one included. Shader compilation takes most of the time there, so one
 * model of each family: BERT's heads and padding differ little from what these two cover, and of the other families only
 * MPNet's relative bias has operators that these have not.
 */
import { expect, test } from "vitest";
import { golden } from "../support/golden-models.ts";
import { permuted } from "../support/golden-permuted.ts";
import { permutedErrors } from "../support/permuted-checks.ts";
import { above, headErrors, onDevice, stepErrors, trainingErrors } from "../support/model-checks.ts";
import { regularisationErrors } from "../support/golden-regularisation.ts";
import { webgpuDevice } from "../support/webgpu-device.ts";

/** The bound for WebGPU: sums run in another order, and the standard lets exp and tanh be a few units off. */
const tolerance = 1e-3;
const deviceFor = webgpuDevice();

test("bert-gelu_new: loss and every gradient", async (context) => {
  const device = deviceFor(context);
  const errors = await stepErrors(
    onDevice(() => device),
    "bert-gelu_new",
    golden.acts["bert-gelu_new"]!,
  );
  expect(above(errors, tolerance)).toEqual({});
});

test("modernbert-biased and xlnet-permuted: loss and every gradient", async (context) => {
  const device = deviceFor(context);
  const run = onDevice(() => device);
  expect(above(await stepErrors(run, "modernbert-biased", golden.runs["modernbert-biased"]!), tolerance)).toEqual({});
  const key = "xlnet-permuted-padded";
  expect(above(await permutedErrors(run, key, permuted.runs[key]!), tolerance)).toEqual({});
});

test("roberta-padded: ten AdamW steps", async (context) => {
  const device = deviceFor(context);
  const { errors, drift } = await trainingErrors(device, "roberta-padded", golden.runs["roberta-padded"]!);
  console.log(`WebGPU, ten steps: largest relative error ${Math.max(...Object.values(errors)).toExponential(1)}`);
  expect(above(errors, tolerance)).toEqual({});
  expect(drift).toBeLessThan(1);
});

test("mpnet-tokens: loss and every gradient, the shared distance table's too", async (context) => {
  const device = deviceFor(context);
  const run = onDevice(() => device);
  const errors = await headErrors(run, "mpnet-tokens", golden.heads["mpnet-tokens"]!);
  console.log(`WebGPU, MPNet: largest relative error ${Math.max(...Object.values(errors)).toExponential(1)}`);
  expect(above(errors, tolerance)).toEqual({});
});

test("dropout, LoRA, the pull to the start and accumulated batches: ten steps of all at once", async (context) => {
  const device = deviceFor(context);
  expect(above(await regularisationErrors(device, "all at once"), tolerance)).toEqual({});
});
