/**
 * The blocks that encoders and heads of every family are made of: linear layer, LayerNorm, activation. What changes
 * every linear layer of every model (LoRA, say) is built in here.
 */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { adapted } from "./adapters.ts";
import { weight, type Frame } from "./frame.ts";

/** x (N, in) times weight (out, in) transposed, plus the bias where the model has one: (N, out). One node; LoRA adds its own. */
export function linear(frame: Frame, x: Value, name: string): Value {
  return projection(frame, x, `${name}.weight`, `${name}.bias`);
}

/** The same by the weights' own names: a tied decoder's are of two layers. */
export function projection(frame: Frame, x: Value, weightName: string, biasName: string): Value {
  const y = s.gemm(frame.b, x, weight(frame, weightName), frame.weights.get(biasName) ?? null, { transB: true });
  return adapted(frame, x, y, weightName);
}

export function layerNorm(frame: Frame, x: Value, name: string): Value {
  const [scale, bias] = [weight(frame, `${name}.weight`), frame.weights.get(`${name}.bias`) ?? null];
  return s.layerNormalization(frame.b, x, scale, bias, frame.config.layer_norm_eps);
}

export type Activation = ModelConfig["hidden_act"] | "tanh";

/** Exact GELU by the error function; "gelu_new" is the tanh approximation. */
export function activation({ b }: Frame, x: Value, act: Activation): Value {
  if (act === "tanh") return s.tanh(b, x);
  return act === "relu" ? s.relu(b, x) : s.gelu(b, x, act === "gelu" ? "none" : "tanh");
}
