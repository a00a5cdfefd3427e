/** Under which name a training is kept: whatever changes its numbers changes it, and nothing else does. */
import { expect, test } from "vitest";
import {
  completeRecipe,
  defaultFineTune,
  fineTuneRecipe,
  type DeviceReport,
  type FineTuneRequest,
  type LabelledSet,
  type Recipe,
} from "../../../src/contract/index.ts";
import { StoredTrainings, type MemoryPlan } from "../../../workers/compute/fine-tune-memory.ts";
import { folderModel } from "../../support/folder-model.ts";

const settings = defaultFineTune();
const recipe = completeRecipe({});
const request: FineTuneRequest = {
  ...{ setId: "one", settings, recipe, device: "wasm", keep: "none", project: "main" },
  ...{ base: { kind: "hub", id: "a/b", revision: "main" }, tuned: { kind: "stored", id: "tuned" } },
};
const items = ["train", "train", "test"].map((split, i) => ({ split, text: `text ${i}`, label: "ab"[i % 2]! }));
const set = { id: "one", name: "One", note: "", task: "classification", items, warnings: [] } as LabelledSet;
const device: DeviceReport = { kind: "wasm", threads: 2, adapter: "", software: false, reason: "", runtime: "1.31" };

/** The name of the tuned arm's first training, or of another. */
async function named(change: Partial<MemoryPlan> = {}, one: { arm?: "base" | "tuned"; recipe?: Recipe } = {}) {
  const model = { ...(await folderModel("bert")), commit: "c1" };
  const plan = { request, set, model, device, open: () => Promise.resolve(model), ...change };
  const trained = fineTuneRecipe(plan.request.settings, plan.request.recipe, 100, 1);
  const name = await new StoredTrainings(plan).nameOf({ arm: "tuned", seed: 1, recipe: trained, ...one });
  return JSON.stringify(name);
}

test("what changes a training's numbers changes its name", async () => {
  const model = await folderModel("bert");
  const files = { ...model.files, "tokenizer.json": `${model.files["tokenizer.json"]!} ` };
  const other = (more: Partial<FineTuneRequest>): Partial<MemoryPlan> => ({ request: { ...request, ...more } });
  const set2 = { ...set, items: [...set.items].reverse() } as LabelledSet;
  const changes: Record<string, Promise<string>> = {
    nothing: named(),
    set: named(other({ setId: "two" })),
    items: named({ set: set2 }),
    tuned: named(other({ tuned: { kind: "stored", id: "later" } })),
    base: named({}, { arm: "base" }),
    commit: named({ open: () => Promise.resolve({ ...model, commit: "c2" }) }, { arm: "base" }),
    tokenizer: named({ model: { ...model, files } }),
    special: named({ model: { ...model, special: { ...model.special, pad: 9 } } }),
    config: named({ model: { ...model, config: { ...model.config, layer_norm_eps: 1e-3 } } }),
    device: named({ device: { ...device, kind: "webgpu" } }),
    threads: named({ device: { ...device, threads: 1 } }),
    runtime: named({ device: { ...device, runtime: "1.32" } }),
    float16: named({ device: { ...device, float16: true } }),
    "another seed": named({}, { recipe: fineTuneRecipe(settings, recipe, 100, 2) }),
    "an item more": named({}, { recipe: fineTuneRecipe(settings, recipe, 101 * settings.batchSize, 1) }),
    dropout: named(other({ recipe: { ...recipe, dropout: 0.3 } })),
    precision: named(other({ recipe: { ...recipe, precision: "f16" } })),
  };
  for (const [name, value] of Object.entries(settings)) {
    if (name === "seeds" || name === "longestAnswer") continue;
    const changed = typeof value === "number" ? value + 1 : "cut";
    changes[`settings.${name}`] = named(other({ settings: { ...settings, [name]: changed } }));
  }
  const names = await Promise.all(Object.values(changes));
  const same = Object.keys(changes).filter((_, i) => names.indexOf(names[i]!) !== i);
  expect(same).toEqual([]);
});

test("what does not change them leaves it: more seeds, the answers' length, the set's name, which model is kept", async () => {
  const other = (more: Partial<FineTuneRequest>): Promise<string> => named({ request: { ...request, ...more } });
  const written = Object.fromEntries(Object.entries(settings).reverse()) as typeof settings;
  const names = await Promise.all([
    named(),
    other({ settings: { ...settings, seeds: settings.seeds + 2, longestAnswer: 3 } }),
    other({ settings: written }),
    other({ keep: "tuned", project: "other" }),
    named({ set: { ...set, name: "Renamed", note: "new" } as LabelledSet }),
    named({ device: { ...device, reason: "asked for" } }),
  ]);
  expect(new Set(names).size).toBe(1);
});
