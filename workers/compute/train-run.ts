/**
 * One training run from request to last save: loads model, tokens and (on resume) optimiser state, feeds
 * the loop's signals to storage and to the page. Storage and training meet only here.
 */
import { UnmaskError } from "../../src/base/index.ts";
import {
  completeRecipe,
  type Checkpoint,
  type ModelConfig,
  type Recipe,
  type RunEvent,
  type TrainingPosition,
  type TrainRequest,
} from "../../src/contract/index.ts";
import { packBlocks, type BlockIndex } from "../../src/data/index.ts";
import { parametersOf, tokenizerId, type LoadedModel } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { loadCheckpoint, loadTokenized, loadTokens, saveCheckpoint } from "../../src/storage/index.ts";
import {
  History,
  MlmRun,
  readMoments,
  readTensors,
  storeMoments,
  storeTensors,
  trainedParameters,
  type RunControl,
  type RunSignal,
} from "../../src/training/index.ts";
import { modelWeights } from "./model-weights.ts";
import { openModel } from "../shared/open-model.ts";
import { theDevice } from "./device.ts";
import { breathe, EventPosts } from "./event-posts.ts";

interface Start {
  model: Pick<LoadedModel, "name" | "config" | "special" | "files" | "origin">;
  recipe: Recipe;
  weights: Map<string, Float32Array>;
  moments?: ReturnType<typeof readMoments>;
  position?: TrainingPosition;
  tokenizedId: string;
  baseName: string;
  baseRef: string;
}

export async function trainRun(
  request: TrainRequest,
  control: RunControl,
  post: (events: RunEvent[]) => Promise<void>,
): Promise<void> {
  const began = performance.now();
  const posts = new EventPosts(post);
  const device = await theDevice(request.device);
  const start = request.resumeFrom === undefined ? await fromModel(request) : await fromCheckpoint(request.resumeFrom);
  const { train, heldOut } = await loadBlocks(start);
  const totalSteps = start.recipe.maxSteps;
  const run = await MlmRun.open({
    device,
    config: start.model.config,
    special: start.model.special,
    recipe: start.recipe,
    train,
    heldOut,
    weights: start.weights,
    ...(start.moments ? { moments: start.moments } : {}),
    startStep: start.position?.step ?? 0,
    totalSteps,
    bestLoss: start.position?.bestLoss ?? Infinity,
    sinceBest: start.position?.sinceBest ?? 0,
  });
  try {
    posts.add({
      type: "started",
      step: start.position?.step ?? 0,
      totalSteps,
      device: device.report,
      prepareMs: performance.now() - began,
      blocks: train.count,
      heldOutBlocks: heldOut.count,
      notices: notices(start.position, device, train, heldOut),
    });
    const keeper = new Keeper(request, start, device, totalSteps, posts);
    for await (const signal of run.signals(control)) {
      await keeper.take(signal);
      await breathe();
    }
  } finally {
    posts.flush();
    await run.dispose();
    await posts.delivered();
  }
}

export async function fromModel(request: TrainRequest): Promise<Start> {
  const model = await openModel(request.model, () => {});
  return {
    model,
    recipe: request.recipe,
    tokenizedId: request.tokenizedId,
    baseName: model.name,
    baseRef: JSON.stringify(request.model),
    weights: modelWeights(model, request.recipe.seed),
  };
}

async function fromCheckpoint(id: string): Promise<Start> {
  const { meta, weights, firstMoment, secondMoment } = await loadCheckpoint(id);
  if (meta.position === undefined)
    throw new UnmaskError(
      "training/not-resumable",
      "This checkpoint holds a model without optimiser state.",
      "Use it as the start model of a new run instead.",
    );
  const { step } = meta.position;
  const recipe = completeRecipe(meta.position.recipe);
  const trained = trainedParameters(meta.config, recipe, step);
  return {
    model: meta,
    recipe,
    tokenizedId: meta.position.tokenizedId,
    baseName: meta.position.baseModel,
    baseRef: meta.position.baseRef,
    position: meta.position,
    weights: readTensors(parametersOf(meta.config, "mlm"), weights, "weights"),
    moments: readMoments(trained, firstMoment, secondMoment),
  };
}

export async function loadBlocks({
  model,
  recipe,
  tokenizedId,
}: Start): Promise<{ train: BlockIndex; heldOut: BlockIndex }> {
  checkLength(model.config, recipe);
  const summary = await loadTokenized(tokenizedId);
  if (summary.tokenizerId !== tokenizerId(model.files))
    throw new UnmaskError(
      "training/other-tokenizer",
      "The corpus was tokenized for another model.",
      "Open the Corpus step again: it will be tokenized for this model.",
    );
  const train = packBlocks(await loadTokens(tokenizedId, "train"), recipe, model.special);
  const heldOut = packBlocks(await loadTokens(tokenizedId, "heldOut"), recipe, model.special, "heldOut");
  return { train, heldOut };
}

function checkLength(config: ModelConfig, recipe: Recipe): void {
  const most = config.max_position_embeddings - (config.model_type === "roberta" ? config.pad_token_id + 1 : 0);
  if (recipe.blockLength > most)
    throw new UnmaskError(
      "training/block-too-long",
      `Block length ${recipe.blockLength} is more than this model's ${most} positions.`,
      `Set the block length to ${most} or less.`,
      { blockLength: recipe.blockLength, most },
    );
}

