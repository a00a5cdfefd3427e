/**
 * The shader of a kernel that makes values of (rows, width): a lane for four places where nothing is summed, else some lanes
 * a row, in passes over it. Sums over a row end a pass; what a later one needs is computed again from what lies in memory.
 */
import { perPlace, type Bound, type FusedKernel, type Kept, type Shape, type Value } from "./gpu-row-values.ts";

const group = 64;
const mostGroups = 65_535;
/** undefined where a result would lie where another place's value is read, or the kernel would need too many buffers. */
export const writeKernel = (shape: Shape, kept: readonly Kept[], mostBuffers: number): FusedKernel | undefined =>
  new Writer(shape, kept).kernel(mostBuffers);

class Writer {
  readonly #shape: Shape;
  readonly #kept: readonly Kept[];
  /** Type and access of each buffer, in the order of bindings. */
  readonly #bound = new Map<GPUBuffer, { bound: Bound; type: string; isWritten: boolean }>();
  /** A result must not lie where another place's value is read. */
  readonly #elsewhere = new Set<GPUBuffer>();
  readonly #functions = new Map<string, string>();
  readonly #helpers = new Set<string>();
  readonly #sums: Value[] = [];
  readonly #depths = new Map<Value, number>();
  #clashes = false;

  constructor(shape: Shape, kept: readonly Kept[]) {
    this.#shape = shape;
    this.#kept = kept;
    for (const { value } of kept) this.#note(value);
  }

  kernel(mostBuffers: number): FusedKernel | undefined {
    const { rows, width } = this.#shape;
    const fours = width / 4;
    for (const { to, value } of this.#kept) this.#name(to, perPlace(value) ? "vec4f" : "f32", true);
    const byRows = this.#kept.some(({ value }) => !perPlace(value)) || this.#sums.length > 0;
    const lanes = !byRows ? 1 : fours > 4 * 16 ? group : 16;
    const groups = byRows ? Math.ceil((rows * lanes) / group) : Math.ceil((rows * fours) / group);
    const x = Math.min(groups, mostGroups);
    const body = byRows ? this.#rowBody(lanes) : this.#placeBody();
    const clashes =
      this.#clashes || this.#helpers.size > 1 || this.#kept.some(({ to }) => this.#elsewhere.has(to.buffer));
    if (clashes || this.#bound.size > mostBuffers) return undefined;
    const buffers = [...this.#bound.values()];
    const declared = buffers.map(
      ({ type, isWritten }, k) =>
        `@group(0) @binding(${k}) var<storage, ${isWritten ? "read_write" : "read"}> b${k}: array<${type}>;`,
    );
    const code = `${declared.join("\n")}
${[...this.#helpers].join("\n")}
${[...this.#functions.values()].join("\n")}
${byRows ? `var<workgroup> parts: array<f32, ${group}>;` : ""}
@compute @workgroup_size(${group})
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_index) lane: u32) {
  let place = (group.y * ${x}u + group.x) * ${group}u + lane;
${body}
}`;
    return { code, buffers: buffers.map(({ bound }) => bound), size: [x, Math.ceil(groups / x), 1] };
  }

  /** A lane four values. */
  #placeBody(): string {
    const { rows, width } = this.#shape;
    const fours = width / 4;
    const lines = [`  if (place >= ${rows * fours}u) { return; }`, `  let i = place % ${fours}u;`];
    lines.push(`  let row = place / ${fours}u;`, "  let read = row;", "  let begin = place - i;");
    return [...lines, ...this.#store()].join("\n");
  }

  /** `lanes` lanes a row. */
  #rowBody(lanes: number): string {
    const { rows, width } = this.#shape;
    const loop = (lines: readonly string[]): string =>
      `  for (var i = own; i < ${width / 4}u; i += ${lanes}u) {\n${lines.join("\n")}\n  }`;
    const lines = [`  let row = place / ${lanes}u;`, `  let own = lane % ${lanes}u;`, "  let first = lane - own;"];
    lines.push(`  let exists = row < ${rows}u;`, `  let read = min(row, ${rows - 1}u);`);
    lines.push(`  let begin = read * ${width / 4}u;`);
    for (let pass = 0; pass <= Math.max(-1, ...this.#sums.map((sum) => this.#depth(sum) - 1)); pass++) {
      const due = this.#sums.filter((sum) => this.#depth(sum) - 1 === pass);
      const written: string[] = [];
      const known = new Map<Value, string>();
      due.forEach((sum) => {
        if (sum.kind !== "sum" && sum.kind !== "most") return;
        const [start, name] = [sum.kind === "sum" ? "0.0" : "-3.4028234e38", this.#sumName(sum)];
        lines.push(`  var p${name} = ${start};`);
        const v = this.#emit(sum.of, known, written);
        if (sum.kind === "sum") written.push(`    p${name} += dot(${v}, vec4f(1.0));`);
        else written.push(`    p${name} = max(p${name}, max(max(${v}.x, ${v}.y), max(${v}.z, ${v}.w)));`);
      });
      lines.push(loop(written));
      for (const sum of due) {
        const name = this.#sumName(sum);
        const join = sum.kind === "sum" ? `${name} + parts[first + j]` : `max(${name}, parts[first + j])`;
        lines.push(`  parts[lane] = p${name};`, "  workgroupBarrier();");
        lines.push(`  var ${name} = ${sum.kind === "sum" ? "0.0" : "-3.4028234e38"};`);
        lines.push(`  for (var j = 0u; j < ${lanes}u; j++) { ${name} = ${join}; }`, "  workgroupBarrier();");
      }
    }
    const places = this.#store();
    if (places.length > 0) lines.push("  if (exists) {", loop(places), "  }");
    const ends: string[] = [];
    const known = new Map<Value, string>();
    for (const { to, value } of this.#kept) {
      if (perPlace(value)) continue;
      const v = this.#emit(value, known, ends);
      ends.push(`    ${this.#name(to, "f32", true)}[row] = ${v};`);
    }
    if (ends.length > 0) lines.push("  if (exists && own == 0u) {", ...ends, "  }");
    return lines.join("\n");
  }

  /** All that is read is read before anything is stored. */
  #store(): string[] {
    const [lines, stores, known] = [[] as string[], [] as string[], new Map<Value, string>()];
    for (const { to, value } of this.#kept) {
      if (!perPlace(value)) continue;
      stores.push(`    ${this.#name(to, "vec4f", true)}[begin + i] = ${this.#emit(value, known, lines)};`);
    }
    return [...lines, ...stores];
  }

  /** The name of a value, its computation put into `lines` where it is not there yet: vec4f a place, f32 a row. */
  #emit(value: Value, known: Map<Value, string>, lines: string[]): string {
    if (value.kind === "sum" || value.kind === "most") return this.#sumName(value);
    const made = known.get(value);
    if (made !== undefined) return made;
    const args =
      value.kind === "map" || value.kind === "rowMap"
        ? value.args.map((arg) => {
            const v = this.#emit(arg, known, lines);
            return value.kind === "map" && !perPlace(arg) ? `vec4f(${v})` : v;
          })
        : [];
    const name = `v${known.size}`;
    known.set(value, name);
    lines.push(`    let ${name} = ${this.#expression(value, args)};`);
    return name;
  }

  #expression(value: Value, args: readonly string[]): string {
    switch (value.kind) {
      case "full":
        return `${this.#name(value.from, "vec4f")}[begin + i]`;
      case "column":
        return `${this.#name(value.from, "vec4f")}[i]`;
      case "row":
        return `${this.#name(value.from, "f32")}[read]`;
      case "one":
        return `vec4f(${this.#name(value.from, "f32")}[0])`;
      case "picked": {
        const at = `${this.#name(value.index, "i32")}[read]`;
        const row = `u32(select(${at}, ${at} + ${value.tableRows}, ${at} < 0))`;
        return `${this.#name(value.from, "vec4f")}[${row} * ${this.#shape.width / 4}u + i]`;
      }
      case "map":
      case "rowMap":
        return `${this.#functionOf(value)}(${args.join(", ")})`;
      default:
        return "";
    }
  }

  #functionOf(value: Value & { kind: "map" | "rowMap" }): string {
    const type = value.kind === "map" ? "vec4f" : "f32";
    const parameters = value.args.map((_, k) => `${"abc"[k]}: ${type}`).join(", ");
    const body = `(${parameters}) -> ${type} { return ${value.code}; }`;
    const name = [...this.#functions.keys()].indexOf(body);
    const called = `f${name < 0 ? this.#functions.size : name}`;
    this.#functions.set(body, `fn ${called}${body}`);
    return called;
  }

  #sumName(sum: Value): string {
    return `s${this.#sums.indexOf(sum)}`;
  }

