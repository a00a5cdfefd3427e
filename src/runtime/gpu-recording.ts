/**
 * What one run of ONNX Runtime asks of the device, kept to be asked again without the runtime, whose own work (a bind
 * group, a write of settings and an allocation a node) takes longer than a small model's dispatches do. The settings,
 * which the next run writes over, are copied. Intermediate results stay where the runtime put them: its pool ("simple")
 * never lets a buffer go, and what others leave there between two of our submits is written anew before it is read. So
 * the session must live as long as the recording, for its constants, and nobody may keep a result on the device.
 * Left out: the clearing of every buffer taken from the pool (onnxruntime #32063), which keeps what one model leaves
 * there from the next one's caller. No kernel relies on it: within a run buffers change hands uncleared. (72 of them at
 * two layers, each the end of a compute pass; without them a step is one pass.)
 * Its own graph capture is no choice: replayed, the loss stays the first one and gradients are off by 1e-3
 * (1.31-dev, as in onnxruntime #29594; delete this file when that works). A run that touches the host is not recorded.
 */
import { pipelineOf } from "./gpu-buffers.ts";
import { ownKernels, type OwnKernels, type Seen } from "./gpu-own-kernels.ts";

type Entry = { binding: number; buffer: GPUBuffer; at: number; size: number; settings?: Uint8Array };
interface Group {
  layout: GPUBindGroupLayout;
  entries: Entry[];
}
type Command =
  | {
      kind: "dispatch";
      pipeline: GPUComputePipeline;
      groups: Map<number, GPUBindGroup>;
      size: [number, number, number];
    }
  | { kind: "copy"; from: GPUBuffer; fromAt: number; to: GPUBuffer; toAt: number; size: number };

/** Devices that a tape listens to. */
const recorded = new WeakSet<GPUDevice>();

/** Runs `run` and gives what it asked of the device, by our kernels where there are `ours`; undefined where that cannot be asked again. */
export async function recordRun(
  device: GPUDevice,
  ours: OwnKernels | undefined,
  run: () => Promise<unknown>,
): Promise<GpuRecording | undefined> {
  if (recorded.has(device)) {
    await run(); // another run is on the tape already, and would be mixed with this one
    return undefined;
  }
  recorded.add(device);
  const tape = new Tape(device);
  try {
    await run();
  } finally {
    tape.stop();
    recorded.delete(device);
  }
  return tape.refused ? undefined : GpuRecording.of(device, ours, tape);
}

/* eslint-disable @typescript-eslint/no-explicit-any -- methods are replaced by name and pass on what they are given */
class Tape {
  readonly commands: Command[] = [];
  readonly groups = new Map<GPUBindGroup, Group>();
  refused = false;
  readonly #settings = new Map<GPUBuffer, Uint8Array>();
  readonly #undo: (() => void)[] = [];

  constructor(device: GPUDevice) {
    const queue = Object.getPrototypeOf(device.queue) as object; // Node's binding gives a new object at every look
    this.#listen(queue, "writeBuffer", (args) => this.#write(args));
    this.#listen(device, "createBindGroup", ([descriptor], group) => this.#bind(descriptor, group));
    this.#listen(device, "createCommandEncoder", (_, encoder) => this.#encode(encoder));
  }

  stop(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  /** Hears of every call of a method, after it has been made. */
  #listen(target: any, name: string, heard: (args: any[], result: any) => void): void {
    const inherited = !Object.hasOwn(target, name);
    const original = target[name] as (...args: unknown[]) => unknown;
    target[name] = function (this: unknown, ...args: any[]) {
      const result = original.apply(this, args);
      heard(args, result);
      return result;
    };
    this.#undo.push(() => {
      if (inherited) delete target[name];
      else target[name] = original;
    });
  }

  #write([buffer, at, data, from = 0, size]: any[]): void {
    if ((buffer.usage & GPUBufferUsage.UNIFORM) === 0 || !ArrayBuffer.isView(data)) {
      this.refused = true; // values from the host: other ones at the next run
      return;
    }
    const unit = (data as Uint8Array).BYTES_PER_ELEMENT ?? 1;
    const bytes = new Uint8Array(
      data.buffer,
      data.byteOffset + from * unit,
      size === undefined ? undefined : size * unit,
    );
    const kept = this.#settings.get(buffer) ?? new Uint8Array(buffer.size);
    kept.set(size === undefined ? bytes.subarray(0, data.byteLength - from * unit) : bytes, at);
    this.#settings.set(buffer, kept);
  }

  #bind({ layout, entries }: GPUBindGroupDescriptor, group: GPUBindGroup): void {
    const bound: Entry[] = [];
    for (const { binding, resource } of entries) {
      const range = (resource instanceof GPUBuffer ? { buffer: resource } : resource) as GPUBufferBinding;
      if (!(range.buffer instanceof GPUBuffer)) {
        this.refused = true;
        return;
      }
      const at = range.offset ?? 0;
      const entry: Entry = { binding, buffer: range.buffer, at, size: range.size ?? range.buffer.size - at };
      if ((range.buffer.usage & GPUBufferUsage.UNIFORM) !== 0) {
        const written = this.#settings.get(range.buffer);
        if (written === undefined) this.refused = true;
        else entry.settings = written.slice(at, at + entry.size);
      }
      bound.push(entry);
    }
    this.groups.set(group, { layout, entries: bound });
  }

  #encode(encoder: GPUCommandEncoder): void {
    this.#listen(encoder, "beginComputePass", (_, pass) => this.#pass(pass));
    this.#listen(encoder, "copyBufferToBuffer", ([from, fromAt, to, toAt, size]) => {
      const host = GPUBufferUsage.MAP_READ | GPUBufferUsage.MAP_WRITE;
      if (typeof size !== "number" || ((from.usage | to.usage) & host) !== 0) this.refused = true;
      else this.commands.push({ kind: "copy", from, fromAt, to, toAt, size });
    });
  }

  #pass(pass: GPUComputePassEncoder): void {
    let pipeline: GPUComputePipeline | undefined;
    let groups = new Map<number, GPUBindGroup>();
    this.#listen(pass, "setPipeline", ([chosen]) => (pipeline = chosen));
    this.#listen(pass, "setBindGroup", ([index, group, offsets]) => {
      if ((offsets?.length ?? 0) > 0 || !this.groups.has(group)) this.refused = true;
      groups = new Map(groups).set(index, group);
    });
    this.#listen(pass, "dispatchWorkgroups", ([x, y = 1, z = 1]) => {
      if (pipeline === undefined) this.refused = true;
      else this.commands.push({ kind: "dispatch", pipeline, groups, size: [x, y, z] });
    });
    this.#listen(pass, "dispatchWorkgroupsIndirect", () => (this.refused = true));
  }
}
/* eslint-enable @typescript-eslint/no-explicit-any */

