/**
 * The smallest ONNX model (Neg on one float): creating a session from it makes ONNX Runtime open its
 * GPU device. Bytes by hand, since this room does not know how to write graphs.
 */
export function probeModel(): Uint8Array {
  const text = (s: string): number[] => [s.length, ...Array.from(s, (c) => c.charCodeAt(0))];
  const value = (name: string): number[] => [10, ...text(name), 18, 10, 10, 8, 8, 1, 18, 4, 10, 2, 8, 1]; // float[1]
  const node = [10, ...text("x"), 18, ...text("y"), 34, ...text("Neg")];
  const [x, y] = [value("x"), value("y")];
  const graph = [10, node.length, ...node, 18, ...text("probe"), 90, x.length, ...x, 98, y.length, ...y];
  return new Uint8Array([8, 8, 58, graph.length, ...graph, 66, 2, 16, 13]); // ir_version 8, opset 13
}
