/**
 * What of a run can be made before its text is there: the graphs of its recipe, compiled, and on a GPU the shaders,
 * which are only made when a graph is first run. Cut into pieces, so that whoever wants the device meanwhile waits for
 * one piece at most. Nothing here can change a run: it takes a graph only where it would have made the very same one.
 */
import { longestBlock, objectiveProblem, type ModelConfig, type Recipe } from "../contract/index.ts";
import { bucketLengths, bucketsOf } from "../data/index.ts";
import { buildMlmForward, type ForwardGraph, type StepGraph } from "../models/index.ts";
import type { Device, Feed, Feeds, WeightSource } from "../runtime/index.ts";
import { scoringOptions } from "./graph-options.ts";
import { paddingOf } from "./memory-advice.ts";
import { mlmNetwork, runShape } from "./objectives/mlm.ts";
import { ParameterPlan } from "./parameter-plan.ts";
import { onDevice } from "./precision.ts";
import { RecipeTrainer, stepGraph } from "./recipe-trainer.ts";

export interface AheadPlan {
  device: Device;
  config: ModelConfig;
  recipe: Recipe;
  /** Run each graph once, on zeros that are thrown away: it takes a run's memory for that long. */
  warmUp: boolean;
}
type Piece = () => Promise<void>;

/** In the order in which a run gains by them; none for an objective whose graphs depend on its data. */
export function aheadPieces({ device, config, recipe: asked, warmUp }: AheadPlan): Piece[] {
  const recipe = onDevice(asked, device.report);
  const reads = recipe.objective === "mlm" || recipe.objective === "permutation";
  if (!reads || objectiveProblem(config, recipe.objective) !== undefined) return [];
  if (recipe.blockLength > longestBlock(config)) return [];
  const shape = runShape(recipe, config);
  const padding = paddingOf(recipe);
  const objective = mlmNetwork(config, recipe, shape, padding);
  const learning = new ParameterPlan(recipe, config, objective.head);
  const training = (name?: string): StepGraph =>
    stepGraph({ recipe, objective }, device.report.kind, (one) => learning.trainable(one, 1), name);
  const scoring = (): ForwardGraph => buildMlmForward(config, shape, { padding, ...scoringOptions(recipe) });

  const pieces: Piece[] = [];
  if (warmUp)
    pieces.push(
      async () => {
        const trainer = await RecipeTrainer.open({
          device,
          config,
          recipe,
          objective,
          weights: zeros(learning),
          startStep: 0,
        });
        try {
          const batches = Array.from({ length: Math.min(2, recipe.accumulation) }, () => zeroFeeds(training()));
          await trainer.step(1, batches, 0);
        } finally {
          await trainer.dispose();
        }
      },
      async () => {
        const graph = scoring();
        const weights = await device.upload(learning.parameters, zeros(learning));
        try {
          const program = await device.compile(graph.bytes);
          try {
            await program.run(weights, zeroFeeds(graph), ["nll"]);
          } finally {
            await program.dispose();
          }
        } finally {
          weights.dispose();
        }
      },
    );
  const keep = async (graph: StepGraph): Promise<void> => device.prepared.add(graph.bytes, graph);
  pieces.push(
    () => keep(training()),
    () => device.prepared.add(scoring().bytes),
  );
  if (bucketsOf(recipe) !== "no")
    for (const T of bucketLengths(shape.T)) if (T < shape.T) pieces.push(() => keep(training(String(T))));
  return pieces;
}

function zeros({ parameters }: ParameterPlan): WeightSource {
  const sizes = new Map(parameters.map(({ name, shape }) => [name, shape.reduce((a, b) => a * b, 1)]));
  return { has: (name) => sizes.has(name), get: (name) => new Float32Array(sizes.get(name)!) };
}

/** Zeros for what a batch gives; what the runtime fills by itself is left to it. */
function zeroFeeds({
  graph,
  parameters,
  ...rest
}: ForwardGraph & Partial<Pick<StepGraph, "dropout" | "lossScale">>): Feeds {
  const others = new Set([...parameters.map(({ name }) => name), ...(rest.dropout ?? []).map(({ input }) => input)]);
  if (rest.lossScale !== undefined) others.add(rest.lossScale);
  const feeds = new Map<string, Feed>();
  for (const { name, shape, type } of graph.inputs) {
    if (others.has(name)) continue;
    const size = shape.reduce((a, b) => a * b, 1);
    if (type === "int32") feeds.set(name, { type, shape, data: new Int32Array(size) });
    else feeds.set(name, { type: "float32", shape, data: new Float32Array(size) });
  }
  return feeds;
}
