/** A model's weights on the CPU: arrays, and ONNX Runtime's tensors over the same arrays. */
import { UnmaskError } from "../base/index.ts";
import type { Ort, OrtModule } from "./ort.ts";
import type { Arrays, DeviceWeights, ParameterShape, WeightSource } from "./types.ts";

export class HostWeights implements DeviceWeights {
  readonly #ort: OrtModule;
  readonly tensors = new Map<string, Ort.Tensor>();
  readonly values: Arrays;

  private constructor(ort: OrtModule) {
    this.#ort = ort;
    this.values = new Map();
  }
  static async open(ort: OrtModule, parameters: readonly ParameterShape[], values: WeightSource): Promise<HostWeights> {
    const weights = new HostWeights(ort);
    for (const { name, shape } of parameters) {
      const data = (await takeValues(values, name, shape)).slice();
      weights.values.set(name, data);
      weights.tensors.set(name, new ort.Tensor("float32", data, shape));
    }
    return weights;
  }
  /** The tensor's values lie here from now on; they are not copied. */
  move(name: string, values: Float32Array): void {
    this.values.set(name, values);
    this.tensors.set(name, new this.#ort.Tensor("float32", values, this.tensors.get(name)!.dims));
  }
  read(names: readonly string[] = [...this.values.keys()]): Promise<Arrays> {
    return Promise.resolve(new Map(names.map((name) => [name, this.values.get(name)!.slice()])));
  }
  dispose(): void {
    this.tensors.clear();
    this.values.clear();
  }
}

/** @throws runtime/bad-weights when a tensor is missing or has the wrong number of values. */
export async function takeValues(values: WeightSource, name: string, shape: readonly number[]): Promise<Float32Array> {
  const data = await values.get(name);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data?.length === size) return data;
  throw new UnmaskError(
    "runtime/bad-weights",
    `Weight ${name} must have ${size} values, found ${data?.length ?? "none"}.`,
    "The checkpoint does not fit its config: export it again or choose another.",
    { name },
  );
}
