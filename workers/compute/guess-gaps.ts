/** Best guesses at the gaps of many texts: batched by length, one compiled graph a length. */
import type { EncodedText, OnProgress } from "../../src/contract/index.ts";
import { buildMlmLogits, parametersOf, type LoadedModel } from "../../src/models/index.ts";
import type { Device } from "../../src/runtime/index.ts";
import { gapFeeds } from "../../src/training/index.ts";
import { breathe } from "./event-posts.ts";
import { modelWeights } from "./model-weights.ts";
import { positionsPerRun, textLengths } from "./text-batches.ts";

type Guess = { id: number; probability: number };

/** Rows of logits a run; with 30,000 words 4 MB. */
const M = 32;

export async function guessGaps(
  device: Device,
  model: LoadedModel,
  texts: readonly EncodedText[],
  top: number,
  onProgress: OnProgress,
  nextRun = breathe,
): Promise<Guess[][][]> {
  const { config, special } = model;
  const weights = await device.upload(parametersOf(config, "mlm"), modelWeights(model, 0, "mlm"));
  const answers: Guess[][][] = texts.map(() => []);
  let done = 0;
  try {
    for (const [n, T] of textLengths.entries()) {
      const B = Math.max(1, Math.floor(positionsPerRun / T));
      const members = texts.flatMap(({ ids }, i) =>
        ids.length <= T && ids.length > (textLengths[n - 1] ?? 0) ? [i] : [],
      );
      if (members.length === 0) continue;
      const program = await device.compile(buildMlmLogits(config, { B, T, M }, { padding: true }).bytes);
      try {
        for (const { rows, gaps } of batches(texts, members, special.mask, B, T)) {
          const ids = new Int32Array(B * T).fill(special.pad);
          const attention = new Float32Array(B * T);
          // A row without text attends to its first position: a softmax over nothing would be undefined.
          for (let b = 0; b < B; b++) attention[b * T] = 1;
          rows.forEach((text, b) => {
            ids.set(texts[text]!.ids, b * T);
            attention.fill(1, b * T, b * T + texts[text]!.ids.length);
          });
          const positions = gaps.map(({ position }) => position);
          const feeds = gapFeeds(ids, attention, positions, { B, T, M }, model, true);
          const logits = (await program.run(weights, feeds, ["logits"])).get("logits")!; // (M, V)
          gaps.forEach(({ text }, m) =>
            answers[text]!.push(topGuesses(logits.subarray(m * config.vocab_size, (m + 1) * config.vocab_size), top)),
          );
          done += rows.length;
          onProgress({
            phase: "guessing words",
            done: Math.min(done, texts.length),
            total: texts.length,
            unit: "items",
          });
          await nextRun();
        }
      } finally {
        await program.dispose();
      }
    }
  } finally {
    weights.dispose();
  }
  return answers;
}

/** At most B texts and M gaps a batch; a text with more gaps than are left goes on in the next one. */
function* batches(
  texts: readonly EncodedText[],
  members: readonly number[],
  mask: number,
  B: number,
  T: number,
): Generator<{ rows: number[]; gaps: { text: number; position: number }[] }> {
  let rows: number[] = [];
  let gaps: { text: number; position: number }[] = [];
  for (const text of members) {
    const places = texts[text]!.ids.flatMap((id, i) => (id === mask ? [i] : []));
    for (let from = 0; from < places.length;) {
      if (rows.length === B || gaps.length === M) {
        yield { rows, gaps };
        [rows, gaps] = [[], []];
      }
      const row = rows.push(text) - 1;
      const taken = places.slice(from, from + M - gaps.length);
      for (const place of taken) gaps.push({ text, position: row * T + place });
      from += taken.length;
    }
  }
  if (rows.length > 0) yield { rows, gaps };
}

/** The best few of a row of logits, best first. */
export function topGuesses(logits: Float32Array, top: number): Guess[] {
  let largest = -Infinity;
  for (const logit of logits) if (logit > largest) largest = logit;
  let sum = 0;
  const best: number[] = []; // ids, best first
  for (let id = 0; id < logits.length; id++) {
    const logit = logits[id]!;
    sum += Math.exp(logit - largest);
    if (best.length === top && logit <= logits[best[top - 1]!]!) continue;
    let at = best.length;
    while (at > 0 && logits[best[at - 1]!]! < logit) at--;
    best.splice(at, 0, id);
    if (best.length > top) best.pop();
  }
  return best.map((id) => ({ id, probability: Math.exp(logits[id]! - largest) / sum }));
}
