/**
 * Times the nodes of a step graph one by one: each distinct node (same op, attributes, shapes) becomes graphs of
 * its own, holding it once and many times over the same inputs. The difference of the two is the node's time
 * without what surrounds a run (copying inputs in and outputs out, starting and ending it). Same build, same
 * threads, optimisation off so that equal nodes are not folded into one; what the optimisation would have changed
 * is in the graph already (`asRun`). Knows no language model.
 */
import {
  encodeModel,
  typeOf,
  type Graph,
  type GraphNode,
  type TensorType,
  type Value,
} from "../../src/autodiff/index.ts";
import { random } from "../../src/base/index.ts";
import type { Ort, OrtModule } from "../../src/runtime/ort.ts";
import type { NodeTime } from "./contestant.ts";

const products = new Set(["MatMul", "Gemm", "FusedMatMul", "FusedGemm"]);
export const isProduct = (node: GraphNode): boolean => products.has(node.op);

interface Timed {
  node: GraphNode;
  shapes: string;
  count: number;
  flops: number;
  copies: number;
  once: Ort.InferenceSession;
  often: Ort.InferenceSession;
  feeds: Record<string, Ort.Tensor>;
}

export class NodeTimer {
  readonly #timed: Timed[];
  private constructor(timed: Timed[]) {
    this.#timed = timed;
  }

  static async prepare(
    ort: OrtModule,
    options: Ort.InferenceSession.SessionOptions,
    graph: Graph,
    choose: (node: GraphNode) => boolean,
  ): Promise<NodeTimer> {
    const kinds = new Map<string, { node: GraphNode; count: number }>();
    for (const node of graph.nodes.filter(choose)) {
      const key = kindOf(graph, node);
      const known = kinds.get(key);
      if (known === undefined) kinds.set(key, { node, count: 1 });
      else known.count++;
    }
    const session = (copies: number, node: GraphNode): Promise<Ort.InferenceSession> =>
      ort.InferenceSession.create(encodeModel(repeated(graph, node, copies)), {
        ...options,
        graphOptimizationLevel: "disabled",
      });
    const timed: Timed[] = [];
    for (const { node, count } of kinds.values()) {
      const feeds = feedsFor(ort, graph, node);
      if (Object.keys(feeds).length === 0) continue; // constants only: not computed at every step
      const once = await session(1, node);
      const few = await session(1 + smallCopies, node);
      const estimate = ((await best(few, feeds)) - (await best(once, feeds))) / smallCopies;
      // A visit's difference of at least 20 ms, so that the clock and a run's own jitter do not matter.
      const copies = Math.max(smallCopies, Math.min(200, Math.ceil(20 / Math.max(0.01, estimate))));
      let often = few;
      if (copies > smallCopies) {
        await few.release();
        often = await session(1 + copies, node);
        await often.run(feeds);
      }
      timed.push({
        node,
        shapes: shapesOf(graph, node),
        count,
        flops: flopsOf(graph, node),
        copies,
        once,
        often,
        feeds,
      });
    }
    return new NodeTimer(timed);
  }

  /** Times every kind once. */
  async visit(): Promise<NodeTime[]> {
    const times: NodeTime[] = [];
    for (const { node, shapes, count, flops, copies, once, often, feeds } of this.#timed) {
      const short = Math.min(await run(once, feeds), await run(once, feeds));
      const ms = Math.max(0, ((await run(often, feeds)) - short) / copies);
      times.push({ op: node.op, shapes, count, ms, flops });
    }
    return times;
  }

  async dispose(): Promise<void> {
    for (const { once, often } of this.#timed) {
      await once.release();
      await often.release();
    }
  }
}

const smallCopies = 8;

async function run(session: Ort.InferenceSession, feeds: Record<string, Ort.Tensor>): Promise<number> {
  const started = performance.now();
  await session.run(feeds);
  return performance.now() - started;
}

async function best(session: Ort.InferenceSession, feeds: Record<string, Ort.Tensor>): Promise<number> {
  let least = Infinity;
  for (let i = 0; i < 3; i++) least = Math.min(least, await run(session, feeds));
  return least;
}

const show = (type: TensorType | undefined): string => (type === undefined ? "?" : type.shape.join("x") || "scalar");
const shapesOf = (graph: Graph, { inputs }: GraphNode): string =>
  inputs.map((name) => (name === "" ? "_" : show(typeOf(graph, name)))).join(" ");

function kindOf(graph: Graph, node: GraphNode): string {
  const inputs = node.inputs.map((name) => {
    const constant = graph.constants.get(name);
    const data =
      constant === undefined ? "" : Array.from(constant.data.subarray(0, 16) as ArrayLike<unknown>).join(",");
    return `${typeOf(graph, name)?.type ?? ""}${show(typeOf(graph, name))}${data}`;
  });
  // The same value twice is another kind: x * x reads half of what x * y does.
  const same = node.inputs.map((name) => node.inputs.indexOf(name));
  return JSON.stringify([node.domain, node.op, node.attributes, inputs, same, node.outputs.map((name) => name !== "")]);
}

/**
 * The graph as the CPU provider runs it: a transpose of the last two axes goes into the product that reads it
 * (its MatmulTransposeFusion; seen in the optimised model that native 1.30 writes: 8 of 16 transposes of two layers).
 */
