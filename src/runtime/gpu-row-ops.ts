/**
 * What ONNX Runtime's dispatches compute, of those that work place by place or row by row. A shader is known by its text:
 * the runtime writes shapes into settings. Of elementwise ones the frame is known, and the expression in it is taken over
 * word by word, so that any function is. A text that is not known (another version, another device) stays the runtime's.
 */
import { hashOf, readSettings, type Settings } from "./gpu-shader-texts.ts";
import type { Bound, RowOp, Value } from "./gpu-row-values.ts";

type Make = (settings: Settings, bound: readonly Bound[], groups: number) => RowOp | undefined;

const one = (settings: Settings, name: string): number => settings[name]![0]!;
const product = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);
const map = (code: string, ...args: Value[]): Value => ({ kind: "map", code, helper: "", args });
const rowMap = (code: string, ...args: Value[]): Value => ({ kind: "rowMap", code, args });
const sum = (of: Value): Value => ({ kind: "sum", of });
/** (rows, width), computed by `compute`. */
const byRow = (rows: number, width: number, compute: RowOp["compute"]): RowOp => ({
  shape: { rows, width },
  places: rows * width,
  compute,
});

const layerNorm: Make = (s, [x, scale, bias, y, means, inverses]) => {
  const [rows, width] = [one(s, "norm_count"), one(s, "norm_size")];
  return byRow(rows, width, (read) => {
    const places = read("full", x!);
    const mean = rowMap(`a / ${width}.0`, sum(places));
    const apart = map("a - b", places, mean);
    const epsilon = one(s, "epsilon").toExponential();
    const inverse = rowMap(`inverseSqrt(a / ${width}.0 + ${epsilon})`, sum(map("a * a", apart)));
    const scaled = map("a * b * c", apart, inverse, read("column", scale!));
    return [
      [y!, map("a + b", scaled, read("column", bias!))],
      [means!, mean],
      [inverses!, inverse],
    ];
  });
};

/** Of a row of -infinity zeros, as the runtime's. */
const softmax: Make = (s, [x, y], groups) =>
  byRow(groups, 4 * one(s, "packedCols"), (read) => {
    const places = read("full", x!);
    const powers = map("exp(a - b)", places, { kind: "most", of: places });
    return [[y!, map("max(a / b, vec4f(0.0))", powers, sum(powers))]];
  });

const sums =
  (factor: (width: number) => string): Make =>
  (s, [x, y], groups) => {
    const width = one(s, "reduceSize");
    return byRow(groups, width, (read) => [[y!, rowMap(factor(width), sum(read("full", x!)))]]);
  };

/** A product with one column. */
const oneColumn: Make = (s, [x, column, y]) =>
  one(s, "dim_b_outer") !== 1
    ? undefined
    : byRow(one(s, "dim_a_outer"), one(s, "dim_inner"), (read) => {
        const total = sum(map("a * b", read("full", x!), read("column", column!)));
        return [[y!, rowMap(`a * ${one(s, "alpha").toExponential()}`, total)]];
      });

/** Rows of a table, by their numbers. */
const pick: Make = (s, [from, index, y]) => {
  const [tableRows = 0, width = 0, ...more] = s["data_indices_shape"]!;
  if (more.length > 0 || s["input_indices_shape"]!.length > 1) return undefined;
  const picked: Value = { kind: "picked", from: from!, index: index!, tableRows };
  return byRow(one(s, "input_indices_shape"), width, (read) => {
    for (const elsewhere of [from!, index!]) read("one", elsewhere); // not what an operation before has just made
    return [[y!, picked]];
  });
};

export const rowOps = {
  layerNorm,
  softmax,
  sum: sums(() => "a"),
  mean: sums((width) => `a / ${width}.0`),
  oneColumn,
  pick,
} satisfies Record<string, Make>;

/** By hash of the whole text, onnxruntime-web 1.31.0-dev: gpu-recording.test.ts fails where a new version has others. */
const known = new Map<string, keyof typeof rowOps>([
  ["9faff17a-3092", "layerNorm"],
  ["f84ca979-3388", "softmax"],
  ["b927dc0c-2010", "sum"],
  ["b510320c-2052", "mean"],
  ["d005b20b-6372", "oneColumn"],
  ["549e2a0c-2287", "pick"],
]);
/** Those that know their rows by the runtime's workgroups only, one a row. */
const rowsByGroups = new Set(["softmax", "sum", "mean"]);
export const rowOpNames = [...Object.keys(rowOps), "map"];