export class GpuRecording {
  readonly #commands: readonly Command[];
  readonly #settings: Settings;

  private constructor(commands: readonly Command[], settings: Settings) {
    this.#commands = commands;
    this.#settings = settings;
  }

  static of(device: GPUDevice, ours: OwnKernels | undefined, tape: Tape): GpuRecording {
    const all = [...tape.groups.values()].flatMap((group) => group.entries);
    const settings = new Settings(device, all);
    const bind = (layout: GPUBindGroupLayout, entries: readonly Entry[]): GPUBindGroup =>
      device.createBindGroup({
        layout,
        entries: entries.map(({ binding, buffer, at: offset, size, settings: values }) => ({
          binding,
          resource: values ? settings.place(values) : { buffer, offset, size },
        })),
      });
    const groups = new Map<GPUBindGroup, GPUBindGroup>();
    const bound = (group: GPUBindGroup): GPUBindGroup => {
      const { layout, entries } = tape.groups.get(group)!;
      const made = groups.get(group) ?? bind(layout, entries);
      groups.set(group, made);
      return made;
    };
    const asRecorded = (command: Command): Command =>
      command.kind === "dispatch"
        ? { ...command, groups: new Map([...command.groups].map(([i, group]) => [i, bound(group)])) }
        : command;
    if (ours === undefined) return new GpuRecording(tape.commands.map(asRecorded), settings);
    const seen = tape.commands.map((command): Seen => {
      if (command.kind === "copy") return { reads: [command.from], writes: [command.to] };
      const entries = [...command.groups.values()].flatMap((group) => tape.groups.get(group)!.entries);
      const bound = entries.filter((entry) => entry.settings === undefined);
      const text = ours.shaders.textOf(command.pipeline);
      const values = entries.find((entry) => entry.settings !== undefined)?.settings;
      return text === undefined || values === undefined
        ? { reads: bound.map(({ buffer }) => buffer), writes: [] }
        : { text, settings: values, bound, size: command.size };
    });
    const commands = ownKernels(device, seen, ours).map((made): Command => {
      if (typeof made === "number") return asRecorded(tape.commands[made]!);
      const pipeline = pipelineOf(device, made.code, `own ${made.name}`);
      const entries = made.buffers.map((one, binding) => ({ ...one, binding }));
      const group = bind(pipeline.getBindGroupLayout(0), entries);
      return { kind: "dispatch", pipeline, groups: new Map([[0, group]]), size: made.size };
    });
    return new GpuRecording(commands, settings);
  }

  /** Asks all of it again. */
  encode(encoder: GPUCommandEncoder): void {
    let pass: GPUComputePassEncoder | undefined;
    for (const command of this.#commands) {
      if (command.kind === "dispatch") {
        pass ??= encoder.beginComputePass();
        pass.setPipeline(command.pipeline);
        for (const [index, group] of command.groups) pass.setBindGroup(index, group);
        pass.dispatchWorkgroups(...command.size);
        continue;
      }
      pass?.end();
      pass = undefined;
      encoder.copyBufferToBuffer(command.from, command.fromAt, command.to, command.toAt, command.size);
    }
    pass?.end();
  }

  dispose(): void {
    this.#settings.buffer.destroy();
  }
}

/** The settings of all dispatches in one uniform buffer, equal ones once. */
class Settings {
  readonly buffer: GPUBuffer;
  readonly #places = new Map<string, { offset: number; size: number }>();

  constructor(device: GPUDevice, entries: readonly Entry[]) {
    const step = device.limits.minUniformBufferOffsetAlignment;
    let end = 0;
    const parts: [number, Uint8Array][] = [];
    for (const { settings } of entries) {
      if (settings === undefined || this.#places.has(String(settings))) continue;
      this.#places.set(String(settings), { offset: end, size: settings.length });
      parts.push([end, settings]);
      end += Math.ceil(settings.length / step) * step;
    }
    const { UNIFORM, COPY_DST } = GPUBufferUsage;
    this.buffer = device.createBuffer({ label: "settings", size: Math.max(16, end), usage: UNIFORM | COPY_DST });
    for (const [at, bytes] of parts) device.queue.writeBuffer(this.buffer, at, bytes as Uint8Array<ArrayBuffer>);
  }
  place(settings: Uint8Array): GPUBufferBinding {
    return { buffer: this.buffer, ...this.#places.get(String(settings))! };
  }
}
