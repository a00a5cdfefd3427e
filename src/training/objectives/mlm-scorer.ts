/**
 * The loss on held-out text with frozen masks: the same hidden tokens at every evaluation and for every
 * model, so that two losses differ only by the weights.
 */
import type { LoraSettings, ModelConfig, Recipe, StepShape } from "../../contract/index.ts";
import { frozenBatches, type BlockIndex, type CollateSettings, type MlmBatch } from "../../data/index.ts";
import { buildMlmForward } from "../../models/index.ts";
import type { Device, DeviceWeights, Program } from "../../runtime/index.ts";
import { mlmFeeds } from "../feeds.ts";

export interface TokenLosses {
  /** Mean nats a masked token. */
  loss: number;
  tokens: number;
  /** Loss of each masked token, and the held-out block it stands in: blocks are resampled, not tokens. */
  nll: Float32Array;
  blockOf: Int32Array;
}

export class HeldOutScorer {
  readonly #program: Program;
  readonly #batches: MlmBatch[];
  readonly #shape: StepShape;
  readonly #config: ModelConfig;
  readonly #padding: BlockIndex["padded"];
  private constructor(
    program: Program,
    batches: MlmBatch[],
    shape: StepShape,
    config: ModelConfig,
    padding: BlockIndex["padded"],
  ) {
    this.#program = program;
    this.#batches = batches;
    this.#shape = shape;
    this.#config = config;
    this.#padding = padding;
  }

  /**
   * @param maxTokens masked tokens to measure on; 20,000 give a perplexity to about 1 % (field notes 1.9)
   * @param lora where adapters stand beside the weights, as in a run; a loaded model has them merged
   * @param unit what is hidden, however the run hides
   */
  static async open(
    device: Device,
    config: ModelConfig,
    blocks: BlockIndex,
    settings: CollateSettings,
    shape: StepShape,
    maxTokens: number,
    lora?: LoraSettings,
    unit: Recipe["maskUnit"] = "token",
  ): Promise<HeldOutScorer> {
    const batches = frozenBatches(blocks, shape.B, settings, maxTokens, unit);
    const program = await device.compile(buildMlmForward(config, shape, { padding: blocks.padded, lora }).bytes);
    return new HeldOutScorer(program, batches, shape, config, blocks.padded);
  }

  async score(
    weights: DeviceWeights,
    onBatch: (done: number, total: number) => unknown = () => {},
  ): Promise<TokenLosses> {
    const tokens = this.#batches.reduce((sum, batch) => sum + batch.count, 0);
    const nll = new Float32Array(tokens);
    const blockOf = new Int32Array(tokens);
    let n = 0;
    for (const [b, batch] of this.#batches.entries()) {
      const feeds = mlmFeeds(batch, this.#shape, this.#config, 1, this.#padding);
      const losses = (await this.#program.run(weights, feeds, ["nll"])).get("nll")!;
      for (let m = 0; m < batch.count; m++, n++) {
        nll[n] = losses[m]!;
        blockOf[n] = batch.blocks[Math.floor(batch.positions[m]! / this.#shape.T)]!;
      }
      await onBatch(b + 1, this.#batches.length);
    }
    return { loss: nll.reduce((sum, x) => sum + x, 0) / Math.max(1, tokens), tokens, nll, blockOf };
  }

  async dispose(): Promise<void> {
    await this.#program.dispose();
  }
}
