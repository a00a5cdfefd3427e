/**
 * A fine-tuned model's logits for rows of any length: sorted into a few lengths, one compiled graph each, so that
 * little padding is computed. Knows no labels and no tasks.
 */
import { longestBlock, type ModelConfig, type SpecialTokens, type TaskHead } from "../contract/index.ts";
import { taskBatch, type TaskRow } from "../data/index.ts";
import { buildHead } from "../models/index.ts";
import type { Device, DeviceWeights, Program } from "../runtime/index.ts";
import { rowFeeds } from "./objectives/task.ts";

const lengths = [16, 32, 64, 128, 256, 512];
/** Token positions a run: enough to keep the matrix products busy, little enough for small memories. */
const positionsPerRun = 1024;

export class TaskPredictor {
  readonly #device: Device;
  readonly #model: { config: ModelConfig; special: SpecialTokens };
  readonly #head: TaskHead;
  readonly #programs = new Map<number, Promise<Program>>();

  constructor(device: Device, model: { config: ModelConfig; special: SpecialTokens }, head: TaskHead) {
    this.#device = device;
    this.#model = model;
    this.#head = head;
  }

  /**
   * Logits of every row, in the rows' order: (C), (1), or for tokens (T, C) and spans (T, 2) without padding rows.
   * @param onRows hears how many rows are done; may wait, and may throw to end it
   */
  async predict(
    weights: DeviceWeights,
    rows: readonly TaskRow[],
    onRows: (done: number) => Promise<void> = () => Promise.resolve(),
  ): Promise<Float32Array[]> {
    const { config, special } = this.#model;
    const answers = new Array<Float32Array>(rows.length);
    const places = rows.map((_, i) => i).sort((a, b) => rows[a]!.ids.length - rows[b]!.ids.length);
    for (let at = 0; at < places.length;) {
      const T = this.#lengthFor(rows[places[at]!]!.ids.length);
      const B = Math.max(1, Math.floor(positionsPerRun / T));
      const members = places.slice(at, at + B).filter((i) => rows[i]!.ids.length <= T);
      const batch = taskBatch(
        members.map((i) => rows[i]!),
        undefined,
        this.#head.kind,
        B,
        T,
        special.pad,
      );
      const program = await this.#program(B, T);
      const logits = (await program.run(weights, rowFeeds(batch, config), ["logits"])).get("logits")!;
      const width = logits.length / B;
      members.forEach((i, b) => {
        const length = this.#perToken ? (width / T) * rows[i]!.ids.length : width;
        answers[i] = logits.slice(b * width, b * width + length);
      });
      at += members.length;
      await onRows(at);
    }
    return answers;
  }

  get #perToken(): boolean {
    return this.#head.kind === "tokens" || this.#head.kind === "spans";
  }

  #lengthFor(tokens: number): number {
    const most = longestBlock(this.#model.config);
    return Math.min(most, lengths.find((length) => tokens <= length) ?? most);
  }

  #program(B: number, T: number): Promise<Program> {
    const known = this.#programs.get(T);
    if (known !== undefined) return known;
    const { bytes } = buildHead(this.#model.config, { B, T }, this.#head, { padding: true });
    const program = this.#device.compile(bytes);
    this.#programs.set(T, program);
    return program;
  }

  async dispose(): Promise<void> {
    for (const program of this.#programs.values()) await (await program).dispose();
    this.#programs.clear();
  }
}
