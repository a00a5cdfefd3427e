/**
 * A person's own plan of gradual unfreezing, one part of the network a line: "head: 0", "layer 3: 100", "layers 1-2: 250",
 * "embeddings: 600". The number is how many updates pass before the part learns. Parts that no line names learn from the first.
 */
import { UnmaskError } from "../base/index.ts";
import { linesOf } from "./settings.ts";

const line = /^(?:(head|embeddings)|layers? +(\d+)(?: *[-–] *(\d+))?) *: *(\d+)(?: +steps?)?$/i;

/** @returns updates by group, counted as LayerPlan does. @throws training/bad-unfreezing-plan naming the line */
export function readUnfreezingPlan(plan: string, layers: number): Map<number, number> {
  const lines = linesOf(plan);
  if (lines.length === 0) throw problem("The plan of unfreezing is empty.");
  const updates = new Map<number, number>();
  for (const text of lines) {
    const where = `“${text}” in the plan of unfreezing`;
    const [, end, first, last = first, number] = line.exec(text) ?? [];
    if (number === undefined) throw problem(`${where} cannot be read.`);
    const [from, to] = end === undefined ? [Number(first), Number(last)] : endsOf(end, layers);
    if (end === undefined && (from < 1 || to > layers || from > to))
      throw problem(`${where} names layers ${from} to ${to}, but the model has layers 1 to ${layers}.`);
    for (let group = from; group <= to; group++) {
      if (updates.has(group)) throw problem(`${where} names a part that an earlier line names.`);
      updates.set(group, Number(number));
    }
  }
  return updates;
}

/** From the head down, a part more after every so many updates: ULMFiT's order, as a plan to begin with. */
export const evenUnfreezing = (layers: number, every: number): string =>
  ["head", ...Array.from({ length: layers }, (_, i) => `layer ${layers - i}`), "embeddings"]
    .map((part, i) => `${part}: ${i * every}`)
    .join("\n");

/** @param first the update (from 1) at which the first part begins to learn */
export const idlePlan = (first: number): UnmaskError =>
  new UnmaskError(
    "training/nothing-learns",
    `Nothing would learn in the first ${first - 1} steps.`,
    "Let one part of the plan of unfreezing begin at 0.",
  );

const endsOf = (end: string, layers: number): [number, number] =>
  end.toLowerCase() === "head" ? [layers + 1, layers + 1] : [0, 0];

const problem = (fact: string): UnmaskError =>
  new UnmaskError(
    "training/bad-unfreezing-plan",
    fact,
    "Write one part a line with the steps that pass before it learns: “head: 0”, “layers 3-4: 100”, “embeddings: 300”.",
  );
