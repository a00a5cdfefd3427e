/**
 * XLNet's encoder (Yang et al. 2019): attention over contents and relative positions, and, for permutation language
 * modelling, two streams: the content stream h, where a place sees itself, and the query stream g, which knows a
 * place but not what stands there. g is kept for the places to be guessed only; it looks at h.
 * Source: transformers' modeling_xlnet.py, 4.x and 5.x, without memory of earlier blocks (`mems`).
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { maskBias } from "./attention.ts";
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
import { relativeAttention, relativeTable, type Sight } from "./relative-attention.ts";

const words = "transformer.word_embedding.weight";

/** The content stream alone: features, and heads for labelled text. */
export function xlnet(frame: Frame, tokens: TokenInputs, rows: Rows = allRows): EncoderValues {
  const { b, config } = frame;
  const embedded = dropout(frame, s.gather(b, weight(frame, words), tokens.inputIds), "hidden");
  const table = relativeTable(frame);
  const sight: Sight = { bias: maskBias(frame, tokens), differ: segments(frame, tokens.tokenTypeIds) };
  const last = config.num_hidden_layers - 1;
  let hidden = embedded;
  for (let i = 0; i <= last; i++)
    hidden = b.scope(`layer.${i}`, () => {
      const attend = relativeAttention(frame, hidden, table, i);
      const read = i === last ? rows : allRows;
      return after(behindAttention(frame, read), read(attend(hidden, sight)), read(hidden), i);
    });
  return { embedded, hidden };
}

/**
 * Both streams; gives g of the places asked for.
 * Shapes: tokens.attentionMask (B, 1, T, T), 1 = the row's place may look at the column's, never at itself;
 * positions int32 (M) into B*T, -1 for an unused one -> (M, H).
 */
export function twoStreams(frame: Frame, tokens: TokenInputs, positions: Value): Value {
  const { b, config } = frame;
  const [H, M] = [config.hidden_size, positions.shape[0]!];
  const toTargets = b.scope("targets", () => targetMapping(frame, positions));
  const toPlaces = s.transpose(b, toTargets, [1, 0]);
  const g0 = s.expand(b, s.reshape(b, weight(frame, "transformer.mask_emb"), [1, H]), [M, H]);
  const table = relativeTable(frame);
  const query: Sight = { bias: maskBias(frame, tokens) };
  const content: Sight = { bias: b.scope("mask", () => seeingItself(frame, tokens, query.bias!)) };
  let [h, g] = [s.gather(b, weight(frame, words), tokens.inputIds), g0].map((x) => dropout(frame, x, "hidden")) as [
    Value,
    Value,
  ];
  for (let i = 0; i < config.num_hidden_layers; i++)
    b.scope(`layer.${i}`, () => {
      const attend = relativeAttention(frame, h, table, i);
      g = b.scope("query", () => {
        const seen = attend(g, query, (q) => s.matmul(b, toPlaces, q));
        return after(frame, s.matmul(b, toTargets, seen), g, i);
      });
      // The last content stream is read by nobody.
      if (i + 1 < config.num_hidden_layers) h = after(frame, attend(h, content), h, i);
    });
  return g;
}

/** What attention gathered, (N, H) of heads, to the layer's output: two sums, each normalised. */
function after(frame: Frame, gathered: Value, x: Value, i: number): Value {
  const { b, config } = frame;
  const name = `transformer.layer.${i}`;
  const H = config.hidden_size;
  const attended = b.scope("attention", () => {
    const o = s.reshape(b, weight(frame, `${name}.rel_attn.o`), [H, H]);
    const output = dropout(frame, s.gemm(b, gathered, o, null, { transB: true }), "hidden");
    return layerNorm(frame, s.add(b, output, x), `${name}.rel_attn.layer_norm`);
  });
  return b.scope("feed-forward", () => {
    const inner = activation(frame, linear(frame, attended, `${name}.ff.layer_1`), config.hidden_act);
    const output = dropout(frame, linear(frame, dropout(frame, inner, "hidden"), `${name}.ff.layer_2`), "hidden");
    return layerNorm(frame, s.add(b, output, attended), `${name}.ff.layer_norm`);
  });
}

/** 1 where two places are of different segments: (B, 1, T, T). */
function segments({ b, shape: { B, T } }: Frame, types: Value | undefined): Value | undefined {
  if (types === undefined) return undefined;
  return b.scope("segments", () => {
    const same = s.equal(b, s.reshape(b, types, [B, 1, T, 1]), s.reshape(b, types, [B, 1, 1, T]));
    return s.where(b, same, b.scalar(0), b.scalar(1));
  });
}

/** The query stream's mask with every place seeing itself, as a bias. */
function seeingItself({ b, shape: { T } }: Frame, { attentionMask }: TokenInputs, bias: Value): Value {
  const self = Float32Array.from({ length: T * T }, (_, i) => (Math.floor(i / T) === i % T ? 0 : 1));
  if (attentionMask === undefined) return bias;
  return s.mul(b, bias, b.constant(self, "float32", [1, 1, T, T], "others"));
}

/** One-hot rows: which of all places each guess stands at, (M, B*T); zeros for an unused one. */
function targetMapping({ b, shape: { B, T } }: Frame, positions: Value): Value {
  const places = b.constant(
    Int32Array.from({ length: B * T }, (_, i) => i),
    "int32",
    [1, B * T],
    "places",
  );
  const same = s.equal(b, s.reshape(b, positions, [positions.shape[0]!, 1]), places);
  return s.where(b, same, b.scalar(1), b.scalar(0));
}
