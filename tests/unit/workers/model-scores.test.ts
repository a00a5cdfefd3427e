/**
 * What the compute worker makes of many texts, with the bundled model on the native runtime: guesses at gaps equal those
 * of one text alone, a text is nearest to itself, and jumbled words are odder than sentences.
 */
import { readFileSync } from "node:fs";
import { beforeAll, expect, test } from "vitest";
import { permutation, random } from "../../../src/base/index.ts";
import type { EncodedText } from "../../../src/contract/index.ts";
import { createTokenizer, type Tokenizer } from "../../../src/data/tokenize/tokenizer.ts";
import { buildMlmLogits, loadFolder, parametersOf, type LoadedModel } from "../../../src/models/index.ts";
import { encoderFeeds } from "../../../src/training/index.ts";
import { guessGaps } from "../../../workers/compute/guess-gaps.ts";
import { modelWeights } from "../../../workers/compute/model-weights.ts";
import { lossesOfDocuments, nearnessOfDocuments } from "../../../workers/compute/score-documents.ts";
import { openNative } from "../../support/native.ts";

/** Another batch shape sums in another order. */
const probabilityTolerance = 4;
const cosineTolerance = 5;

const base = new URL("../../../public/models/base/", import.meta.url);
const device = openNative();
const sentences = [
  "The captain said that the ship would leave in the morning.",
  "He was born in the city and died there at the age of eighty.",
  "She wrote to her father about the house and the garden.",
  "The war ended in the following year.",
  "Many people came to see the king, and some of them stayed for the whole of the summer, because it was the best that anybody could remember.",
];
let model: LoadedModel;
let tokenizer: Tokenizer;
const silent = (): void => undefined;

beforeAll(async () => {
  const names = ["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
  model = await loadFolder(
    names.map((name) => new File([readFileSync(new URL(name, base))], name)),
    silent,
  );
  tokenizer = await createTokenizer(model.files, model.special);
});

const encoded = (text: string): EncodedText => ({
  ids: [model.special.start, ...tokenizer.encode(text), model.special.end],
});
/** The texts in batches of `size`, then nothing. */
function inBatches(texts: EncodedText[], size: number): () => Promise<EncodedText[]> {
  let at = 0;
  return () => Promise.resolve(texts.slice(at, (at += size)));
}

test("guesses at the gaps of many texts are those of each text alone", async () => {
  const texts = sentences.flatMap((sentence, i) => {
    const one = encoded(sentence);
    const gaps = [2 + i, 4 + i, 6].slice(0, 1 + (i % 3));
    return [one, { ids: one.ids.map((id, at) => (gaps.includes(at) ? model.special.mask : id)) }];
  });
  const found = await guessGaps(device, model, texts, 3, silent);
  const weights = await device.upload(parametersOf(model.config, "mlm"), modelWeights(model, 0, "mlm"));
  for (const [i, { ids }] of texts.entries()) {
    const gaps = ids.flatMap((id, at) => (id === model.special.mask ? [at] : []));
    expect(found[i]).toHaveLength(gaps.length);
    if (gaps.length === 0) continue;
    const shape = { B: 1, T: ids.length, M: gaps.length };
    const program = await device.compile(buildMlmLogits(model.config, shape, { padding: false }).bytes);
    const feeds = encoderFeeds(Int32Array.from(ids), new Float32Array(ids.length), 1, ids.length, model.config, false);
    feeds.set("masked_positions", { type: "int32", shape: [gaps.length], data: Int32Array.from(gaps) });
    const logits = (await program.run(weights, feeds, ["logits"])).get("logits")!;
    gaps.forEach((_, gap) => {
      const row = Array.from(logits.subarray(gap * model.config.vocab_size, (gap + 1) * model.config.vocab_size));
      const sum = row.reduce((total, logit) => total + Math.exp(logit), 0);
      const order = row.map((_, id) => id).sort((a, b) => row[b]! - row[a]!);
      expect(found[i]![gap]!.map(({ id }) => id)).toEqual(order.slice(0, 3));
      found[i]![gap]!.forEach(({ id, probability }) =>
        expect(probability).toBeCloseTo(Math.exp(row[id]!) / sum, probabilityTolerance),
      );
    });
    await program.dispose();
  }
  weights.dispose();
});

test("a document is nearest to the target that it stands in; one without words has no score", async () => {
  const texts = [...sentences, ""].map(encoded);
  const target = [encoded(sentences[1]!), encoded(sentences[4]!)];
  const scores = await nearnessOfDocuments(device, model, target, 1, inBatches(texts, 4), texts.length, silent);
  expect(scores[1]).toBeCloseTo(1, cosineTolerance);
  expect(scores[4]).toBeCloseTo(1, cosineTolerance);
  expect(Math.max(scores[0]!, scores[2]!, scores[3]!)).toBeLessThan(0.999);
  expect(scores[5]).toBeNaN();
});

test("jumbled words are harder to guess than sentences; the same seed gives the same losses", async () => {
  const copies = 12; // each with masks of its own: a single sentence has two or three hidden words
  const jumbled = sentences.map((sentence, i) => {
    const words = sentence.split(" ");
    return Array.from(permutation(words.length, random(i)), (at) => words[at]!).join(" ");
  });
  const texts = [sentences, jumbled].flatMap((half) => Array.from({ length: copies }, () => half.map(encoded)).flat());
  const losses = await lossesOfDocuments(
    device,
    model,
    1,
    inBatches([...texts, encoded("")], 64),
    texts.length + 1,
    silent,
  );
  const mean = (values: Float64Array): number => {
    const finite = values.filter(Number.isFinite);
    return finite.reduce((sum, value) => sum + value, 0) / finite.length;
  };
  const half = texts.length / 2;
  expect(mean(losses.subarray(half, 2 * half))).toBeGreaterThan(mean(losses.subarray(0, half)) + 0.3);
  expect(losses.at(-1)).toBeNaN();
  expect(await lossesOfDocuments(device, model, 1, inBatches(texts, 64), texts.length, silent)).toEqual(
    losses.subarray(0, texts.length),
  );
});
