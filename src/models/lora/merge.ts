/**
 * Adapters into the tensors of a model, by Hugging Face's names: a checkpoint's own, or those of a PEFT folder. What
 * comes out is a plain model, which everything else can compute, compare and export.
 */
import { UnmaskError, type ErrorDetails } from "../../base/index.ts";
import type { StoredWeight } from "../../contract/index.ts";
import { toFloat32, type WeightTensor } from "../formats/floats.ts";
import { quoted } from "../formats/json.ts";
import { isAdapter, loraB, mergeAdapter } from "./adapters.ts";

type Tensors = Map<string, StoredWeight>;

const wrong = (message: string, details: ErrorDetails): UnmaskError =>
  new UnmaskError(
    "models/adapter-mismatch",
    message,
    "The adapter and the model do not belong together: take the model that the adapter was trained on.",
    details,
  );

const moduleOfA = (name: string): string | undefined => /^(.*)\.lora_A\.weight$/.exec(name)?.[1];

/** A model file may lack the encoder's prefix, or the adapter may: one name then ends with the other. */
function weightFor(tensors: Tensors, module: string): string {
  const name = `${module}.weight`;
  if (tensors.has(name)) return name;
  const alike = [...tensors.keys()].filter((one) => one.endsWith(`.${name}`) || name.endsWith(`.${one}`));
  if (alike.length === 1) return alike[0]!;
  throw wrong(`The adapter is for ${quoted(module)}; the model has ${alike.length} such layers instead of one.`, {
    module,
  });
}

/**
 * The tensors with all adapters merged: every `lora_A`, `lora_B` pair is gone, the weights beside them are new F32
 * ones, computed when they are read.
 * @param scaleOf alpha / rank of a module's adapter
 * @throws models/adapter-mismatch
 */
export function mergeAdapters(
  tensors: ReadonlyMap<string, StoredWeight>,
  adapters: ReadonlyMap<string, WeightTensor>,
  scaleOf: (module: string, rank: number) => number,
): Tensors {
  const result: Tensors = new Map([...tensors].filter(([name]) => !isAdapter(name)));
  for (const [name, a] of adapters) {
    const module = moduleOfA(name);
    if (module === undefined) continue;
    const b = adapters.get(loraB(module));
    const target = weightFor(result, module);
    const weight = result.get(target)!;
    const [out, inputs] = weight.shape;
    const rank = a.shape[0];
    const fits = a.shape[1] === inputs && b?.shape[0] === out && b?.shape[1] === rank && a.shape.length === 2;
    if (!fits || rank === undefined || b === undefined)
      throw wrong(
        `The adapter of ${quoted(module)} must fit a weight of shape (${weight.shape.join(", ")}); found A (${a.shape.join(", ")}) and B (${b?.shape.join(", ") ?? "missing"}).`,
        { module },
      );
    const scale = scaleOf(module, rank);
    const read = async (): Promise<Uint8Array> => {
      const own = toFloat32({ type: weight.type, data: await weight.read() });
      return new Uint8Array(mergeAdapter(own, toFloat32(a), toFloat32(b), rank, scale).buffer);
    };
    result.set(target, { type: "F32", shape: weight.shape, read });
  }
  return result;
}

/** Splits a checkpoint's tensors into the model's own and its adapters. */
export function adaptersAmong<T extends { name: string }>(tensors: readonly T[]): { own: T[]; adapters: T[] } {
  return {
    own: tensors.filter(({ name }) => !isAdapter(name)),
    adapters: tensors.filter(({ name }) => isAdapter(name)),
  };
}
