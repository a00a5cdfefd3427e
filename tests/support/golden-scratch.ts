/** Models that are made here, beside what tests/oracles/scratch.py made in PyTorch: logits, rows, ten steps. */
import {
  readRecipe,
  type AddedPiece,
  type ModelConfig,
  type Recipe,
  type StepShape,
} from "../../src/contract/index.ts";
import {
  buildMlmLogits,
  parametersOf,
  readSafetensors,
  toFloat32,
  toTensors,
  type GrownModel,
} from "../../src/models/index.ts";
import type { Device, Feed, Feeds } from "../../src/runtime/index.ts";
import { mlmNetwork, RecipeTrainer } from "../../src/training/index.ts";
import { readFixture } from "./fixture.ts";
import { encoderFeeds, golden, mlmFeeds, relativeError, type GoldenBatch } from "./golden-models.ts";

interface Golden {
  versions: { torch: string; transformers: string };
  config: ModelConfig;
  learningRate: number;
  weightDecay: number;
  embeddingsFirst: number;
  grownLayers: number;
  added: number[][];
  extendedIds: number[];
  batches: GoldenBatch[];
  losses: Record<string, number[]>;
  designs: Record<string, { kind: string; parameters: number }>;
}
const fixture = (name: string): Uint8Array => readFixture(`fixtures/models/${name}`);
export const scratch = JSON.parse(new TextDecoder().decode(fixture("scratch.json"))) as Golden;
export const scratchDesigns = JSON.parse(new TextDecoder().decode(fixture("scratch-designs.json"))) as Record<
  string,
  object
>;
const { tensors } = readSafetensors(fixture("scratch.safetensors"));
export const scratchTensor = (name: string): Float32Array => toFloat32(tensors.get(name)!);
export const scratchOracle = `PyTorch ${scratch.versions.torch}, transformers ${scratch.versions.transformers}`;

export const addedPieces: AddedPiece[] = scratch.added.map((oldIds, i) => ({
  piece: `new${i}`,
  id: scratch.config.vocab_size + i,
  oldIds,
}));

const { B, T } = golden.shape;
/** Every place asked for, so that all logits are there. */
const everywhere: StepShape = { B, T, M: B * T };

/** Logits (B*T, V) of a model at the first batch. */
export async function logitsOf(
  device: Device,
  { config, weights }: GrownModel,
  ids: readonly number[] = scratch.batches[0]!.input_ids,
): Promise<Float32Array> {
  const batch = { ...scratch.batches[0]!, input_ids: [...ids] };
  const types = config.type_vocab_size > 1 ? batch.token_type_ids : batch.token_type_ids.map(() => 0);
  const positions: Feed = { type: "int32", shape: [B * T], data: Int32Array.from({ length: B * T }, (_, i) => i) };
  const feeds: Feeds = new Map([
    ...encoderFeeds({ ...batch, token_type_ids: types }, config, false),
    ["masked_positions", positions],
  ]);
  const program = await device.compile(buildMlmLogits(config, everywhere, { padding: false }).bytes);
  const uploaded = await device.upload(parametersOf(config, "mlm"), weights);
  const logits = (await program.run(uploaded, feeds, ["logits"])).get("logits")!;
  await program.dispose();
  uploaded.dispose();
  return logits as Float32Array;
}

/** Ten steps of a model, against those of the oracle's of that name. */
export async function tenStepErrors(
  device: Device,
  name: string,
  { config, weights }: GrownModel,
  settings: Partial<Recipe> = {},
): Promise<number> {
  const { learningRate, weightDecay, batches, losses } = scratch;
  const recipe = readRecipe({ ...settings, learningRate, weightDecay, clipNorm: 0 });
  const objective = mlmNetwork(config, recipe, golden.shape, false);
  const trainer = await RecipeTrainer.open({ device, config, objective, recipe, weights, startStep: 0 });
  let worst = 0;
  for (const [s, batch] of batches.entries()) {
    const { loss } = await trainer.step(s + 1, [mlmFeeds(batch, config, false)], learningRate);
    worst = Math.max(worst, Math.abs(loss / losses[name]![s]! - 1));
  }
  for (const { name: tensor, data } of toTensors(parametersOf(config, "mlm"), await trainer.weights.read())) {
    // Softmax ignores a shift of its scores: a key bias has no gradient but rounding, which Adam scales up.
    if (tensor.endsWith("key.bias")) continue;
    const final = tensors.get(`${name}/final/${tensor}`);
    worst = Math.max(worst, final === undefined ? Infinity : relativeError(data, toFloat32(final)));
  }
  await trainer.dispose();
  return worst;
}
