/** The plain encoder as a graph: features for probes and embeddings. */
import { GraphBuilder } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { architectureOf } from "../architectures/index.ts";
import { parametersOf } from "../parameters.ts";
import { finishForward, type ForwardGraph } from "./finish.ts";
import type { BlockShape } from "./frame.ts";
import { openFrame, tokenInputs, type PaddingOption } from "./inputs.ts";

/** Outputs "last_hidden_state" (B*T, H) and "embeddings" (B*T, H), what the first layer reads. */
export function buildEncoder(config: ModelConfig, shape: BlockShape, options: PaddingOption): ForwardGraph {
  const parameters = parametersOf(config, "none");
  const frame = openFrame(new GraphBuilder("encoder"), config, shape, parameters);
  const { hidden, embedded } = architectureOf(config).encoder.graph(frame, tokenInputs(frame, options));
  frame.b.output(hidden, "last_hidden_state");
  frame.b.output(embedded, "embeddings");
  return finishForward(frame, parameters);
}
