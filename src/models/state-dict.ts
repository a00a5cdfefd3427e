/**
 * Between Hugging Face's tensors and ours. Checkpoints in the wild differ in harmless ways: no family
 * prefix, LayerNorm called gamma and beta, tied tensors stored twice, buffers among the weights. All
 * of that is settled here, in one place; what stays over is reported, never dropped in silence.
 * Knows no file format: see formats/.
 */
import { UnmaskError } from "../base/index.ts";
import { architectures, type Architecture } from "./architectures/index.ts";
import { sizeOf, weightOf, type Parameter } from "./parameter.ts";

export interface FromTensors {
  /** By parameter name; a parameter with a missing part is left out. May share memory with the tensors given. */
  weights: Map<string, Float32Array>;
  /** Hugging Face names that the parameters need and the tensors lack. */
  missing: string[];
  /** Tensors that nothing reads, by the names given: a pooler or another head, say. */
  unused: string[];
}
export interface NamedTensor {
  name: string;
  shape: number[];
  /** A view of the weights, not a copy. */
  data: Float32Array;
}

/** Index lists that old checkpoints hold beside the weights. */
const buffers = /(^|\.)(embeddings\.)?(position_ids|token_type_ids)$/;

type Naming = Pick<Architecture, "prefix" | "tied">;
/** Of a head alone, which is all that learns where the encoder is frozen: its names are no family's, and as they are. */
const headOnly: Naming = { prefix: "", tied: {} };

/** The record that the parameters were listed by: the encoder's carry its prefix, and stand first. */
function namingOf(parameters: readonly Parameter[]): Naming {
  const prefix = parameters[0]?.name.split(".")[0];
  return Object.values(architectures).find((architecture) => architecture.prefix === prefix) ?? headOnly;
}

/** One spelling for each tensor: with the family's prefix, LayerNorm with weight and bias. */
function spelling(prefix: string, parameters: readonly Parameter[]): (name: string) => string {
  const own = parameters.flatMap(({ parts }) => parts.map(({ name }) => name.split(".")));
  const body = new Set(["pooler", ...own.filter(([first]) => first === prefix).map(([, second]) => second!)]);
  const others = new Set(own.map(([first]) => first!));
  return (name) => {
    const modern = name.replace(/\.gamma$/, ".weight").replace(/\.beta$/, ".bias");
    const first = modern.split(".")[0]!;
    return body.has(first) && !others.has(first) ? `${prefix}.${modern}` : modern;
  };
}

const equal = (a: Float32Array, b: Float32Array): boolean =>
  a === b || (a.length === b.length && a.every((x, i) => Object.is(x, b[i])));

interface Matched<T> {
  /** By the name that counts. */
  found: Map<string, T>;
  /** The name that counts -> the name given. */
  given: Map<string, string>;
  /** Second copies of tied tensors whose first is there too. */
  copies: { name: string; first: T; data: T }[];
}

/** Every tensor under the name that the parameters know it by. */
export function matched<T>(parameters: readonly Parameter[], tensors: Iterable<readonly [string, T]>): Matched<T> {
  const { prefix, tied } = namingOf(parameters);
  const canonical = spelling(prefix, parameters);
  const [found, given] = [new Map<string, T>(), new Map<string, string>()];
  const seconds: { name: string; target: string; data: T }[] = [];
  for (const [name, data] of tensors) {
    if (buffers.test(name)) continue;
    const known = canonical(name);
    const target = Object.hasOwn(tied, known) ? tied[known] : undefined;
    if (target !== undefined) seconds.push({ name, target, data });
    else {
      found.set(known, data);
      given.set(known, name);
    }
  }
  const copies: Matched<T>["copies"] = [];
  for (const { name, target, data } of seconds) {
    const first = found.get(target);
    if (first !== undefined) copies.push({ name, first, data });
    else {
      found.set(target, data);
      given.set(target, name);
    }
  }
  return { found, given, copies };
}

/** Hugging Face names that the parameters need and these are not. */
export function missingTensors(parameters: readonly Parameter[], names: Iterable<string>): string[] {
  const { found } = matched(
    parameters,
    [...names].map((name) => [name, true] as const),
  );
  return parameters.flatMap(({ parts }) => parts.map(({ name }) => name)).filter((name) => !found.has(name));
}

/**
 * Sorts a state dict into parameters.
 * @throws models/wrong-shape when a tensor has another number of elements than the configuration says.
 */
export function fromTensors(parameters: readonly Parameter[], tensors: ReadonlyMap<string, Float32Array>): FromTensors {
  const { found, given, copies } = matched(parameters, tensors);
  // An untied decoder: our graph cannot hold it.
  const unused = copies.filter(({ first, data }) => !equal(first, data)).map(({ name }) => name);
  const weights = new Map<string, Float32Array>();
  const missing: string[] = [];
  for (const parameter of parameters) {
    const parts = parameter.parts.map((part) => {
      given.delete(part.name);
      const data = found.get(part.name);
      if (data !== undefined && data.length !== sizeOf(part.shape))
        throw wrongShape(part.name, part.shape, data.length);
      if (data === undefined) missing.push(part.name);
      return data;
    });
    if (!parts.includes(undefined)) weights.set(parameter.name, joined(parts as Float32Array[]));
  }
  unused.push(...given.values());
  return { weights, missing, unused };
}

export function wrongShape(name: string, shape: number[], found: number): UnmaskError {
  return new UnmaskError(
    "models/wrong-shape",
    `Tensor "${name}" must have shape (${shape.join(", ")}), which is ${sizeOf(shape)} numbers; found ${found}.`,
    "config.json and model.safetensors do not belong together: take both from the same model.",
    { tensor: name, expected: sizeOf(shape), found },
  );
}

export function joined(parts: Float32Array[]): Float32Array {
  if (parts.length === 1) return parts[0]!;
  const whole = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/**
 * The inverse: Hugging Face names, shapes and views, each tensor once (tied ones under the name that
 * `save_pretrained` keeps).
 * @throws models/missing-weight
 */
export function toTensors(parameters: readonly Parameter[], weights: ReadonlyMap<string, Float32Array>): NamedTensor[] {
  return parameters.flatMap((parameter) => {
    const data = weightOf(weights, parameter);
    let at = 0;
    return parameter.parts.map(({ name, shape }) => {
      const start = at;
      at += sizeOf(shape);
      return { name, shape, data: data.subarray(start, at) };
    });
  });
}
