/**
 * The update on the CPU: global gradient norm, clipping factor, AdamW in place. While a trainer lives, its weights and
 * moments lie in WebAssembly memories made to measure (a memory that grew would take its views away); gradients,
 * which ONNX Runtime gives in arrays of its own, pass through a small window that stays in the cache.
 */
import { tensorNumbers } from "./adamw.ts";
import { adamwNumbers, hostKernels, pulledNumbers, type HostKernels } from "./host-kernels.ts";
import { newMemory } from "./host-memory.ts";
import { takeValues, type HostWeights } from "./host-weights.ts";
import type { AdamwSettings, Arrays, Moments, MomentSource, ParameterShape, WeightSource } from "./types.ts";

/** Values of a window: with the three others' windows it fits the smallest second-level caches. */
const WINDOW = 16_384;
/** A memory takes tensors until their weights and moments would exceed this; at 125M parameters two memories. */
const MEMORY_VALUES = 2 ** 28;

/** The factor that brings a gradient of this norm down to `clipNorm`, as torch's clip_grad_norm_. */
export function clipScale(norm: number, clipNorm: number): number {
  return clipNorm > 0 ? Math.min(1, clipNorm / (norm + 1e-6)) : 1;
}

/** A loss scale that was too large: its overflow makes the norm infinite or no number. */
export const isSkipped = (norm: number, { lossScale }: AdamwSettings): boolean =>
  lossScale !== undefined && !Number.isFinite(norm);

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
/** Vectors of four: what lies behind a tensor's end is computed too, and never read. */
const padded = (size: number): number => Math.ceil(size / 4) * 4;

/** One trainable tensor: where it lies in its memory, in values. */
interface Place {
  name: string;
  decay: boolean;
  size: number;
  weight: number;
  first: number;
  second: number;
  /** The weight to be pulled to, where there is one. */
  start?: number;
}

export class HostOptimiser {
  readonly #weights: HostWeights;
  #groups: TensorGroup[];

  private constructor(weights: HostWeights, groups: TensorGroup[]) {
    this.#weights = weights;
    this.#groups = groups;
  }

  /** @throws runtime/out-of-memory */
  static async open(
    parameters: readonly ParameterShape[],
    weights: HostWeights,
    moments?: MomentSource,
    start: WeightSource = new Map<string, Float32Array>(),
    memoryValues = MEMORY_VALUES,
  ): Promise<HostOptimiser> {
    const groups = groupBySize(parameters, memoryValues).map((group) => new TensorGroup(group, start));
    const fetch = async (values: WeightSource, { name, size }: Place, into: Float32Array): Promise<void> =>
      into.set(await takeValues(values, name, [size]));
    for (const { places, take } of groups)
      for (const place of places) {
        const { name, size } = place;
        const weight = take(place.weight, size);
        weight.set(weights.values.get(name)!);
        weights.move(name, weight);
        if (place.start !== undefined) await fetch(start, place, take(place.start, size));
        if (moments?.first.has(name) !== true) continue;
        await fetch(moments.first, place, take(place.first, size));
        await fetch(moments.second, place, take(place.second, size));
      }
    return new HostOptimiser(weights, groups);
  }

