/** The plain encoder as a graph: features for probes and embeddings. */
import type { ModelConfig } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import { finishForward, type ForwardGraph } from "./finish.ts";
import type { BlockShape } from "./frame.ts";
import { openNetwork, tokenInputs, type NetworkOptions } from "./inputs.ts";

/** Outputs "last_hidden_state" (B*T, H) and "embeddings" (B*T, H), what the first layer reads. */
export function buildEncoder(config: ModelConfig, shape: BlockShape, options: NetworkOptions): ForwardGraph {
  const { frame, parameters } = openNetwork("encoder", config, shape, "none", options);
  const { hidden, embedded } = architectureOf(config).encoder.graph(frame, tokenInputs(frame, options));
  frame.b.output(hidden, "last_hidden_state");
  frame.b.output(embedded, "embeddings");
  return finishForward(frame, parameters);
}
