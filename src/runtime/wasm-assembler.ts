/**
 * Writes WebAssembly modules whose functions are expressions: `f32x4.add(f32x4.mul(a, b), c)` is the code that
 * leaves a b + c on the stack. Only what our kernels need; a misplaced type is a TypeScript error.
 * Source: WebAssembly Core Specification 2.0, chapter 5 (binary format). Opcodes below are in its notation.
 */

/** f32x4, f64x2 and i32x4 are all v128 to WebAssembly; told apart here so that they cannot be mixed up. */
export type Kind = "i32" | "f32" | "f64" | "f32x4" | "f64x2" | "i32x4";

/** Code that leaves one value on the stack. */
export interface Expression<K extends Kind> {
  readonly kind: K;
  readonly code: readonly number[];
}
/** A parameter or local; as an expression, its value. */
export interface Variable<K extends Kind> extends Expression<K> {
  readonly index: number;
}
/** Code that leaves nothing on the stack. */
export type Statement = readonly number[];

export interface FunctionCode {
  readonly parameters: readonly Kind[];
  readonly locals: readonly Kind[];
  readonly result: Kind | undefined;
  readonly code: readonly number[];
}

const valueTypes: Readonly<Record<Kind, number>> = {
  i32: 0x7f,
  f32: 0x7d,
  f64: 0x7c,
  f32x4: 0x7b,
  f64x2: 0x7b,
  i32x4: 0x7b,
};
const vectorPrefix = 0xfd;

