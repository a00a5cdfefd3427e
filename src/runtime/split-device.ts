/**
 * A device that takes no tensor above a size, made to look like one that does: weight tables beyond it are split by
 * rows on the way in, in weights, graphs, gradients and moments, and joined on the way out. Nobody else knows of it.
 */
import { decodeModel, encodeModel, partName, splitRows } from "../autodiff/index.ts";
import { takeValues } from "./host-weights.ts";
import type {
  AdamwSettings,
  Arrays,
  Device,
  DeviceWeights,
  Moments,
  ParameterShape,
  Program,
  StepProgram,
  TableRows,
  Trainer,
  WeightSource,
} from "./types.ts";

interface TablePart {
  name: string;
  start: number;
  rows: number;
}

/**
 * First row and number of rows of each part: as few parts as the limit allows, of nearly the same size. Rows go
 * by fours, so that a table's parts begin where those of the same one padded to fours do (`StepProgram.padded`).
 */
export function tableParts({ name, shape }: Pick<ParameterShape, "name" | "shape">, limitBytes: number): TablePart[] {
  const [rows = 0, width = 0] = shape;
  const fours = Math.ceil(rows / 4);
  if (shape.length !== 2 || 16 * fours * width <= limitBytes) return [];
  const count = Math.ceil(fours / Math.max(1, Math.floor(limitBytes / (16 * width))));
  const each = 4 * Math.ceil(fours / count);
  return Array.from({ length: count }, (_, k) => ({
    name: partName(name, k),
    start: k * each,
    rows: Math.min(each, rows - k * each),
  }));
}