/** Plain sentences on what is not as it was, or not as one might think. */
function notices(
  position: TrainingPosition | undefined,
  device: Device,
  train: BlockIndex,
  heldOut: BlockIndex,
): string[] {
  const said = [...train.notices, ...heldOut.notices];
  if (position === undefined) return said;
  const { kind, threads, runtime } = device.report;
  if (position.device !== kind || position.threads !== threads || position.runtime !== runtime)
    said.push(
      `The run was saved on ${position.device} with ${position.threads} threads (${position.runtime}) and goes on on ${kind} with ${threads} (${runtime}): the same batches and masks, but not the same numbers to the last bit.`,
    );
  return said;
}

/**
 * Turns signals into events and saves. A new "last" and the one that it replaces change places in one moment.
 * A "best" that was surpassed goes with the next "last": until then the stored "last" still names it.
 */
class Keeper {
  readonly #project: string;
  readonly #start: Start;
  readonly #device: Device;
  #totalSteps: number;
  readonly #posts: EventPosts;
  readonly #history: History;
  #tokensSeen: number;
  #bestLoss: number;
  #last: string;
  #best: string;
  #surpassed: string[] = [];

  constructor(request: TrainRequest, start: Start, device: Device, totalSteps: number, posts: EventPosts) {
    this.#project = request.project;
    this.#start = start;
    this.#device = device;
    this.#totalSteps = totalSteps;
    this.#posts = posts;
    const { position } = start;
    this.#history = new History(position?.history);
    this.#tokensSeen = position?.tokensSeen ?? 0;
    this.#bestLoss = position?.bestLoss ?? Infinity;
    this.#best = position?.bestCheckpoint ?? "";
    this.#last = request.resumeFrom ?? "";
  }

  async take(signal: RunSignal): Promise<void> {
    switch (signal.type) {
      case "save":
        return this.#save(signal);
      case "done":
        this.#posts.add({
          type: "finished",
          step: signal.step,
          reason: signal.reason,
          lastCheckpoint: this.#last,
          bestCheckpoint: this.#best,
        });
        return;
      case "step":
        this.#tokensSeen += signal.tokens;
        this.#history.addStep(signal.step, signal.loss);
        break;
      case "evaluation":
        this.#history.addEvaluation(signal.step, signal.loss);
        break;
      case "early":
        this.#totalSteps = signal.step;
        this.#posts.add({
          type: "notice",
          code: "run/early",
          message: `The run ended early, after ${signal.step} steps: the held-out loss had not improved for ${signal.evaluations} evaluations. The best checkpoint is kept.`,
        });
        return;
      default:
    }
    this.#posts.add(signal);
  }

  async #save({ kind, step, loss, sinceBest, read }: Extract<RunSignal, { type: "save" }>): Promise<void> {
    this.#posts.flush();
    if (kind === "best") this.#bestLoss = loss;
    const { parameters, weights, moments } = await read();
    const { first, second } = storeMoments(parameters, moments);
    const { name, config, special, files, origin } = this.#start.model;
    const position = this.#position(step, sinceBest);
    const label = this.#start.position === undefined ? name : this.#start.baseName;
    const checkpoint: Checkpoint = {
      meta: {
        name: `${label}, step ${step}`,
        project: this.#project,
        kind,
        config,
        special,
        files,
        origin,
        ...(kind === "best" ? { heldOutLoss: loss } : lastLoss(position)),
        ...(kind === "last" ? { position } : { step }),
      },
      weights: storeTensors(parameters, weights),
      firstMoment: first,
      secondMoment: second,
    };
    if (kind === "last") {
      const replaced = [this.#last, ...this.#surpassed].filter((old) => old !== "");
      const { id, sizeBytes } = await saveCheckpoint(checkpoint, replaced);
      this.#last = id;
      this.#surpassed = [];
      this.#posts.add({ type: "checkpoint", step, id, kind, sizeBytes });
    } else {
      const { id, sizeBytes } = await saveCheckpoint(checkpoint);
      this.#surpassed.push(this.#best);
      this.#best = id;
      this.#posts.add({ type: "checkpoint", step, id, kind, sizeBytes });
    }
  }

  #position(step: number, sinceBest: number): TrainingPosition {
    const { kind, threads, runtime } = this.#device.report;
    return {
      step,
      totalSteps: this.#totalSteps,
      recipe: this.#start.recipe,
      tokenizedId: this.#start.tokenizedId,
      baseModel: this.#start.baseName,
      baseRef: this.#start.baseRef,
      device: kind,
      threads,
      runtime,
      bestLoss: this.#bestLoss,
      sinceBest,
      bestCheckpoint: this.#best,
      tokensSeen: this.#tokensSeen,
      history: this.#history.data(),
    };
  }
}

function lastLoss({ history }: TrainingPosition): { heldOutLoss?: number } {
  const loss = history.evaluationLosses.at(-1);
  return loss === undefined ? {} : { heldOutLoss: loss };
}
