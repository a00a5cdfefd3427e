/** Getting a run ready before anyone presses "Train": what of it depends on model, recipe and device alone. */
import type { DeviceSetting } from "./device.ts";
import type { ModelConfig } from "./model.ts";
import type { Recipe } from "./recipe/index.ts";

export interface AheadRequest {
  config: ModelConfig;
  recipe: Recipe;
  device: DeviceSetting;
}
export interface AheadDoor {
  /**
   * Opens the device and compiles the graphs of such a run, for the next `train` to take; those of an earlier request
   * are let go. Ends early, with false, when somebody asks for the device.
   * @throws training/does-not-fit; storage/project-busy while a tab trains
   */
  prepareAhead(request: AheadRequest): Promise<boolean>;
}

const pace: ReadonlySet<string> = new Set<keyof Recipe>([
  "learningRate",
  "schedule",
  "warmupShare",
  "maxSteps",
  "evaluateEvery",
  "checkpointEvery",
  "patience",
]);
/** The recipe without what changes neither a graph nor the memory that it takes: how long and how fast it learns. */
export const withoutPace = (recipe: Recipe): Partial<Recipe> =>
  Object.fromEntries(Object.entries(recipe).filter(([name]) => !pace.has(name)));
/** What the graphs of a run and their memory are known by: all that they depend on. */
export const graphsKey = ({ config, recipe, device }: AheadRequest): string =>
  JSON.stringify([config, withoutPace(recipe), device]);
