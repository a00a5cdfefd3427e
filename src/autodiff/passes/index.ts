/** The passes in their order, each followed by the checker, until nothing changes. */
import { checkGraph } from "../check.ts";
import type { Graph } from "../graph.ts";
import { shareCommon } from "./common-subexpression.ts";
import { dropDead } from "./drop-dead.ts";
import { fold } from "./fold.ts";
import { fuseGemm } from "./fuse-gemm.ts";
import { sumByProduct } from "./sum-by-product.ts";

export interface SimplifyOptions {
  /** Names of passes to leave out, for tests and measurements. */
  readonly without?: readonly PassName[];
}
const passes = { fold, sumByProduct, fuseGemm, shareCommon, dropDead } as const;
export type PassName = keyof typeof passes;

/** Rounds end when the node count stays; more would mean two rules that undo each other. */
const MOST_ROUNDS = 10;

export function simplify(graph: Graph, { without = [] }: SimplifyOptions = {}): Graph {
  const chosen = (Object.keys(passes) as PassName[]).filter((name) => !without.includes(name));
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const before = graph;
    for (const name of chosen) graph = checkGraph(passes[name](graph));
    if (sameNodes(before, graph)) break;
  }
  return graph;
}

const sameNodes = (a: Graph, b: Graph): boolean =>
  a.nodes.length === b.nodes.length &&
  a.nodes.every((node, i) => node.op === b.nodes[i]!.op && node.inputs.join() === b.nodes[i]!.inputs.join());

export { halfProducts, type HalfOptions } from "./half-products.ts";
export { recompute, type RecomputeOptions } from "./recompute.ts";
export { partName, splitRows, type RowSplit } from "./split-rows.ts";
export { dropDead, fold, fuseGemm, shareCommon, sumByProduct };