  #name(bound: Bound, type: string, isWritten = false): string {
    const known = this.#bound.get(bound.buffer);
    if (known === undefined) this.#bound.set(bound.buffer, { bound, type, isWritten });
    else {
      if (known.type !== type || known.bound.at !== bound.at) this.#clashes = true;
      known.isWritten ||= isWritten;
    }
    return `b${[...this.#bound.keys()].indexOf(bound.buffer)}`;
  }

  /** Finds a value's sums, inner ones first, and what it reads. */
  #note(value: Value, seen = new Set<Value>()): void {
    if (seen.has(value)) return;
    seen.add(value);
    if (value.kind === "map" || value.kind === "rowMap") {
      for (const arg of value.args) this.#note(arg, seen);
      if (value.kind === "map" && value.helper !== "") this.#helpers.add(value.helper);
    } else if (value.kind === "sum" || value.kind === "most") {
      this.#note(value.of, seen);
      if (!this.#sums.includes(value)) this.#sums.push(value);
    } else if ("from" in value && value.kind !== "full") {
      this.#elsewhere.add(value.from.buffer);
      if (value.kind === "picked") this.#elsewhere.add(value.index.buffer);
    }
  }

  /** Passes over the row that must be over before the value is known. */
  #depth(value: Value): number {
    const known = this.#depths.get(value);
    if (known !== undefined) return known;
    let depth = 0;
    if (value.kind === "map" || value.kind === "rowMap")
      depth = Math.max(0, ...value.args.map((arg) => this.#depth(arg)));
    if (value.kind === "sum" || value.kind === "most") depth = 1 + this.#depth(value.of);
    this.#depths.set(value, depth);
    return depth;
  }
}
