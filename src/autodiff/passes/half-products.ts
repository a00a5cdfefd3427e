/**
 * Matrix products in float16, as mixed-precision training has them (Micikevicius et al. 2018, arXiv 1710.03740): inputs
 * are cast, products computed in half, and what sums, normalises or decides stays float32. Graph inputs and outputs keep
 * their types, so weights and gradients are float32 outside. Values stay in half as long as only moves and simple
 * arithmetic stand between two products; an activation function between them is computed in half too, as torch.autocast
 * does. Comes after `simplify`, which knows no halves. Gradients want a scaled loss: see `addGradients`' `lossScale`.
 */
import { checkGraph } from "../check.ts";
import { elementCodes } from "../element-codes.ts";
import { type Constant, type Graph, type GraphNode, type Value } from "../graph.ts";
import { numberToHalf } from "../half.ts";
import { isBackward } from "../names.ts";
import { numberOf } from "../ops/record.ts";
import { rewrite, type Rewriter } from "../rewrite.ts";
import * as s from "../sugar.ts";
import { dropDead } from "./drop-dead.ts";

export interface HalfOptions {
  /** Products that stay float32: a loss's own. */
  readonly stays?: (node: GraphNode) => boolean;
}

const products = new Set(["Gemm", "MatMul"]);
/** Move values without arithmetic. */
const moves = new Set(["Reshape", "Transpose", "Squeeze", "Unsqueeze", "Split", "Slice", "Concat"]);
/** Exact to a unit or so in half, where all that they read is half. */
const simple = new Set(["Add", "Sub", "Mul", "Div", "Neg", "Exp", "Erf", "Tanh"]);

export function halfProducts(graph: Graph, { stays = () => false }: HalfOptions = {}): Graph {
  const halver = new Halver(graph);
  const halves = rewrite(graph, (node, r) => {
    if (node.outputs.some((name) => name !== "" && graph.types.get(name)!.type !== "float32")) return undefined;
    const inputs = r.inputs(node);
    const emit = (given: (Value | null)[]): Value[] =>
      r.b.multi(node.op, given, node.attributes, node.outputs.length).map((y) => s.cast(r.b, y, "float32", "single"));
    if (products.has(node.op)) {
      if (stays(node) || isThin(node, inputs)) return undefined;
      return emit(inputs.map((v) => v && halver.half(r, v, isBackward(node))));
    }
    const floats = inputs.filter((v): v is Value => v?.type === "float32");
    if (moves.has(node.op) || simple.has(node.op)) {
      const wide = floats.filter((v) => r.b.constantOf(v)?.data.length !== 1);
      if (wide.length > 0 && wide.every((v) => halfBehind(r, v) !== undefined))
        return emit(inputs.map((v) => (v?.type === "float32" ? halver.half(r, v) : v)));
    }
    if (!isBackward(node) || !floats.some((v) => halver.isKept(v))) return undefined;
    return r.b.multi(
      node.op,
      inputs.map((v) => v && halver.kept(r, v)),
      node.attributes,
      node.outputs.length,
    );
  });
  return checkGraph(dropDead(halves));
}

/** A row or column for a factor, or a sum over one place: sums written as products, which want float32 and gain nothing. */
function isThin(node: GraphNode, [a, b]: readonly (Value | null)[]): boolean {
  const [left, right] = [a!.shape, b!.shape];
  if (left.length < 2 || right.length < 2) return true;
  const swapped = (name: string): boolean => numberOf(node.attributes, name, 0) === 1;
  const [m, k] = swapped("transA") ? [left.at(-1)!, left.at(-2)!] : [left.at(-2)!, left.at(-1)!];
  const n = swapped("transB") ? right.at(-2)! : right.at(-1)!;
  return m === 1 || n === 1 || k === 1;
}

/** The half value that a float32 one was cast from. */
function halfBehind(r: Rewriter, value: Value): Value | undefined {
  const cast = r.producer(value);
  if (cast?.op !== "Cast") return undefined;
  const source = r.b.value(cast.inputs[0]!);
  return source.type === "float16" ? source : undefined;
}

/** Makes halves of float32 values, each once. */
class Halver {
  readonly #isInput: ReadonlySet<string>;
  /** Softmax' weights and their halves, where a product reads them. */
  readonly #weights = new Map<string, Value>();
  readonly #again = new Map<string, Value>();

  constructor(graph: Graph) {
    this.#isInput = new Set(graph.inputs.map(({ name }) => name));
  }

  /**
   * A value in half. What was moved is cast before it is moved, where others read the same half.
   * @param again a graph input (a weight) gets a cast of its own, so that no half copy of it waits from the forward
   * part to the backward one
   */
  half(r: Rewriter, value: Value, again = false): Value {
    const constant = r.b.constantOf(value);
    if (constant !== undefined) return halfConstant(r, value, constant);
    const known = halfBehind(r, value);
    if (known !== undefined) return known;
    const before = r.producer(value);
    if (before?.op === "Transpose" || before?.op === "Reshape") {
      const [x, ...rest] = before.inputs.map((name) => r.b.value(name));
      return r.b.op(before.op, [this.half(r, x!, again), ...rest], before.attributes);
    }
    if (again && this.#isInput.has(value.name)) return this.#castAgain(r, value);
    const half = s.cast(r.b, value, "float16", "half");
    if (before?.op === "Softmax") this.#weights.set(value.name, half);
    return half;
  }

  /** Whether the forward part keeps this value in half for the backward part anyway. */
  isKept(value: Value): boolean {
    return this.#weights.has(value.name);
  }
  /** Such a value from its half; any other as it is. */
  kept(r: Rewriter, value: Value): Value {
    const half = this.#weights.get(value.name);
    return half === undefined ? value : s.cast(r.b, half, "float32", "single");
  }

  /** Past the builder, which would give the cast that is there already. */
  #castAgain(r: Rewriter, { name, shape }: Value): Value {
    const known = this.#again.get(name);
    if (known !== undefined) return known;
    const half: Value = { name: `${name}/half/again`, type: "float16", shape };
    const attributes = { to: elementCodes.float16 };
    const node: GraphNode = {
      op: "Cast",
      domain: "",
      name: half.name,
      inputs: [name],
      outputs: [half.name],
      attributes,
    };
    r.b.adopt(node, new Map([[half.name, half]]));
    this.#again.set(name, half);
    return half;
  }
}

function halfConstant(r: Rewriter, value: Value, { data }: Constant): Value {
  const half = Uint16Array.from(data as ArrayLike<number>, numberToHalf);
  return r.b.constant(half, "float16", value.shape, half.length === 1 ? undefined : `${value.name}/half`);
}
