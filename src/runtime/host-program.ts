/** A forward graph on the CPU, run by ONNX Runtime. */
import { UnmaskError } from "../base/index.ts";
import type { HostWeights } from "./host-weights.ts";
import { runtimeError, type Ort, type OrtModule } from "./ort.ts";
import type { Arrays, DeviceWeights, Feeds, Program } from "./types.ts";

export class HostProgram implements Program {
  readonly #ort: OrtModule;
  readonly #session: Ort.InferenceSession;
  constructor(ort: OrtModule, session: Ort.InferenceSession) {
    this.#ort = ort;
    this.#session = session;
  }

  async run(weights: DeviceWeights, feeds: Feeds, outputs: readonly string[]): Promise<Arrays> {
    const inputs: Record<string, Ort.Tensor> = {};
    for (const name of this.#session.inputNames) {
      const weight = (weights as HostWeights).tensors.get(name);
      const feed = feeds.get(name);
      if (weight !== undefined) inputs[name] = weight;
      else if (feed !== undefined) inputs[name] = new this.#ort.Tensor(feed.type, feed.data as never, feed.shape);
      else throw new UnmaskError("runtime/missing-input", `The graph's input ${name} was not given.`);
    }
    try {
      const results = await this.#session.run(inputs, [...outputs]);
      return new Map(outputs.map((name) => [name, results[name]!.data as Float32Array]));
    } catch (error) {
      throw runtimeError(error, "running the model");
    }
  }
  async dispose(): Promise<void> {
    await this.#session.release();
  }
}