export function asRun(graph: Graph): Graph {
  const producers = new Map(graph.nodes.flatMap((node) => node.outputs.map((name) => [name, node])));
  const transposed = (name: string): string | undefined => {
    const node = producers.get(name);
    return node?.op === "Transpose" && swapsLast(node.attributes["perm"]) ? node.inputs[0] : undefined;
  };
  const fused = graph.nodes.map((node): GraphNode => {
    const [a, b] = node.inputs.map(transposed);
    if (node.op !== "MatMul" || (a === undefined && b === undefined)) return node;
    const attributes = { transA: a === undefined ? 0 : 1, transB: b === undefined ? 0 : 1 };
    const inputs = [a ?? node.inputs[0]!, b ?? node.inputs[1]!];
    return { ...node, op: "FusedMatMul", domain: "com.microsoft", attributes, inputs };
  });
  const read = new Set([...fused.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  return { ...graph, nodes: fused.filter(({ op, outputs }) => op !== "Transpose" || read.has(outputs[0]!)) };
}

function swapsLast(perm: unknown): boolean {
  if (!Array.isArray(perm) || perm.length < 2) return false;
  const last = perm.length - 1;
  return perm.every((axis, i) => axis === (i === last ? last - 1 : i === last - 1 ? last : i));
}

/** Multiply-adds of a matrix product, times two. */
function flopsOf(graph: Graph, node: GraphNode): number {
  if (!isProduct(node)) return 0;
  const size = (name: string): number => typeOf(graph, name)!.shape.reduce((a, b) => a * b, 1);
  const a = typeOf(graph, node.inputs[0]!)!.shape;
  const inner = node.attributes["transA"] === 1 ? a.at(-2)! : a.at(-1)!;
  return 2 * size(node.outputs[0]!) * inner;
}

/** `copies` of the node over the same inputs; the first number of every output, joined, is the graph's output. */
function repeated(graph: Graph, node: GraphNode, copies: number): Graph {
  const given = [...new Set(node.inputs)].filter((name) => name !== "");
  const constants = new Map(
    given.flatMap((name) => (graph.constants.has(name) ? [[name, graph.constants.get(name)!]] : [])),
  );
  const inputs: Value[] = given.flatMap((name) => (constants.has(name) ? [] : [{ name, ...typeOf(graph, name)! }]));
  const types = new Map<string, TensorType>(inputs.map(({ name, type, shape }) => [name, { type, shape }]));
  const nodes: GraphNode[] = [];
  const firsts: string[] = [];
  const bind = (name: string, type: TensorType): string => {
    types.set(name, type);
    return name;
  };
  const emit = (op: string, from: string[], to: string, attributes: GraphNode["attributes"] = {}): void =>
    void nodes.push({ op, domain: "", name: to, inputs: from, outputs: [to], attributes });
  const int64 = (name: string, values: number[]): string => {
    constants.set(name, { type: "int64", shape: [values.length], data: BigInt64Array.from(values.map(BigInt)) });
    return name;
  };
  const one = int64("bench.one", [1]);
  for (let i = 0; i < copies; i++) {
    const outputs = node.outputs.map((name) => (name === "" ? "" : bind(`${name}.${i}`, typeOf(graph, name)!)));
    nodes.push({ ...node, name: `${node.name}.${i}`, outputs });
    for (const output of outputs) {
      if (output === "") continue;
      const { type, shape } = types.get(output)!;
      let last = output;
      if (shape.length > 0) {
        const zeros = int64(
          `bench.zeros${shape.length}`,
          shape.map(() => 0),
        );
        const ones = int64(
          `bench.ones${shape.length}`,
          shape.map(() => 1),
        );
        last = bind(`${output}.corner`, { type, shape: shape.map(() => 1) });
        emit("Slice", [output, zeros, ones], last);
      }
      const flat = bind(`${output}.first`, { type, shape: [1] });
      emit("Reshape", [last, one], flat);
      let number = flat;
      if (type !== "float32") {
        number = bind(`${output}.number`, { type: "float32", shape: [1] });
        emit("Cast", [flat], number, { to: 1 });
      }
      firsts.push(number);
    }
  }
  const out = { name: "bench.out", type: "float32" as const, shape: [firsts.length] };
  emit("Concat", firsts, bind(out.name, out), { axis: 0 });
  return { name: "node", opset: graph.opset, inputs, outputs: [out], nodes, constants, types };
}

/** Noise for numbers; for indices, rows all over the table, as a batch has them. */
function feedsFor(ort: OrtModule, graph: Graph, node: GraphNode): Record<string, Ort.Tensor> {
  const source = random(3);
  const feeds: Record<string, Ort.Tensor> = {};
  const rows =
    typeOf(graph, node.inputs[0]!)?.shape[node.op === "Gather" ? Number(node.attributes["axis"] ?? 0) : 0] ?? 1;
  for (const name of new Set(node.inputs)) {
    if (name === "" || graph.constants.has(name)) continue;
    const { type, shape } = typeOf(graph, name)!;
    const size = shape.reduce((a, b) => a * b, 1);
    const below = Array.from({ length: type === "float32" ? 0 : size }, () => source.below(Math.max(1, rows)));
    if (type === "float32") {
      const data = Float32Array.from({ length: size }, () => Math.abs(source.normal()) + 0.1);
      feeds[name] = new ort.Tensor("float32", data, shape);
    } else if (type === "int32") feeds[name] = new ort.Tensor("int32", Int32Array.from(below), shape);
    else if (type === "int64") feeds[name] = new ort.Tensor("int64", BigInt64Array.from(below.map(BigInt)), shape);
    else if (type === "bool") feeds[name] = new ort.Tensor("bool", Uint8Array.from(below.map((n) => n & 1)), shape);
    else throw new Error(`A node of the step graph takes ${type}, which this timer cannot feed.`);
  }
  return feeds;
}
