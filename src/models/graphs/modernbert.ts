/**
 * ModernBERT's encoder (Warner et al. 2024): rotary positions, normalisation before each part, a gated feed-forward,
 * and layers that look at everything between layers that look at a window only. Biases exist where the configuration
 * has them: `linear` and `layerNorm` take what the parameters hold.
 * Source: transformers' modeling_modernbert.py, 5.x (eager attention).
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import { modernFields } from "../architectures/modernbert-config.ts";
import { attention, MASKED_SCORE, maskBias, type AttentionOptions } from "./attention.ts";
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
import { rotary } from "./rotary.ts";

export function modernBert(frame: Frame, tokens: TokenInputs, rows?: Rows): EncoderValues {
  const { b, config } = frame;
  const { layer_types, local_attention, global_rope_theta, local_rope_theta } = modernFields(config);
  const embedded = b.scope("embeddings", () => {
    const words = s.gather(b, weight(frame, "model.embeddings.tok_embeddings.weight"), tokens.inputIds);
    return dropout(frame, layerNorm(frame, words, "model.embeddings.norm"), "hidden");
  });
  const everything: AttentionOptions = { bias: maskBias(frame, tokens), queryKey: rotary(frame, global_rope_theta) };
  const nearby: AttentionOptions = {
    bias: windowBias(frame, Math.floor(local_attention / 2), everything.bias),
    queryKey: rotary(frame, local_rope_theta),
  };
  const last = config.num_hidden_layers - 1;
  let hidden = embedded;
  for (let i = 0; i <= last; i++)
    hidden = b.scope(`layer.${i}`, () => {
      const seen = layer_types[i] === "sliding_attention" ? nearby : everything;
      return layer(frame, hidden, i, { ...seen, rows: i === last ? rows : undefined });
    });
  return { embedded, hidden: b.scope("final", () => layerNorm(frame, hidden, "model.final_norm")) };
}

/** Places farther away than `reach` are not looked at, on top of what the mask hides: (1 or B, 1, T, T). */
function windowBias({ b, shape: { T } }: Frame, reach: number, mask: Value | undefined): Value | undefined {
  if (reach >= T - 1) return mask;
  const far = Float32Array.from({ length: T * T }, (_, i) =>
    Math.abs(Math.floor(i / T) - (i % T)) > reach ? MASKED_SCORE : 0,
  );
  const window = b.constant(far, "float32", [1, 1, T, T], "window");
  return mask === undefined ? window : b.scope("mask", () => s.add(b, mask, window));
}

/** The first layer reads the embeddings as they are: they were normalised a moment ago. */
function layer(frame: Frame, x: Value, i: number, options: AttentionOptions): Value {
  const { b, config } = frame;
  const { rows = allRows } = options;
  const behind = behindAttention(frame, rows);
  const name = `model.layers.${i}`;
  const attended = b.scope("attention", () => {
    const normal = i === 0 ? x : layerNorm(frame, x, `${name}.attn_norm`);
    const output = linear(behind, attention(frame, normal, `${name}.attn.Wqkv`, options), `${name}.attn.Wo`);
    return s.add(b, rows(x), dropout(behind, output, "hidden"));
  });
  return b.scope("feed-forward", () => {
    const packed = linear(behind, layerNorm(frame, attended, `${name}.mlp_norm`), `${name}.mlp.Wi`); // (B*T, 2I)
    const I = config.intermediate_size;
    const [inner, gate] = s.split(b, packed, [I, I], 1) as [Value, Value];
    const gated = dropout(behind, s.mul(b, activation(frame, inner, config.hidden_act), gate), "hidden");
    return s.add(b, attended, linear(behind, gated, `${name}.mlp.Wo`));
  });
}
