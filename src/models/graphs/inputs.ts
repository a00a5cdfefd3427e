/** The inputs every graph shares: weights under their parameter names, tokens as flat int32 lists. */
import type { GraphBuilder, Value } from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import { familyFacts, longestBlock, type ModelConfig } from "../../contract/index.ts";
import type { Parameter } from "../parameter.ts";
import { declare, type BlockShape, type Frame, type TokenInputs } from "./frame.ts";

export interface PaddingOption {
  /**
   * Blocks may hold padding: adds the `attention_mask` input (B, T), 1 = real. "documents": the mask says who looks at
   * whom, (B, 1, T, T). Without it no mask node exists.
   */
  padding: boolean | "documents";
}

/** Declares the parameters as inputs, so that the runtime can bind the buffers it updates. */
export function openFrame(
  b: GraphBuilder,
  config: ModelConfig,
  shape: BlockShape,
  parameters: readonly Parameter[],
): Frame {
  checkShape(config, shape);
  const weights = new Map(parameters.map(({ name, shape }) => [name, b.input(name, "float32", shape)]));
  return { b, config, shape, weights, inputs: [] };
}

export function tokenInputs(frame: Frame, { padding }: PaddingOption): TokenInputs {
  const { B, T } = frame.shape;
  const flat = (name: string): Value => declare(frame, name, "int32", [B * T]);
  const inputs: TokenInputs = { inputIds: flat("input_ids") };
  if (familyFacts(frame.config).places !== "relative") inputs.positionIds = flat("position_ids");
  if (frame.config.type_vocab_size > 0) inputs.tokenTypeIds = flat("token_type_ids");
  if (padding !== false)
    inputs.attentionMask = declare(frame, "attention_mask", "float32", padding === true ? [B, T] : [B, 1, T, T]);
  return inputs;
}

function checkShape(config: ModelConfig, { B, T }: BlockShape): void {
  const longest = longestBlock(config);
  if (!Number.isInteger(B) || !Number.isInteger(T) || B < 1 || T < 1 || T > longest)
    throw new UnmaskError(
      "models/bad-shape",
      `This model takes at least one block of 1 to ${longest} tokens; asked for ${B} blocks of ${T}.`,
      `Choose a block length of at most ${longest} tokens.`,
      { blocks: B, tokens: T, longest },
    );
  if (config.hidden_size % config.num_attention_heads !== 0)
    throw new UnmaskError(
      "models/bad-config",
      `hidden_size must be a multiple of num_attention_heads; found ${config.hidden_size} and ${config.num_attention_heads}.`,
      "The config.json of this model is damaged or was edited.",
    );
}