/** How an operand of this shape lies in the result's; undefined: in a way of its own. */
function kindOf(shape: readonly number[], result: readonly number[]): "full" | "row" | "column" | "one" | undefined {
  const own = [...Array<number>(result.length - shape.length).fill(1), ...shape];
  const [last, wide] = [own.length - 1, result.at(-1)!];
  if (own.every((n, i) => n === result[i])) return "full";
  if (product(own) === 1) return "one";
  if (own[last] === wide && product(own) === wide) return "column";
  return own[last] === 1 && product(own) * wide === product(result) ? "row" : undefined;
}

/** By hash of the text without its expression, its settings and what only finds places. */
const frames = new Map<string, (code: string, helper: string) => Make>([
  [
    "4599eab8-977",
    (code, helper) =>
      (s, [a, y]) =>
        flat(s, (read) => [[y!, { kind: "map", code, helper, args: [read("full", a!)] }]]),
  ],
  [
    "9807e230-1092",
    (code) =>
      (s, [a, b, y]) =>
        flat(s, (read) => [[y!, map(code, read("full", a!), read("full", b!))]]),
  ],
  [
    "80fac832-1102",
    (code) =>
      (s, [a, b, y]) =>
        flat(s, (read) => [[y!, map(code, read("full", a!), read("one", b!))]]),
  ],
  ["e0170a1c-1271", broadcast],
  ["cea35934-1278", broadcast],
]);

const flat = (s: Settings, compute: RowOp["compute"]): RowOp => ({ places: 4 * one(s, "vec_size"), compute });

function broadcast(code: string): Make {
  return (s, [a, b, y]) => {
    const result = s["bcast_indices_shape"]!;
    const [left, right] = [kindOf(s["a_indices_shape"]!, result), kindOf(s["b_indices_shape"]!, result)];
    if (left === undefined || right === undefined) return undefined;
    const width = result.at(-1)!;
    return byRow(product(result) / width, width, (read) => [[y!, map(code, read(left, a!), read(right, b!))]]);
  };
}

export interface KnownOp {
  name: string;
  /** Worth a kernel of ours even alone: what works place by place the runtime does as well. */
  isSlow: boolean;
  op: RowOp;
}

/** @param size the dispatch's workgroups */
export function rowOp(
  text: string,
  settings: Uint8Array,
  bound: readonly Bound[],
  [x, y, z]: readonly [number, number, number],
): KnownOp | undefined {
  const name = known.get(hashOf(text));
  if (name !== undefined) {
    const make: Make = rowOps[name];
    const op = rowsByGroups.has(name) && y * z !== 1 ? undefined : make(readSettings(text, settings), bound, x);
    return op && { name, isSlow: name !== "pick", op };
  }
  const { frame, code, helper } = frameOf(text);
  const types = code.match(/\w+_t\b/g) ?? [];
  if (/uniforms/.test(code + helper) || !types.every((type) => helper.includes(`alias ${type} `))) return undefined;
  const op = frames.get(frame)?.(code, helper)(readSettings(text, settings), bound, x);
  return op && { name: "map", isSlow: false, op };
}

const expression = /^( *\w+\[global_idx\]=)(.*);$/m;
/** An elementwise shader's expression of `a` and `b`, its own functions, and a hash of the rest. */
export function frameOf(text: string): { frame: string; code: string; helper: string } {
  const between = /uniforms: Uniforms;\n([^]*?)@compute/.exec(text)?.[1]?.trim() ?? "";
  const helper = text.includes("input_b") ? "" : between; // of two operands: only how places are found
  const rest = text
    .replace(/uniforms: Uniforms;\n[^]*?@compute/, "@compute")
    .replace(/struct Uniforms \{[^}]*\};\n/, "")
    .replace(expression, "$1;");
  return { frame: hashOf(rest), code: expression.exec(text)?.[2] ?? "", helper };
}
