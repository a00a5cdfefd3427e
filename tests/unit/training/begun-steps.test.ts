/**
 * A device that computes by itself is asked for an update while it computes the one before. The run must not be told
 * from one that waits: the same signals in the same order, a stop and a pause at the step that they name.
 */
import { expect, test } from "vitest";
import { random } from "../../../src/base/index.ts";
import { defaultRecipe, type Recipe } from "../../../src/contract/index.ts";
import { packBlocks } from "../../../src/data/index.ts";
import { initialize, parametersOf } from "../../../src/models/index.ts";
import type { Arrays, BegunStep, Device, Trainer } from "../../../src/runtime/index.ts";
import { openObjective, RunControl, TrainingRun, type RunSignal } from "../../../src/training/index.ts";
import { native } from "../../support/native.ts";

const config = {
  ...{ model_type: "bert" as const, vocab_size: 60, hidden_size: 16, num_hidden_layers: 2, num_attention_heads: 2 },
  ...{ intermediate_size: 32, max_position_embeddings: 16, type_vocab_size: 2, layer_norm_eps: 1e-12 },
  ...{ pad_token_id: 0, hidden_act: "gelu" as const, initializer_range: 0.02 },
};
const special = { pad: 0, unknown: 1, start: 2, end: 3, mask: 4 };
const small: Partial<Recipe> = { batchSize: 4, blockLength: 16, maxSteps: 12, evaluateEvery: 5, checkpointEvery: 4 };

/** The CPU's updates, told late as a GPU tells them. `asked` counts those that were asked for, `told` those told of. */
function late(): Device & { most: number } {
  const real = native();
  let running = 0;
  const device = {
    ...real,
    most: 0,
    report: real.report,
    prepared: real.prepared,
    upload: (...given: Parameters<Device["upload"]>) => real.upload(...given),
    compile: (bytes: Uint8Array) => real.compile(bytes),
    lose: () => real.lose(),
    dispose: () => real.dispose(),
    train: async (...given: Parameters<Device["train"]>): Promise<Trainer> => {
      const trainer = await real.train(...given);
      const begin: Trainer["begin"] = async (...step): Promise<BegunStep> => {
        const { result } = await trainer.begin(...step);
        device.most = Math.max(device.most, ++running);
        const told = new Promise((resolve) => setTimeout(resolve, 3)).then(() => (running--, result));
        return { isRunning: true, result: told };
      };
      return {
        begin,
        step: async (...step) => (await begin(...step)).result,
        add: (...graph) => trainer.add(...graph),
        readMoments: (names) => trainer.readMoments(names),
        dispose: () => trainer.dispose(),
      };
    },
  };
  return device;
}

interface Told {
  signals: unknown[];
  /** Of every save, by step. */
  saved: Map<number, Arrays>;
}

async function run(
  device: Device,
  settings: Partial<Recipe>,
  hand: (control: RunControl, signal: RunSignal) => void = () => undefined,
): Promise<Told> {
  const recipe = { ...defaultRecipe(), ...small, ...settings };
  const source = random(3);
  const tokens = Int32Array.from({ length: 2000 }, () => 5 + source.below(55));
  const blocks = packBlocks({ tokens, documents: Uint32Array.of(0, tokens.length) }, recipe, special);
  const objective = openObjective({ config, special, recipe, train: blocks, heldOut: blocks });
  const weights = initialize(parametersOf(config, "mlm"), config, 1);
  const place = { startStep: 0, totalSteps: recipe.maxSteps, bestLoss: Infinity };
  const training = await TrainingRun.open({ device, config, recipe, objective, weights, ...place });
  const control = new RunControl();
  const told: Told = { signals: [], saved: new Map() };
  for await (const signal of training.signals(control)) {
    if (signal.type === "save") {
      const snapshot = await signal.read();
      told.saved.set(signal.step, snapshot.weights);
      told.signals.push([signal.type, signal.kind, signal.step, signal.sinceBest, snapshot]);
    } else told.signals.push({ ...signal, durationMs: 0 });
    if (signal.type === "paused") setTimeout(() => control.resume(), 5);
    hand(control, signal);
  }
  await training.dispose();
  return told;
}

test.each<[string, Partial<Recipe>]>([
  ["a plain run", {}],
  ["layers let in on the way", { unfreezeEvery: 3 }],
  ["a run that ends early", { patience: 1, learningRate: 1e-9, evaluateEvery: 2 }],
  ["half precision, whose scale depends on the update before", { precision: "f16" }],
])("%s: the same signals, weights and moments as where each update is waited for", async (_, settings) => {
  const device = late();
  const ahead = await run(device, settings);
  expect(ahead.signals).toEqual((await run(native(), settings)).signals);
  expect(device.most).toBe(settings.precision === "f16" ? 1 : 2);
});

test("a stop leaves the weights at the step that it names, and a pause comes after all that was asked for", async () => {
  const whole = await run(native(), { checkpointEvery: 1 });
  const stopped = await run(late(), { checkpointEvery: 100 }, (control, signal) => {
    if (signal.type === "step" && signal.step === 3) control.pause();
    if (signal.type === "step" && signal.step === 7) control.stop();
  });
  const steps = stopped.signals.filter((one): one is { type: string; step: number } => "type" in (one as object));
  const named = steps.filter(({ type }) => type === "step").map(({ step }) => step);
  const end = steps.at(-1)!;
  expect(end).toMatchObject({ type: "done", reason: "stopped" });
  // One more was being computed when the hand came down.
  expect([7, 8]).toContain(end.step);
  expect(named).toEqual(Array.from({ length: end.step }, (_, i) => i + 1));
  expect(stopped.saved.get(end.step)).toEqual(whole.saved.get(end.step));
  const paused = steps.findIndex(({ type }) => type === "paused");
  expect(steps[paused]!.step).toBe(steps.slice(0, paused).findLast(({ type }) => type === "step")!.step);
  expect(steps[paused + 1]).toEqual({ type: "resumed", step: steps[paused]!.step, durationMs: 0 });
});
