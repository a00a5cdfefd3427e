/**
 * The encoder that BERT and its kin share: embeddings, then L layers of attention and feed-forward, each added to its
 * input and normalised. Dropout is left out: runs are short, and it would cost a random mask in every layer. Shape
 * letters: contract/shapes.ts.
 * Source: Devlin et al. 2019; transformers' modeling_bert.py (eager attention).
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { weightName, type EmbeddingNames, type EncoderNames, type LayerNames } from "../architectures/names.ts";
import { attention, maskBias, type AttentionOptions } from "./attention.ts";
import { activation, layerNorm, linear } from "./blocks.ts";
import { weight, type EncoderValues, type Frame, type TokenInputs } from "./frame.ts";

export function transformer(frame: Frame, tokens: TokenInputs, names: EncoderNames): EncoderValues {
  const { b, config } = frame;
  const embedded = b.scope("embeddings", () => embeddings(frame, tokens, names.embeddings));
  const bias = maskBias(frame, tokens);
  let hidden = embedded;
  for (let i = 0; i < config.num_hidden_layers; i++)
    hidden = b.scope(`layer.${i}`, () => layer(frame, hidden, names.layer(i), { bias }));
  return { embedded, hidden };
}

/** Word, type and position rows summed and normalised: (B*T, H). All tables get the same row gradient. */
export function embeddings(frame: Frame, tokens: TokenInputs, names: EmbeddingNames): Value {
  const { b } = frame;
  const lookUps = [
    [names.words, tokens.inputIds],
    [names.types, tokens.tokenTypeIds],
    [names.positions, tokens.positionIds],
  ] as const;
  const rows = lookUps.flatMap(([name, ids]) =>
    name === undefined || ids === undefined ? [] : [s.gather(b, weight(frame, weightName(name)), ids)],
  );
  const sum = rows.reduce((total, row) => s.add(b, total, row));
  return layerNorm(frame, sum, names.norm);
}

/** One layer, normalised after each of its two sums: (B*T, H) -> (B*T, H). */
export function layer(frame: Frame, x: Value, names: LayerNames, options: AttentionOptions): Value {
  const { b, config } = frame;
  const attended = b.scope("attention", () => {
    const output = linear(frame, attention(frame, x, names.packed, options), names.attended);
    return layerNorm(frame, s.add(b, output, x), names.attentionNorm);
  });
  return b.scope("feed-forward", () => {
    const inner = activation(frame, linear(frame, attended, names.inner), config.hidden_act); // (B*T, I)
    const output = linear(frame, inner, names.outer);
    return layerNorm(frame, s.add(b, output, attended), names.outputNorm);
  });
}
