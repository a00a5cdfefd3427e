/**
 * A kernel of ours for several of the runtime's dispatches in a row, each of which computes every place of (rows, width)
 * by itself, or every row: what they compute is noted as values, and one shader makes those that somebody reads later.
 * Sums over a row end a pass over it; what a later pass needs is computed again from what lies in memory, and all is
 * stored at the end, so that a buffer may be read by the first dispatch and written by the last.
 */
import { perPlace, type FusedKernel, type Kept, type RowOp } from "./gpu-row-values.ts";
import { writeKernel } from "./gpu-row-writer.ts";

/** What the operations together compute, if one kernel can. @param isRead whether anyone reads a buffer's last value afterwards */
export function fuse(
  ops: readonly RowOp[],
  isRead: (buffer: GPUBuffer) => boolean,
  mostBuffers: number,
): FusedKernel | undefined {
  const places = ops[0]!.places;
  const shape = ops.find((op) => op.shape !== undefined)?.shape;
  const fits = (op: RowOp): boolean =>
    op.places === places &&
    (op.shape === undefined || (op.shape.rows === shape!.rows && op.shape.width === shape!.width));
  if (!ops.every(fits) || places % 4 !== 0 || (shape !== undefined && shape.width % 4 !== 0)) return undefined;
  const now = new Map<GPUBuffer, Kept>();
  let clashes = false;
  for (const op of ops) {
    const results = op.compute((kind, from) => {
      clashes ||= from.at !== 0; // buffers are told apart by themselves
      const known = now.get(from.buffer)?.value;
      if (known === undefined) return { kind, from };
      clashes ||= kind === "full" ? !perPlace(known) : kind !== "row" || perPlace(known);
      return known;
    });
    for (const [to, value] of results) {
      clashes ||= to.at !== 0;
      now.set(to.buffer, { to, value });
    }
  }
  const kept = [...now.values()].filter(({ to }) => isRead(to.buffer));
  if (clashes || kept.length === 0) return undefined;
  return writeKernel(shape ?? { rows: 1, width: places }, kept, mostBuffers);
}
