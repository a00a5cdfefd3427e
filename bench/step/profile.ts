/** Where our WASM step's time goes: its matrix products (always), and with --profile every op of the graph. */
import { median, printTable, shown } from "../support/print.ts";
import type { Entry, NodeTime } from "./contestant.ts";
import type { Remote } from "./hosts/remote.ts";
import { medianOfNodes, type Result } from "./race.ts";

export function printProducts({ products, productsMs, ms }: Result): void {
  const rows = [...products!]
    .sort((a, b) => b.count * b.ms - a.count * a.ms)
    .map((node) => [...cells(node), shown(node.flops / 1e6 / node.ms)]);
  printTable(
    "The step's matrix products, each timed alone",
    ["op", "shapes", "count", "ms each", "ms", "GFLOP/s"],
    rows,
  );
  console.log(`Together ${shown(productsMs!)} of the step's ${shown(ms)} ms: ${shown(productsMs! / ms)}`);
}

const cells = ({ op, shapes, count, ms }: NodeTime): string[] => [
  op,
  shapes,
  String(count),
  shown(ms),
  shown(count * ms),
];

export async function profileNodes(remote: Remote, entry: Entry, stepMs: number, rounds: number): Promise<void> {
  await remote.open(entry);
  await remote.visit(3);
  await remote.prepareNodes(true);
  const visits: NodeTime[][] = [];
  for (let i = 0; i < rounds; i++) visits.push(await remote.timeNodes());
  const nodes = medianOfNodes(visits);
  await remote.close();
  await remote.end();
  const byOp = new Map<string, { count: number; ms: number }>();
  for (const { op, count, ms } of nodes) {
    const sum = byOp.get(op) ?? { count: 0, ms: 0 };
    byOp.set(op, { count: sum.count + count, ms: sum.ms + count * ms });
  }
  const total = nodes.reduce((sum, { count, ms }) => sum + count * ms, 0);
  const products = nodes.reduce((sum, { count, ms, flops }) => sum + (flops === 0 ? 0 : count * ms), 0);
  const ops = [...byOp].sort(([, a], [, b]) => b.ms - a.ms);
  printTable(
    "All nodes of the step graph, each timed alone, by op",
    ["op", "count", "ms", "share of step"],
    ops.map(([op, { count, ms }]) => [op, String(count), shown(ms), `${((100 * ms) / stepMs).toFixed(1)} %`]),
  );
  const others = nodes.filter(({ flops }) => flops === 0).sort((a, b) => b.count * b.ms - a.count * a.ms);
  printTable(
    "The costliest that are no matrix product",
    ["op", "shapes", "count", "ms each", "ms"],
    others.slice(0, 20).map(cells),
  );
  console.log(
    `All nodes alone ${shown(total)} ms, the step ${shown(stepMs)} ms: ${shown(stepMs - total)} ms for copies, update and overhead` +
      ` (median node ${shown(1000 * median(nodes.map(({ ms }) => ms)))} us).` +
      ` Without any of these the products' share would be ${shown(products / total)}: no step of these nodes exceeds it`,
  );
}
