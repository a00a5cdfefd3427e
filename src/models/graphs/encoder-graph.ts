/** The plain encoder as a graph: features for probes and embeddings. */
import { GraphBuilder } from "../../autodiff/index.ts";
import type { ModelConfig } from "../../contract/index.ts";
import { parametersOf } from "../parameters.ts";
import { encoder } from "./encoder.ts";
import { finishForward, type ForwardGraph } from "./finish.ts";
import { openFrame, tokenInputs, type BlockShape, type PaddingOption } from "./inputs.ts";

/** Outputs "last_hidden_state" (B*T, H) and "embeddings" (B*T, H), what the first layer reads. */
export function buildEncoder(config: ModelConfig, shape: BlockShape, options: PaddingOption): ForwardGraph {
  const parameters = parametersOf(config, "none");
  const frame = openFrame(new GraphBuilder("encoder"), config, shape, parameters);
  const { hidden, embedded } = encoder(frame, tokenInputs(frame, options));
  frame.b.output(hidden, "last_hidden_state");
  frame.b.output(embedded, "embeddings");
  return finishForward(frame, parameters);
}
