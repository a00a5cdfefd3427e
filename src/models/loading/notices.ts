/** Plain sentences on what a loaded model lacks, before anything is computed with it. */
import { architectureOf } from "../architectures/index.ts";
import { parametersOf } from "../parameters.ts";
import { missingTensors } from "../state-dict.ts";
import type { LoadedModel } from "./loaded-model.ts";

/** Of a model without its MLM head, that a fresh one will be drawn; undefined of one that has it. */
export function freshHeadNotice({ config, tensors }: Pick<LoadedModel, "config" | "tensors">): string | undefined {
  const missing = new Set(missingTensors(parametersOf(config, "mlm"), tensors.keys()));
  const { heads, encoderOnly } = architectureOf(config);
  const head = heads.mlm.parameters(config).flatMap(({ parts }) => parts.map(({ name }) => name));
  const lost = head.filter((name) => missing.has(name)).length;
  if (lost === 0) return undefined;
  const what =
    lost === head.length ? "no masked-language-model head" : `${lost} of its head's ${head.length} tensors missing`;
  return `This model has ${what}: ${encoderOnly ?? "it was saved as an encoder, or for another task"}. The head is drawn afresh, so the first losses are those of blind guesses and masks cannot be filled before training.`;
}

/** Everything to be said of a model as it was loaded. */
export function modelNotices(model: LoadedModel): string[] {
  const head = freshHeadNotice(model);
  return [...(model.warnings ?? []), ...(head === undefined ? [] : [head])];
}
