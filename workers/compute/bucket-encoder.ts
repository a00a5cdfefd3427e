/**
 * Texts through the encoder, for probes and embeddings: sorted by length into buckets, so that little
 * padding is computed; one compiled graph a bucket length, kept for the next set.
 */
import { longestBlock, type EncodedText, type ModelConfig, type SpecialTokens } from "../../src/contract/index.ts";
import type { Encode } from "../../src/evaluation/index.ts";
import { buildEncoder } from "../../src/models/index.ts";
import type { Device, DeviceWeights, Program } from "../../src/runtime/index.ts";
import { encoderFeeds } from "../../src/training/index.ts";
import { breathe } from "./event-posts.ts";
import { positionsPerRun, textLengths } from "./text-batches.ts";

interface Bucket {
  program: Promise<Program>;
  B: number;
  T: number;
}

export class BucketEncoder {
  readonly #device: Device;
  readonly #config: ModelConfig;
  readonly #special: SpecialTokens;
  readonly #nextRun: () => Promise<void>;
  readonly #buckets = new Map<number, Bucket>();

  /** @param nextRun between two runs of the network: lets messages in, may wait, and may throw to end it */
  constructor(device: Device, config: ModelConfig, special: SpecialTokens, nextRun = breathe) {
    this.#nextRun = nextRun;
    this.#device = device;
    this.#config = config;
    this.#special = special;
  }

  /** The evaluation room's view of one set of weights. */
  with(weights: DeviceWeights): Encode {
    return async (texts, onDone) => {
      for (const { bucket, members } of this.#plan(texts)) {
        for (let at = 0; at < members.length; at += bucket.B) {
          await this.#run(bucket, members.slice(at, at + bucket.B), texts, weights, onDone);
          await this.#nextRun();
        }
      }
    };
  }

  #plan(texts: readonly EncodedText[]): { bucket: Bucket; members: number[] }[] {
    const byLength = new Map<number, number[]>();
    // A model with few places has shorter graphs, down to its longest block.
    const most = Math.min(textLengths.at(-1)!, longestBlock(this.#config));
    const lengths = [...textLengths.filter((length) => length < most), most];
    texts.forEach(({ ids }, i) => {
      const T = lengths.find((length) => ids.length <= length) ?? most;
      byLength.set(T, [...(byLength.get(T) ?? []), i]);
    });
    return [...byLength].sort(([a], [b]) => a - b).map(([T, members]) => ({ bucket: this.#bucket(T), members }));
  }

  #bucket(T: number): Bucket {
    const known = this.#buckets.get(T);
    if (known !== undefined) return known;
    const B = Math.max(1, Math.floor(positionsPerRun / T));
    const { bytes } = buildEncoder(this.#config, { B, T }, { padding: true });
    const bucket: Bucket = { program: this.#device.compile(bytes), B, T };
    this.#buckets.set(T, bucket);
    return bucket;
  }

  async #run(
    { program, B, T }: Bucket,
    members: readonly number[],
    texts: readonly EncodedText[],
    weights: DeviceWeights,
    onDone: (i: number, hidden: Float32Array) => void,
  ): Promise<void> {
    const H = this.#config.hidden_size;
    const ids = new Int32Array(B * T).fill(this.#special.pad);
    const attention = new Float32Array(B * T);
    members.forEach((member, b) => {
      const { ids: own } = texts[member]!;
      ids.set(own.slice(0, T), b * T);
      attention.fill(1, b * T, b * T + Math.min(T, own.length));
    });
    // An unused row attends to its first position: a softmax over nothing would be undefined.
    for (let b = members.length; b < B; b++) attention[b * T] = 1;
    const feeds = encoderFeeds(ids, attention, B, T, this.#config, true, this.#special);
    const hidden = (await (await program).run(weights, feeds, ["last_hidden_state"])).get("last_hidden_state")!;
    members.forEach((member, b) => {
      const count = Math.min(T, texts[member]!.ids.length);
      onDone(member, hidden.subarray(b * T * H, (b * T + count) * H));
    });
  }

  async dispose(): Promise<void> {
    for (const { program } of this.#buckets.values()) await (await program).dispose();
    this.#buckets.clear();
  }
}
