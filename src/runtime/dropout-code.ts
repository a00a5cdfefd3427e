/** The dropout mask of dropout.ts as WebAssembly, four counters at a time. */
import { threefryParity, threefryRotations, threefryRounds } from "./dropout.ts";
import { f32x4, FunctionBuilder, i32, i32x4, repeatWhile, set } from "./wasm-assembler.ts";
import type { Expression, FunctionCode, Statement } from "./wasm-assembler.ts";

/** Parameters: first address, end, two key words, stream, limit, scale. Bytes in whole blocks of 16 values, more than none. */
export function dropoutMask(): FunctionCode {
  const f = new FunctionBuilder();
  const [at, end, key0, key1, stream, limit] = [
    f.parameter("i32"),
    f.parameter("i32"),
    f.parameter("i32"),
    f.parameter("i32"),
    f.parameter("i32"),
    f.parameter("i32"),
  ];
  const scale = f.parameter("f32");
  const vector = () => f.local("i32x4");
  const [counters, x0, x1, stream4, limit4] = [vector(), vector(), vector(), vector(), vector()];
  const keys = [vector(), vector(), vector()] as const;
  const scale4 = f.local("f32x4");
  const { add, and, constant, floatsWhere, lessThan, or, shiftLeft, shiftRight, splat, xor } = i32x4;

  const rounds: Statement[] = [set(x0, add(counters, keys[0])), set(x1, add(stream4, keys[1]))];
  for (let round = 0; round < threefryRounds; round++) {
    const turn = threefryRotations[round % threefryRotations.length]!;
    rounds.push(
      set(x0, add(x0, x1)),
      set(x1, xor(or(shiftLeft(x1, turn), shiftRight(x1, 32 - turn)), x0)),
      ...(round % 4 === 3 ? [addKeys((round + 1) / 4)].flat() : []),
    );
  }
  function addKeys(count: number): Statement[] {
    const number = splat(i32.constant(count));
    return [set(x0, add(x0, keys[count % 3]!)), set(x1, add(x1, add(keys[(count + 1) % 3]!, number)))];
  }
  const low = splat(i32.constant(0xffff));
  const kept = (number: Expression<"i32x4">) => floatsWhere(lessThan(number, limit4), scale4);
  return f.finish([
    set(keys[0], splat(key0)),
    set(keys[1], splat(key1)),
    set(keys[2], xor(xor(keys[0], keys[1]), splat(i32.constant(threefryParity)))),
    set(stream4, splat(stream)),
    set(limit4, splat(limit)),
    set(scale4, f32x4.splat(scale)),
    set(counters, constant(0, 1, 2, 3)),
    repeatWhile(i32.lessThan(at, end), [
      ...rounds,
      f32x4.store(at, kept(and(x0, low)), 0),
      f32x4.store(at, kept(shiftRight(x0, 16)), 16),
      f32x4.store(at, kept(and(x1, low)), 32),
      f32x4.store(at, kept(shiftRight(x1, 16)), 48),
      set(counters, add(counters, splat(i32.constant(4)))),
      set(at, i32.add(at, i32.constant(64))),
    ]),
  ]);
}