/** LEB128, seven bits a byte, lowest first; `signed` numbers repeat their sign in the last byte. */
export function leb128(value: number, signed = false): number[] {
  const bytes: number[] = [];
  for (;;) {
    const low = value & 0x7f;
    value = signed ? value >> 7 : value >>> 7;
    const last = signed ? value === ((low & 0x40) === 0 ? 0 : -1) : value === 0;
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

const make = <K extends Kind>(kind: K, ...code: (number | readonly number[])[]): Expression<K> => ({
  kind,
  code: code.flat(),
});
const vector = (opcode: number): number[] => [vectorPrefix, ...leb128(opcode)];
/** Alignment is a hint of the exponent of 2; the offset is added to the address. */
const memory = (alignment: number, offset: number): number[] => [alignment, ...leb128(offset)];

type Binary<K extends Kind> = (a: Expression<K>, b: Expression<K>) => Expression<K>;
type Unary<K extends Kind> = (a: Expression<K>) => Expression<K>;
const binary =
  <K extends Kind>(kind: K, opcode: readonly number[]): Binary<K> =>
  (a, b) =>
    make(kind, a.code, b.code, opcode);
const unary =
  <K extends Kind>(kind: K, opcode: readonly number[]): Unary<K> =>
  (a) =>
    make(kind, a.code, opcode);

type Address = Expression<"i32">;

export const i32 = {
  constant: (value: number): Expression<"i32"> => make("i32", 0x41, leb128(value, true)),
  add: binary("i32", [0x6a]),
  lessThan: binary("i32", [0x49]), // i32.lt_u
};
export const f64 = {
  add: binary("f64", [0xa0]),
};
export const f32x4 = {
  load: (at: Address, offset = 0): Expression<"f32x4"> => make("f32x4", at.code, vector(0x00), memory(4, offset)),
  store: (at: Address, value: Expression<"f32x4">, offset = 0): Statement =>
    [at.code, value.code, vector(0x0b), memory(4, offset)].flat(),
  splat: (a: Expression<"f32">): Expression<"f32x4"> => make("f32x4", a.code, vector(0x13)),
  sqrt: unary("f32x4", vector(0xe3)),
  add: binary("f32x4", vector(0xe4)),
  sub: binary("f32x4", vector(0xe5)),
  mul: binary("f32x4", vector(0xe6)),
  div: binary("f32x4", vector(0xe7)),
};
export const f64x2 = {
  /** Two float32 from memory, in double: v128.load64_zero, f64x2.promote_low_f32x4. */
  loadFloats: (at: Address, offset = 0): Expression<"f64x2"> =>
    make("f64x2", at.code, vector(0x5d), memory(3, offset), vector(0x5f)),
  lane: (a: Expression<"f64x2">, lane: 0 | 1): Expression<"f64"> => make("f64", a.code, vector(0x21), lane),
  add: binary("f64x2", vector(0xf0)),
  mul: binary("f64x2", vector(0xf2)),
};

export const i32x4 = {
  constant: (...lanes: readonly [number, number, number, number]): Expression<"i32x4"> =>
    make("i32x4", vector(0x0c), [...new Uint8Array(Int32Array.from(lanes).buffer)]),
  splat: (a: Expression<"i32">): Expression<"i32x4"> => make("i32x4", a.code, vector(0x11)),
  and: binary("i32x4", vector(0x4e)),
  or: binary("i32x4", vector(0x50)),
  xor: binary("i32x4", vector(0x51)),
  add: binary("i32x4", vector(0xae)),
  /** All bits where a < b, unsigned; else none. */
  lessThan: binary("i32x4", vector(0x3a)),
  shiftLeft: (a: Expression<"i32x4">, bits: number): Expression<"i32x4"> =>
    make("i32x4", a.code, i32.constant(bits).code, vector(0xab)),
  shiftRight: (a: Expression<"i32x4">, bits: number): Expression<"i32x4"> =>
    make("i32x4", a.code, i32.constant(bits).code, vector(0xad)),
  /** The value where the mask has all bits, 0 where it has none. */
  floatsWhere: (mask: Expression<"i32x4">, value: Expression<"f32x4">): Expression<"f32x4"> =>
    make("f32x4", mask.code, value.code, vector(0x4e)),
};

export const set = <K extends Kind>(to: Variable<K>, value: Expression<K>): Statement => [
  ...value.code,
  0x21,
  ...leb128(to.index),
];
/** The body once, then again for as long as `condition` is not 0. */
export const repeatWhile = (condition: Expression<"i32">, body: readonly Statement[]): Statement => [
  ...[0x03, 0x40], // loop
  ...body.flat(),
  ...condition.code,
  ...[0x0d, 0x00], // br_if to the loop's start
  0x0b,
];

/** Declares a function's variables, parameters before locals; locals begin at 0. */
export class FunctionBuilder {
  readonly #parameters: Kind[] = [];
  readonly #locals: Kind[] = [];

  parameter<K extends Kind>(kind: K): Variable<K> {
    return this.#variable(kind, this.#parameters.push(kind) - 1);
  }
  local<K extends Kind>(kind: K): Variable<K> {
    return this.#variable(kind, this.#parameters.length + this.#locals.push(kind) - 1);
  }
  finish(statements: readonly Statement[], result?: Expression<Kind>): FunctionCode {
    const code = [...statements.flat(), ...(result?.code ?? [])];
    return { parameters: this.#parameters, locals: this.#locals, result: result?.kind, code };
  }
  #variable<K extends Kind>(kind: K, index: number): Variable<K> {
    return { ...make(kind, 0x20, leb128(index)), index };
  }
}

const list = (items: readonly (readonly number[])[]): number[] => [...leb128(items.length), ...items.flat()];
const sized = (bytes: readonly number[]): number[] => [...leb128(bytes.length), ...bytes];
const text = (ascii: string): number[] => sized([...ascii].map((letter) => letter.charCodeAt(0)));
const types = (kinds: readonly Kind[]): number[] => list(kinds.map((kind) => [valueTypes[kind]]));

/** A module that imports its memory as `host.memory` and exports the functions by name. */
export function assemble(functions: Readonly<Record<string, FunctionCode>>): Uint8Array<ArrayBuffer> {
  const all = Object.entries(functions);
  const section = (id: number, items: readonly (readonly number[])[]): number[] => [id, ...sized(list(items))];
  const result = (kind: Kind | undefined): number[] => types(kind === undefined ? [] : [kind]);
  return Uint8Array.from([
    ...[0x00, ...[..."asm"].map((letter) => letter.charCodeAt(0)), 1, 0, 0, 0],
    ...section(
      1, // types: one a function
      all.map(([, f]) => [0x60, ...types(f.parameters), ...result(f.result)]),
    ),
    ...section(2, [[...text("host"), ...text("memory"), 0x02, 0x00, ...leb128(1)]]), // at least one page
    ...section(
      3, // which type each function has
      all.map((_, i) => leb128(i)),
    ),
    ...section(
      7,
      all.map(([name], i) => [...text(name), 0x00, ...leb128(i)]),
    ),
    ...section(
      10,
      all.map(([, f]) => sized([...list(f.locals.map((kind) => [1, valueTypes[kind]])), ...f.code, 0x0b])),
    ),
  ]);
}