class SplitWeights implements DeviceWeights {
  readonly inner: DeviceWeights;
  readonly #parameters: readonly ParameterShape[];
  readonly #limit: number;
  constructor(inner: DeviceWeights, parameters: readonly ParameterShape[], limit: number) {
    this.inner = inner;
    this.#parameters = parameters;
    this.#limit = limit;
  }
  async read(names?: readonly string[]): Promise<Arrays> {
    const wanted = named(this.#parameters, names);
    return joined(wanted, this.#limit, await this.inner.read(inParts(wanted, this.#limit).map(({ name }) => name)));
  }
  dispose(): void {
    this.inner.dispose();
  }
}

/** Wraps `inner`; @param limit bytes of the largest tensor that it takes. */
export function splitDevice(inner: Device, limit: number): Device {
  const bare = (weights: DeviceWeights): DeviceWeights => (weights as SplitWeights).inner;
  return {
    report: inner.report,
    prepared: {
      get count() {
        return inner.prepared.count;
      },
      add: (bytes, program) => inner.prepared.add(splitGraph(bytes, limit, program)),
      release: () => inner.prepared.release(),
    },
    get keptBytes() {
      return inner.keptBytes;
    },
    upload: async (parameters, values) => {
      const source: WeightSource = partSource(parameters, limit, values);
      return new SplitWeights(await inner.upload(inParts(parameters, limit), source), parameters, limit);
    },
    compile: async (bytes) => {
      const program = await inner.compile(splitGraph(bytes, limit, undefined));
      const wrapped: Program = {
        run: (weights, feeds, outputs) => program.run(bare(weights), feeds, outputs),
        dispose: () => program.dispose(),
      };
      return wrapped;
    },
    train: async (parameters, weights, program, moments, start) => {
      const owner = new Map(
        parameters.flatMap((p) => tableParts(p, limit).map((part) => [part.name, p.name] as const)),
      );
      const trainer = await inner.train(
        inParts(parameters, limit),
        bare(weights),
        splitProgram(parameters, program, limit),
        moments && {
          first: partSource(parameters, limit, moments.first),
          second: partSource(parameters, limit, moments.second),
        },
        start && partSource(parameters, limit, start),
      );
      const ofParts = (settings: AdamwSettings): AdamwSettings => {
        const { of } = settings;
        return of ? { ...settings, of: (name) => of(owner.get(name) ?? name) } : settings;
      };
      const wrapped: Trainer = {
        add: (name, more) => trainer.add(name, splitProgram(parameters, more, limit)),
        step: (batches, settings, graphs) => trainer.step(batches, ofParts(settings), graphs),
        begin: (batches, settings, graphs) => trainer.begin(batches, ofParts(settings), graphs),
        readMoments: async (names): Promise<Moments> => {
          const wanted = named(parameters, names);
          const { first, second } = await trainer.readMoments(inParts(wanted, limit).map(({ name }) => name));
          return { first: joined(wanted, limit, first), second: joined(wanted, limit, second) };
        },
        dispose: () => trainer.dispose(),
      };
      return wrapped;
    },
    lose: () => inner.lose(),
    dispose: () => inner.dispose(),
  };
}

const named = (parameters: readonly ParameterShape[], names?: readonly string[]): readonly ParameterShape[] =>
  names === undefined ? parameters : parameters.filter(({ name }) => names.includes(name));

function inParts(parameters: readonly ParameterShape[], limit: number): ParameterShape[] {
  return parameters.flatMap((p) => {
    const parts = tableParts(p, limit);
    return parts.length === 0 ? [p] : parts.map(({ name, rows }) => ({ ...p, name, shape: [rows, p.shape[1]!] }));
  });
}

/** A table's values are asked for once and cut while they are there: the parts come one after another. */
function partSource(parameters: readonly ParameterShape[], limit: number, values: WeightSource): WeightSource {
  const places = new Map(
    parameters.flatMap((p) => tableParts(p, limit).map((part) => [part.name, { ...part, of: p }] as const)),
  );
  let last: { name: string; data: Float32Array } | undefined;
  return {
    has: (name) => values.has(places.get(name)?.of.name ?? name),
    get: async (name) => {
      const place = places.get(name);
      if (place === undefined) return values.get(name);
      const { of, start, rows } = place;
      if (last?.name !== of.name) last = { name: of.name, data: await takeValues(values, of.name, of.shape) };
      const width = of.shape[1]!;
      const part = last.data.subarray(start * width, (start + rows) * width);
      if (start + rows === of.shape[0]) last = undefined;
      return part;
    },
  };
}

function joined(parameters: readonly ParameterShape[], limit: number, values: Arrays): Arrays {
  const result: Arrays = new Map();
  for (const p of parameters) {
    const parts = tableParts(p, limit).map(({ name, start }) => ({ data: values.get(name), start }));
    if (parts.length === 0) {
      const data = values.get(p.name);
      if (data !== undefined) result.set(p.name, data);
    } else if (parts.every(({ data }) => data !== undefined)) {
      const whole = new Float32Array(p.shape[0]! * p.shape[1]!);
      for (const { data, start } of parts) whole.set(data!, start * p.shape[1]!);
      result.set(p.name, whole);
    }
  }
  return result;
}

/** The graph with every table beyond the limit in parts. Graphs are small: weights are no part of their bytes. */
function splitGraph(bytes: Uint8Array, limit: number, program: StepProgram | undefined): Uint8Array {
  let graph = decodeModel(bytes);
  // Feeds come from the data and are never that large; whatever is, is a weight.
  const tables = graph.inputs.filter((input) => tableParts(input, limit).length > 0);
  if (tables.length === 0) return bytes;
  for (const table of tables)
    graph = splitRows(graph, {
      table: table.name,
      starts: tableParts(table, limit).map(({ start }) => start),
      gradient: program?.dense.get(table.name),
    });
  return encodeModel(graph, { lastFirst: program?.lastFirst === true });
}

function splitProgram(parameters: readonly ParameterShape[], program: StepProgram, limit: number): StepProgram {
  const dense = new Map(program.dense);
  const rows = new Map<string, TableRows>(program.rows);
  const padded = new Map(program.padded);
  for (const p of parameters) {
    const parts = tableParts(p, limit);
    if (parts.length === 0) continue;
    const gradient = dense.get(p.name);
    const lookups = rows.get(p.name);
    dense.delete(p.name);
    rows.delete(p.name);
    const full = padded.get(p.name);
    if (padded.delete(p.name)) {
      const { name, start } = parts.at(-1)!;
      padded.set(name, { ...full!, shape: [full!.shape[0]! - start, p.shape[1]!] });
    }
    parts.forEach(({ name, start }, k) => {
      if (gradient !== undefined) dense.set(name, partName(gradient, k));
      if (lookups !== undefined) rows.set(name, { ...lookups, from: start });
    });
  }
  return { ...program, dense, rows, padded, bytes: splitGraph(program.bytes, limit, program) };
}