  /** Unscales, clips, updates unless `isSkipped`, and gives the norm before clipping. `gradients` holds every parameter's. */
  step(gradients: ReadonlyMap<string, Float32Array>, settings: AdamwSettings): number {
    let squares = 0;
    for (const group of this.#groups) squares = group.addSquares(squares, gradients);
    const { lossScale = 1 } = settings;
    const norm = Math.sqrt(squares) / lossScale;
    if (isSkipped(norm, settings)) return norm;
    const scale = clipScale(norm, settings.clipNorm) / lossScale;
    for (const group of this.#groups) group.update(gradients, settings, scale);
    return norm;
  }

  readMoments(names?: readonly string[]): Moments {
    const wanted = names === undefined ? undefined : new Set(names);
    const read = (start: (place: Place) => number): Arrays =>
      new Map(
        this.#groups.flatMap(({ places, take }) =>
          places.filter(({ name }) => wanted?.has(name) !== false).map((p) => [p.name, take(start(p), p.size).slice()]),
        ),
      );
    return { first: read((p) => p.first), second: read((p) => p.second) };
  }

  /** Gives the weights arrays of their own again and lets go of the memories. */
  dispose(): void {
    for (const { places } of this.#groups)
      for (const { name } of places) {
        const values = this.#weights.values.get(name);
        if (values !== undefined) this.#weights.move(name, values.slice());
      }
    this.#groups = [];
  }
}

function groupBySize(parameters: readonly ParameterShape[], limit: number): ParameterShape[][] {
  const groups: ParameterShape[][] = [];
  let room = 0;
  for (const parameter of parameters) {
    const values = 4 * padded(sizeOf(parameter.shape)); // weight, two moments, and perhaps the start
    if (values > room) {
      groups.push([]);
      room = limit;
    }
    groups.at(-1)!.push(parameter);
    room -= values;
  }
  return groups;
}

/** One memory: the window, then weight and moments of some tensors. */
class TensorGroup {
  readonly places: Place[] = [];
  readonly #kernels: HostKernels;
  readonly #values: Float32Array;

  constructor(parameters: readonly ParameterShape[], start: WeightSource) {
    let end = WINDOW;
    const reserve = (size: number): number => (end += padded(size)) - padded(size);
    for (const { name, shape, decay } of parameters) {
      const size = sizeOf(shape);
      const place: Place = { name, decay, size, weight: reserve(size), first: reserve(size), second: reserve(size) };
      if (start.has(name)) place.start = reserve(size);
      this.places.push(place);
    }
    const memory = newMemory(end, "making room for the optimiser");
    this.#values = new Float32Array(memory.buffer);
    this.#kernels = hostKernels(memory);
  }

  readonly take = (start: number, size: number): Float32Array => this.#values.subarray(start, start + size);

  /** Window after window on top of `sum`, so that it does not matter how tensors are grouped. */
  addSquares(sum: number, gradients: ReadonlyMap<string, Float32Array>): number {
    for (const { name } of this.places)
      this.#windows(gradients.get(name)!, (_start, bytes) => (sum += this.#kernels.sumOfSquares(0, bytes)));
    return sum;
  }

  update(gradients: ReadonlyMap<string, Float32Array>, settings: AdamwSettings, scale: number): void {
    for (const place of this.places) {
      const { name, weight, first, second } = place;
      const numbers = numbersOf(settings, scale, place);
      const kernel = place.start === undefined ? this.#kernels.adamw : this.#kernels.adamwPulled;
      this.#windows(gradients.get(name)!, (from, bytes) => {
        const begin = place.start === undefined ? [] : [4 * (place.start + from)];
        kernel(4 * (weight + from), 0, 4 * (first + from), 4 * (second + from), bytes, ...begin, ...numbers);
      });
    }
  }

  /** Copies `gradient` into the window piece by piece, filled up with zeros to whole vectors. */
  #windows(gradient: Float32Array, visit: (start: number, bytes: number) => void): void {
    for (let start = 0; start < gradient.length; start += WINDOW) {
      const piece = gradient.subarray(start, start + WINDOW);
      this.#values.set(piece);
      this.#values.fill(0, piece.length, padded(piece.length));
      visit(start, 4 * padded(piece.length));
    }
  }
}

/** The kernel's numbers, in its order. */
function numbersOf(settings: AdamwSettings, scale: number, { name, decay, start }: Place): number[] {
  const { beta1, beta2, epsilon } = settings;
  const all = {
    scale,
    beta1,
    add1: 1 - beta1,
    beta2,
    add2: 1 - beta2,
    epsilon,
    ...tensorNumbers(settings, name, decay, start !== undefined),
  };
  return (start === undefined ? adamwNumbers : pulledNumbers).map((number) => all[number]);
}
