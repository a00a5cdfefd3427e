/**
 * Finite differences: compares the gradients of a graph with (f(x + h) - f(x - h)) / 2h in float64 and
 * reports the worst element of each target. Costs two runs an element: for small graphs.
 */
import { addGradients, type GradientRequest } from "../backward.ts";
import type { Graph } from "../graph.ts";
import { interpret } from "./interpreter.ts";
import { toTensor, type Feed } from "./tensor.ts";

export interface WorstElement {
  readonly target: string;
  readonly element: number;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic - numeric| / max(1, |analytic|, |numeric|) */
  readonly relativeError: number;
}

/** Balances truncation (h^4) and rounding (1e-16 / h) of the five-point formula: errors near 1e-11. */
const STEP = 1e-3;

export function checkGradients(
  graph: Graph,
  request: Omit<GradientRequest, "rowTargets">,
  feeds: ReadonlyMap<string, Feed>,
): WorstElement[] {
  const built = addGradients(graph, request);
  const results = interpret(built.graph, feeds);
  const lossGraph: Graph = { ...graph, outputs: [graph.outputs.find((o) => o.name === request.loss)!] };
  const lossAt = (target: string, x: Feed): number =>
    interpret(lossGraph, new Map([...feeds, [target, x]])).get(request.loss)!.data[0]!;
  return request.targets.map((target) => {
    const { type, shape, data } = toTensor(feeds.get(target)!);
    const analytic = results.get(built.gradients.get(target)!)!.data;
    let worst: WorstElement = { target, element: -1, analytic: 0, numeric: 0, relativeError: 0 };
    data.forEach((x, element) => {
      const at = (step: number): number => {
        const moved = data.slice();
        moved[element] = x + step;
        return lossAt(target, { type, shape, data: moved });
      };
      // Five-point central difference (Abramowitz & Stegun 25.3.6)
      const numeric = (8 * (at(STEP) - at(-STEP)) - (at(2 * STEP) - at(-2 * STEP))) / (12 * STEP);
      const found = analytic[element]!;
      const relativeError = Math.abs(found - numeric) / Math.max(1, Math.abs(found), Math.abs(numeric));
      if (!(relativeError <= worst.relativeError) || worst.element < 0)
        worst = { target, element, analytic: found, numeric, relativeError };
    });
    return worst;
  });
}
