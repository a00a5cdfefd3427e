/** A model's weights on the CPU: arrays, and ONNX Runtime's tensors over the same arrays. */
import { UnmaskError } from "../base/index.ts";
import type { Ort, OrtModule } from "./ort.ts";
import type { Arrays, DeviceWeights, ParameterShape, WeightSource } from "./types.ts";

export class HostWeights implements DeviceWeights {
  readonly #ort: OrtModule;
  readonly tensors = new Map<string, Ort.Tensor>();
  readonly values: Arrays;

  constructor(ort: OrtModule, parameters: readonly ParameterShape[], values: WeightSource) {
    this.#ort = ort;
    this.values = new Map();
    for (const { name, shape } of parameters) {
      const data = takeValues(values, name, shape).slice();
      this.values.set(name, data);
      this.tensors.set(name, new ort.Tensor("float32", data, shape));
    }
  }
  /** The tensor's values lie here from now on; they are not copied. */
  move(name: string, values: Float32Array): void {
    this.values.set(name, values);
    this.tensors.set(name, new this.#ort.Tensor("float32", values, this.tensors.get(name)!.dims));
  }
  read(): Promise<Arrays> {
    return Promise.resolve(new Map([...this.values].map(([name, data]) => [name, data.slice()])));
  }
  dispose(): void {
    this.tensors.clear();
    this.values.clear();
  }
}

/** @throws runtime/bad-weights when a tensor is missing or has the wrong number of values. */
export function takeValues(values: WeightSource, name: string, shape: readonly number[]): Float32Array {
  const data = values.get(name);
  const size = shape.reduce((a, b) => a * b, 1);
  if (data?.length === size) return data;
  throw new UnmaskError(
    "runtime/bad-weights",
    `Weight ${name} must have ${size} values, found ${data?.length ?? "none"}.`,
    "The checkpoint does not fit its config: export it again or choose another.",
    { name },
  );
}
