/**
 * The post-LayerNorm encoder of BERT and RoBERTa: embeddings, then L layers of attention and
 * feed-forward, each added to its input and normalised. Dropout is left out: runs are short, and it
 * would cost a random mask in every layer. Shape letters: contract/shapes.ts.
 * Source: Devlin et al. 2019; transformers' modeling_bert.py (eager attention).
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { familyNames } from "../parameters.ts";
import { activation, layerNorm, linear, projection } from "./blocks.ts";
import { weight, type Frame, type TokenInputs } from "./inputs.ts";

export interface EncoderValues {
  /** What the first layer reads (B*T, H). */
  embedded: Value;
  /** What the last layer gives (B*T, H). */
  hidden: Value;
}

/** Added to the score of a padding place: its softmax weight is 0 in float32, and no score overflows. */
export const MASKED_SCORE = -1e9;

export function encoder(frame: Frame, tokens: TokenInputs): EncoderValues {
  const { b, config } = frame;
  const { prefix } = familyNames[config.model_type];
  const embedded = b.scope("embeddings", () => embeddings(frame, tokens, `${prefix}.embeddings`));
  const bias = tokens.attentionMask && b.scope("mask", () => maskBias(frame, tokens.attentionMask!));
  let hidden = embedded;
  for (let i = 0; i < config.num_hidden_layers; i++)
    hidden = b.scope(`layer.${i}`, () => layer(frame, hidden, `${prefix}.encoder.layer.${i}`, bias));
  return { embedded, hidden };
}

/** Word, position and type rows summed and normalised: (B*T, H). All three tables get the same row gradient. */
function embeddings(frame: Frame, { inputIds, positionIds, tokenTypeIds }: TokenInputs, name: string): Value {
  const { b } = frame;
  const rows = (table: string, ids: Value): Value => s.gather(b, weight(frame, `${name}.${table}.weight`), ids);
  const words = rows("word_embeddings", inputIds);
  const types = rows("token_type_embeddings", tokenTypeIds);
  const places = rows("position_embeddings", positionIds);
  return layerNorm(frame, s.add(b, s.add(b, words, types), places), `${name}.LayerNorm`);
}

/** (mask - 1) * 1e9 as (B, 1, 1, T) or (B, 1, T, T): 0 where attention may go. */
function maskBias(frame: Frame, mask: Value): Value {
  const { b } = frame;
  const { B, T } = frame.shape;
  const bias = s.mul(b, s.sub(b, mask, 1), -MASKED_SCORE);
  return mask.shape.length === 4 ? bias : s.reshape(b, bias, [B, 1, 1, T]);
}

function layer(frame: Frame, x: Value, name: string, bias: Value | undefined): Value {
  const { b, config } = frame;
  const attended = b.scope("attention", () => {
    const context = attention(frame, x, `${name}.attention.self`, bias);
    const output = linear(frame, context, `${name}.attention.output.dense`);
    return layerNorm(frame, s.add(b, output, x), `${name}.attention.output.LayerNorm`);
  });
  return b.scope("feed-forward", () => {
    const inner = activation(frame, linear(frame, attended, `${name}.intermediate.dense`), config.hidden_act); // (B*T, I)
    const output = linear(frame, inner, `${name}.output.dense`);
    return layerNorm(frame, s.add(b, output, attended), `${name}.output.LayerNorm`);
  });
}

/**
 * softmax(q k' / sqrt(D) + bias) v for every head at once: (B*T, H) -> (B*T, H).
 * One product makes q, k and v; treated as 3A heads they share one transpose, and the split after it
 * cuts whole heads, so forward and backward move each number once. The root of 1 / sqrt(D) goes to q and to k, so to
 * all three, and is taken back from the context: both factors vanish into the products before and after.
 */
function attention(frame: Frame, x: Value, name: string, bias: Value | undefined): Value {
  const { b, config } = frame;
  const { B, T } = frame.shape;
  const [H, A] = [config.hidden_size, config.num_attention_heads];
  const D = H / A;
  const factor = Math.pow(D, -1 / 4);
  const packed = s.mul(b, projection(frame, x, `${name}.qkv.weight`, `${name}.qkv.bias`), factor); // (B*T, 3H)
  const heads = s.transpose(b, s.reshape(b, packed, [B, T, 3 * A, D]), [0, 2, 1, 3]); // (B, 3A, T, D)
  const [q, k, v] = s.split(b, heads, [A, A, A], 1) as [Value, Value, Value];
  const kT = s.transpose(b, k, [0, 1, 3, 2]); // (B, A, D, T)
  const scores = s.matmul(b, q, kT, "scores"); // (B, A, T, T)
  const masked = bias === undefined ? scores : s.add(b, scores, bias);
  const context = s.matmul(b, s.softmax(b, masked), v, "context"); // (B, A, T, D)
  return s.mul(b, s.reshape(b, s.transpose(b, context, [0, 2, 1, 3]), [B * T, H]), 1 / factor);
}
