/**
 * Rows for new pieces in the word table, and the decoder's bias for them: the mean of their old pieces' rows (Hewitt
 * 2021 shows why a mean, and not chance: the new words then take no probability from the others at once). Everything
 * else of the model stays, so text without new pieces gives the same hidden states and old logits.
 */
import type { AddedPiece, ModelConfig } from "../../contract/index.ts";
import { UnmaskError } from "../../base/index.ts";
import { architectureOf } from "../architectures/index.ts";
import { sizeOf, weightOf } from "../parameter.ts";
import { parametersOf } from "../parameters.ts";
import type { GrownModel } from "./grow.ts";

/**
 * @param added their ids follow one another; rows that the table had to spare are used first
 * @throws models/bad-extension for ids outside the vocabulary
 */
export function extendRows(
  config: ModelConfig,
  weights: Map<string, Float32Array>,
  added: readonly AddedPiece[],
): GrownModel {
  const old = config.vocab_size;
  const size = added.reduce((most, { id }) => Math.max(most, id + 1), old);
  const wrong = added.find(
    ({ id, oldIds }) => oldIds.length === 0 || oldIds.some((one) => one < 0 || one >= old || one >= id),
  );
  if (wrong !== undefined)
    throw new UnmaskError(
      "models/bad-extension",
      `A new piece must be made of pieces that the model has (ids below ${old}); piece ${wrong.id} is not.`,
      "Propose the pieces again for this model.",
    );
  const { words, heads } = architectureOf(config);
  const headNames = new Set(heads.mlm.parameters(config).map(({ name }) => name));
  const result = new Map<string, Float32Array>();
  for (const parameter of parametersOf(config, "mlm")) {
    const { name, shape } = parameter;
    const data = weightOf(weights, parameter);
    const perPiece = name === words || (headNames.has(name) && shape.length === 1 && shape[0] === old);
    result.set(name, perPiece ? withMeans(data, sizeOf(shape) / old, size, added) : data);
  }
  return { config: { ...config, vocab_size: size }, weights: result };
}

function withMeans(table: Float32Array, width: number, rows: number, added: readonly AddedPiece[]): Float32Array {
  const whole = new Float32Array(rows * width);
  whole.set(table);
  for (const { id, oldIds } of added)
    for (let h = 0; h < width; h++) {
      let sum = 0;
      for (const old of oldIds) sum += table[old * width + h]!;
      whole[id * width + h] = sum / oldIds.length;
    }
  return whole;
}
