/**
 * From scores to a choice of documents. The corpus passes by up to three times (words counted, documents weighed,
 * the choice looked at), and one number a document stays in memory. Knows no storage: `read` opens the corpus anew.
 */
import { UnmaskError } from "../../base/index.ts";
import type { Progress, SelectionPreview, SelectionSettings } from "../../contract/index.ts";
import { divergence } from "../report/distance.ts";
import { drawAny, drawBest } from "./draw.ts";
import { GramCounts, logRatios, logWeight } from "./importance.ts";
import { ends, ranked, scoreHistogram } from "./selection-view.ts";

/** Below this a target's words are too few for exact weights. */
const fewGrams = 5_000;

export interface SelectionInput {
  corpusId: string;
  /** Documents of the corpus, for progress. */
  documents: number;
  read: () => AsyncIterable<string>;
  /** Texts of the target; none when there is no target. */
  target: readonly string[];
  /** What should be known of the target. */
  targetNotices?: readonly string[];
  settings: SelectionSettings;
  /** One a document where a model gave them: similarity, or loss (then low is good). */
  scores: Float64Array | null;
  onProgress: (progress: Progress) => void;
  breathe: () => Promise<void> | undefined;
}

/** @throws data/empty-target, data/no-scores */
export async function selectDocuments(input: SelectionInput): Promise<SelectionPreview> {
  const { settings, scores: given } = input;
  const target = new GramCounts();
  for (const text of input.target) target.add(text);
  if (settings.method === "weights" && target.total === 0)
    throw new UnmaskError(
      "data/empty-target",
      "The target should have words to compare with, but it has none.",
      "Choose a labelled set, or paste a few paragraphs of the kind of text that you want.",
    );
  const corpus = new GramCounts();
  let scores: Float64Array;
  if (settings.method === "weights") {
    await pass(input, "counting words", (text) => corpus.add(text));
    const ratios = logRatios(target, corpus, settings.prior);
    const weights = new Float64Array(input.documents).fill(NaN);
    await pass(input, "weighing documents", (text, i) => (weights[i] = logWeight(text, ratios, settings.length)));
    scores = weights;
  } else {
    if (given === null || given.length < input.documents)
      throw new UnmaskError(
        "data/no-scores",
        `The model should have given a score for each of the ${input.documents} documents, but gave ${given?.length ?? 0}.`,
        "Start the selection again.",
      );
    // A low loss is what an ordinary document has.
    scores = settings.method === "typical" ? given.map((loss) => -loss) : given;
  }
  const noise = settings.method === "weights" ? settings.gumbel : 0;
  const chosen = drawBest(scores, settings.keep, noise, settings.seed);
  return look(input, scores, chosen, target);
}

async function look(
  input: SelectionInput,
  scores: Float64Array,
  chosen: Uint32Array,
  target: GramCounts,
): Promise<SelectionPreview> {
  const taken = new Uint8Array(input.documents);
  for (const i of chosen) taken[i] = 1;
  const { best, worst } = ends(scores);
  const shown = new Map<number, string>([...best, ...worst].map((i) => [i, ""]));
  // A small text is farther from anything than a large one, so the choice is compared with as many random documents.
  const random = new Uint8Array(input.documents);
  for (const i of drawAny(input.documents, chosen.length, input.settings.seed)) random[i] = 1;
  const by = { chance: new GramCounts(), choice: new GramCounts() };
  let [words, chosenWords] = [0, 0];
  await pass(input, "looking at the choice", (text, i) => {
    const count = text.match(/\S+/gu)?.length ?? 0;
    words += count;
    if (taken[i] === 1) chosenWords += count;
    if (shown.has(i)) shown.set(i, text);
    if (target.total === 0) return;
    if (random[i] === 1) by.chance.add(text);
    if (taken[i] === 1) by.choice.add(text);
  });
  const shownScore = (i: number): number => (input.settings.method === "typical" ? -scores[i]! : scores[i]!);
  const rank = (places: number[]): SelectionPreview["best"] =>
    places.map((i) => ranked(i, shownScore(i), shown.get(i) ?? ""));
  return {
    corpusId: input.corpusId,
    documents: input.documents,
    chosen,
    words,
    chosenWords,
    best: rank(best),
    worst: rank(worst),
    ...(target.total === 0 || chosen.length === 0 ? {} : { divergence: distances(target, by) }),
    histogram: scoreHistogram(input.settings.method === "typical" ? scores.map((score) => -score) : scores, chosen),
    notices: notices(input, chosen, target),
  };
}

/** Divergence of the target from the choice and from chance, chance scaled to as many words: smoothing weighs both alike. */
function distances(
  target: GramCounts,
  { chance, choice }: { chance: GramCounts; choice: GramCounts },
): NonNullable<SelectionPreview["divergence"]> {
  const scale = choice.total / Math.max(1, chance.total);
  return {
    random: divergence(
      target.buckets,
      chance.buckets.map((count) => count * scale),
    ),
    chosen: divergence(target.buckets, choice.buckets),
  };
}

async function pass(
  { read, documents, onProgress, breathe }: SelectionInput,
  phase: string,
  take: (text: string, i: number) => void,
): Promise<void> {
  let i = 0;
  onProgress({ phase, done: 0, total: documents, unit: "documents" });
  for await (const text of read()) {
    take(text, i++);
    const pause = breathe();
    if (pause === undefined) continue;
    await pause;
    onProgress({ phase, done: i, total: documents, unit: "documents" });
  }
}

function notices(
  { settings, documents, targetNotices = [] }: SelectionInput,
  chosen: Uint32Array,
  target: GramCounts,
): string[] {
  const said = [...targetNotices];
  if (chosen.length >= documents) said.push("All documents are kept: choose fewer, or there is nothing to select.");
  else if (chosen.length < settings.keep)
    said.push(`Only ${chosen.length} documents could be scored, fewer than the ${settings.keep} asked for.`);
  if (settings.method === "weights" && target.total < fewGrams)
    said.push(
      `The target has only ${target.total} words and word pairs: many words of its field do not occur in it. Paste more, or choose by meaning.`,
    );
  return said;
}
