/** The inputs every graph shares: weights under their parameter names, tokens as flat int32 lists. */
import { GraphBuilder, type Value } from "../../autodiff/index.ts";
import { UnmaskError } from "../../base/index.ts";
import { familyFacts, longestBlock, type LoraSettings, type ModelConfig } from "../../contract/index.ts";
import type { Head, Parameter } from "../parameter.ts";
import { parametersOf } from "../parameters.ts";
import { findAdapters } from "./adapters.ts";
import type { TrainingOptions } from "./finish.ts";
import { declare, type BlockShape, type Frame, type TokenInputs } from "./frame.ts";

export interface PaddingOption {
  /**
   * Blocks may hold padding: adds the `attention_mask` input (B, T), 1 = real. "documents": the mask says who looks at
   * whom, (B, 1, T, T). Without it no mask node exists.
   */
  padding: boolean | "documents";
}

/** What every graph of a network is built with, whether it trains or scores. */
export interface NetworkOptions extends PaddingOption {
  /** LoRA's adapters stand beside the weights, as parameters of their own. */
  lora?: LoraSettings | undefined;
}

/**
 * Declares the parameters as inputs, so that the runtime can bind the buffers it updates.
 * @param options `dropout` in graphs that train only
 */
export function openNetwork(
  name: string,
  config: ModelConfig,
  shape: BlockShape,
  head: Head,
  { lora, dropout, padVocabulary }: Pick<NetworkOptions & TrainingOptions, "lora" | "dropout" | "padVocabulary">,
): { frame: Frame; parameters: Parameter[] } {
  checkShape(config, shape);
  const b = new GraphBuilder(name);
  const parameters = parametersOf(config, head, lora);
  const taken = padVocabulary === true ? withFullRows(config, head, lora, parameters) : parameters;
  const weights = new Map(taken.map(({ name, shape }) => [name, b.input(name, "float32", shape)]));
  const frame: Frame = { b, config, shape, weights, inputs: [] };
  if (dropout !== undefined) frame.dropout = { rates: dropout, sites: [] };
  if (lora !== undefined) frame.adapters = findAdapters(parameters, lora);
  return { frame, parameters };
}

/** The same parameters with the vocabulary up to the next multiple of 4, if there is a bias that keeps the new rows out. */
function withFullRows(
  config: ModelConfig,
  head: Head,
  lora: LoraSettings | undefined,
  own: readonly Parameter[],
): readonly Parameter[] {
  const wider = parametersOf({ ...config, vocab_size: 4 * Math.ceil(config.vocab_size / 4) }, head, lora);
  return wider.some(({ shape }, i) => shape.length === 1 && shape[0] !== own[i]!.shape[0]) ? wider : own;
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

/** Tokens, and who may look at whom: what a model that guesses in any order reads. */
export function sightInputs(frame: Frame): TokenInputs {
  const { B, T } = frame.shape;
  const inputIds = declare(frame, "input_ids", "int32", [B * T]);
  return { inputIds, attentionMask: declare(frame, "attention_mask", "float32", [B, 1, T, T]) };
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
