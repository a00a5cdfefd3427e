/**
 * Texts that a run reads beside its own: a general text that is replayed, a labelled set whose pairs belong together.
 * Chosen here, made ready when a run starts. Knows no run.
 */
import type { Client } from "../client/index.ts";
import {
  learnsPairs,
  replays,
  type CorpusSummary,
  type ExtraTexts,
  type LabelledSetSummary,
  type ModelSummary,
  type Project,
  type Recipe,
} from "../contract/index.ts";
import { CorpusState } from "./corpus.svelte.ts";

/** What is stored now, and the run's own text. */
export interface StoredTexts {
  corpora: readonly CorpusSummary[];
  own: CorpusSummary | null;
  sets: readonly LabelledSetSummary[];
}
export type ExtraChoices = NonNullable<Project["extraTexts"]>;

export class ExtraTextsState {
  /** The replay text and its tokens. */
  readonly general: CorpusState;
  /** Of a replay text of the last visit that may be gone since. */
  replay = $state.raw<ExtraChoices["replay"]>(undefined);
  /** The labelled set whose pairs belong together. */
  pairs = $state.raw<ExtraChoices["pairs"]>(undefined);
  /** What a project keeps. */
  readonly choices: ExtraChoices = $derived.by(() => ({
    ...(this.replay === undefined ? {} : { replay: this.replay }),
    ...(this.pairs === undefined ? {} : { pairs: this.pairs }),
  }));

  constructor(client: Client) {
    this.general = new CorpusState(client);
  }

  replayText(corpus: CorpusSummary | undefined): void {
    this.replay = corpus === undefined ? undefined : { corpusId: corpus.id, name: corpus.name };
    if (corpus === undefined) this.general.forget();
    else this.general.use(corpus);
  }

  /** Reads dropped files as the replay text. False when nothing came of it: the jobs say why. */
  async bring(files: File[]): Promise<boolean> {
    await this.general.pick(files);
    const corpus = this.general.usable.length === 0 ? undefined : await this.general.import();
    if (corpus === undefined) return false;
    this.replayText(corpus);
    return true;
  }

  /** Choices of the last visit; what is gone since keeps its name, so that it can be told. */
  restore({ replay, pairs }: ExtraChoices, corpora: readonly CorpusSummary[]): void {
    this.pairs = pairs;
    this.replay = replay;
    this.general.summary = corpora.find(({ id }) => id === replay?.corpusId) ?? null;
  }

  forget(): void {
    this.replayText(undefined);
    this.pairs = undefined;
    this.general.clearFiles();
  }

  /** Why the recipe cannot have its texts, a sentence each. */
  problems(recipe: Recipe, { corpora, own, sets }: StoredTexts): string[] {
    const problems: string[] = [];
    const { replay } = this;
    const off = "or set “Replay of general text” to 0";
    if (replays(recipe)) {
      if (replay === undefined) problems.push(`Replay needs a general text: choose one below, ${off}.`);
      else if (!corpora.some(({ id }) => id === replay.corpusId))
        problems.push(`The replay text “${replay.name}” is no longer stored: choose another, ${off}.`);
      else if (replay.corpusId === own?.id)
        problems.push(`“${replay.name}” is the text you train on: choose another text to replay, ${off}.`);
    }
    const { pairs } = this;
    const itself = "or let a sentence belong to itself (“What belongs together”)";
    if (learnsPairs(recipe)) {
      if (pairs === undefined)
        problems.push(`SimCSE from pairs needs a labelled set of pairs: choose one below, ${itself}.`);
      else if (!sets.some(({ id }) => id === pairs.setId))
        problems.push(`The set of pairs “${pairs.name}” is no longer stored: choose another, ${itself}.`);
    }
    return problems;
  }

  /** The texts that any of these recipes reads; undefined when one could not be made ready. */
  async ready(recipes: readonly Recipe[], model: ModelSummary): Promise<ExtraTexts | undefined> {
    const { replay, pairs } = this;
    const recipe = recipes.find(replays);
    const chosen: ExtraTexts = pairs !== undefined && recipes.some(learnsPairs) ? { pairs } : {};
    if (recipe === undefined || replay === undefined) return chosen;
    const tokenized = await this.general.tokenize(model, recipe);
    return tokenized && { ...chosen, replay: { tokenizedId: tokenized.id, name: replay.name } };
  }
}
