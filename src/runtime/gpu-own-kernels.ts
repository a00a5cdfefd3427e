/**
 * Which dispatches of a recording kernels of ours compute: consecutive ones that work row by row become one kernel, which
 * stores only what somebody reads later; of the others some have a kernel of their own. The rest stays the runtime's.
 */
import { fuse } from "./gpu-row-program.ts";
import { rowOp, type KnownOp } from "./gpu-row-ops.ts";
import type { Bound, FusedKernel, RowOp } from "./gpu-row-values.ts";
import { accessOf } from "./gpu-shader-texts.ts";
import type { Shaders } from "./gpu-shaders.ts";

export interface OwnKernels {
  shaders: Shaders;
  /** Buffers that are read after the run: the graph's outputs. Whatever else a dispatch writes is the run's own. */
  results: ReadonlySet<GPUBuffer>;
}
/** A dispatch of the runtime. */
interface Dispatch {
  text: string;
  settings: Uint8Array;
  bound: readonly Bound[];
  size: [number, number, number];
}
/** What the recording holds: of a copy, and of a dispatch that nothing more is known of, the buffers. */
export type Seen = Dispatch | { reads: readonly GPUBuffer[]; writes: readonly GPUBuffer[] };
type Kernel = FusedKernel & { name: string };

interface Access {
  reads: Set<GPUBuffer>;
  /** Written as a whole: what lay there is gone. */
  writes: Set<GPUBuffer>;
}

/** In order: the number of a command that stays as it is, or a kernel in place of one or several. */
export function ownKernels(
  device: GPUDevice,
  seen: readonly Seen[],
  { shaders, results }: OwnKernels,
): (number | Kernel)[] {
  const mostBuffers = device.limits.maxStorageBuffersPerShaderStage;
  const accesses = seen.map(accessesOf);
  const ops = seen.map((one): KnownOp | undefined =>
    "text" in one ? rowOp(one.text, one.settings, one.bound, one.size) : undefined,
  );
  const isReadAfter = (last: number, buffer: GPUBuffer): boolean => {
    for (const { reads, writes } of accesses.slice(last + 1)) {
      if (reads.has(buffer)) return true;
      if (writes.has(buffer)) return false;
    }
    return results.has(buffer);
  };
  const kernels: (number | Kernel)[] = [];
  for (let at = 0; at < seen.length; at++) {
    const run: RowOp[] = [];
    let made: FusedKernel | undefined;
    for (let end = at; ops[end] !== undefined; end++) {
      const longer = fuse([...run, ops[end]!.op], (buffer) => isReadAfter(end, buffer), mostBuffers);
      if (longer === undefined) break;
      run.push(ops[end]!.op);
      made = longer;
    }
    if (made !== undefined && (run.length > 1 || ops[at]!.isSlow)) {
      const names = ops.slice(at, at + run.length).map((op) => op!.name);
      kernels.push({ ...made, name: names.join(", ") });
      at += run.length - 1;
      continue;
    }
    kernels.push(kernelOf(shaders, seen[at]!) ?? at);
  }
  return kernels;
}

function kernelOf(shaders: Shaders, one: Seen): Kernel | undefined {
  const own = "text" in one ? shaders.substitute(one.text, one.settings) : undefined;
  return own && "bound" in one ? { ...own, buffers: [...one.bound], size: [own.groups, 1, 1] } : undefined;
}

function accessesOf(one: Seen): Access {
  if (!("text" in one)) return { reads: new Set(one.reads), writes: new Set(one.writes) };
  const access: Access = { reads: new Set(), writes: new Set() };
  const told = accessOf(one.text);
  one.bound.forEach(({ buffer }, k) => (told[k]?.reads === false ? access.writes : access.reads).add(buffer));
  return access;
}
