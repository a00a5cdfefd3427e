/**
 * The encoder that BERT and its kin share: embeddings, then L layers of attention and feed-forward, each added to its
 * input and normalised, after the sum or before the part. Dropout stands where transformers has it. Shape letters:
 * contract/shapes.ts.
 * Source: Devlin et al. 2019; transformers' modeling_bert.py (eager attention).
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { weightName, type EmbeddingNames, type EncoderNames, type LayerNames } from "../architectures/names.ts";
import { attention, maskBias, type AttentionOptions } from "./attention.ts";
import { activation, layerNorm, linear } from "./blocks.ts";
import { dropout } from "./dropout.ts";
import {
  allRows,
  behindAttention,
  weight,
  type EncoderValues,
  type Frame,
  type Rows,
  type TokenInputs,
} from "./frame.ts";

/** @param positionBias added to every layer's scores, (1, A, T, T): relative positions. */
export function transformer(
  frame: Frame,
  tokens: TokenInputs,
  names: EncoderNames,
  rows?: Rows,
  positionBias?: Value,
): EncoderValues {
  const { b, config } = frame;
  const { projection, finalNorm } = names;
  const embedded = b.scope("embeddings", () => {
    const sum = embeddings(frame, tokens, names.embeddings);
    return projection === undefined || sum.shape[1] === config.hidden_size ? sum : linear(frame, sum, projection);
  });
  const mask = maskBias(frame, tokens);
  const bias = mask !== undefined && positionBias !== undefined ? s.add(b, positionBias, mask) : (mask ?? positionBias);
  const one = finalNorm === undefined ? layer : normFirstLayer;
  const last = config.num_hidden_layers - 1;
  let hidden = embedded;
  for (let i = 0; i <= last; i++)
    hidden = b.scope(`layer.${i}`, () =>
      one(frame, hidden, names.layer(i), { bias, rows: i === last ? rows : undefined }),
    );
  if (finalNorm !== undefined) hidden = layerNorm(frame, hidden, finalNorm);
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
  return dropout(frame, layerNorm(frame, sum, names.norm), "hidden");
}

/** One layer, normalised after each of its two sums: (B*T, H) -> (R, H). */
function layer(frame: Frame, x: Value, names: LayerNames, options: AttentionOptions): Value {
  const { b } = frame;
  const { rows = allRows } = options;
  const behind = behindAttention(frame, rows);
  const attended = b.scope("attention", () => {
    const output = attentionPart(behind, attention(frame, x, names.packed, options), names);
    return layerNorm(frame, s.add(b, output, rows(x)), names.attentionNorm);
  });
  return b.scope("feed-forward", () =>
    layerNorm(frame, s.add(b, feedForwardPart(behind, attended, names), attended), names.outputNorm),
  );
}

/** One layer, each part reading a normalised copy of what it is added to (Xiong et al. 2020): (B*T, H) -> (R, H). */
function normFirstLayer(frame: Frame, x: Value, names: LayerNames, options: AttentionOptions): Value {
  const { b } = frame;
  const { rows = allRows } = options;
  const behind = behindAttention(frame, rows);
  const attended = b.scope("attention", () => {
    const context = attention(frame, layerNorm(frame, x, names.attentionNorm), names.packed, options);
    return s.add(b, attentionPart(behind, context, names), rows(x));
  });
  return b.scope("feed-forward", () =>
    s.add(b, feedForwardPart(behind, layerNorm(frame, attended, names.outputNorm), names), attended),
  );
}

function attentionPart(frame: Frame, context: Value, names: LayerNames): Value {
  const output = linear(frame, context, names.attended);
  return names.attendedDropout === false ? output : dropout(frame, output, "hidden");
}

function feedForwardPart(frame: Frame, x: Value, names: LayerNames): Value {
  const inner = activation(frame, linear(frame, x, names.inner), frame.config.hidden_act); // (B*T, I)
  return dropout(frame, linear(frame, inner, names.outer), "hidden");
}
