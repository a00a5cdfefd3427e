/** The blocks that encoder and heads are made of: linear layer, LayerNorm, activation. */
import { sugar as s, type Value } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { weight, type Frame } from "./inputs.ts";

/** x (N, in) times weight (out, in) transposed, plus bias: (N, out). One node. */
export function linear(frame: Frame, x: Value, name: string): Value {
  return projection(frame, x, `${name}.weight`, `${name}.bias`);
}

export function projection(frame: Frame, x: Value, weightName: string, biasName: string): Value {
  return s.gemm(frame.b, x, weight(frame, weightName), weight(frame, biasName), { transB: true });
}

export function layerNorm(frame: Frame, x: Value, name: string): Value {
  const [scale, bias] = [weight(frame, `${name}.weight`), weight(frame, `${name}.bias`)];
  return s.layerNormalization(frame.b, x, scale, bias, frame.config.layer_norm_eps);
}

/** Exact GELU by the error function; "gelu_new" is the tanh approximation. */
export function activation(frame: Frame, x: Value, act: ModelConfig["hidden_act"]): Value {
  return act === "relu" ? s.relu(frame.b, x) : s.gelu(frame.b, x, act === "gelu" ? "none" : "tanh");
}
