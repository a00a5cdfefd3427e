/**
 * Normalisation that looks at one character at a time (lower case, accents, clean-up) as one table:
 * each rule is asked once a character, then a look-up answers. Also turns strings into code points.
 */
import type { CharBuffer } from "./chars.ts";

/** What becomes of a character: code points (none: it is removed); null: it takes more than one character to say. */
export type CharRule = (char: number) => readonly number[] | null;

export const identity: CharRule = (char) => [char];

/** First `a`, then `b` on what it gives. */
export function chain(a: CharRule, b: CharRule): CharRule {
  return (char) => {
    const result: number[] = [];
    for (const one of a(char) ?? [-1]) {
      const next = one < 0 ? null : b(one);
      if (next === null) return null;
      result.push(...next);
    }
    return result;
  };
}

const UNKNOWN = 0;
const MANY = -1;

export class CharMap {
  readonly #rule: CharRule;
  /** By UTF-16 unit: the new code point plus one, or why it must be looked at. */
  readonly #single = new Int32Array(0x10000);
  readonly #many = new Map<number, readonly number[] | null>();

  constructor(rule: CharRule) {
    this.#rule = rule;
  }

  /**
   * Adds a stretch of a string to `out`.
   * @param origin code-point index of `from`
   * @returns code-point index of `to`; -1 when the rule was at a loss: `out` is then unfinished
   */
  read(text: string, from: number, to: number, origin: number, out: CharBuffer): number {
    const single = this.#single;
    out.reserve(out.length + to - from);
    let { chars, origins, length } = out;
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i);
      const known = single[unit]!;
      if (known > 0) {
        chars[length] = known - 1;
        origins[length++] = origin++;
        continue;
      }
      let char = unit;
      if (unit >= 0xd800 && unit < 0xe000) {
        const pair = text.codePointAt(i)!;
        if (pair > 0xffff && i + 1 < to) {
          char = pair;
          i++;
        } else char = 0xfffd; // half a pair: what UTF-8 makes of it
      }
      const becomes = this.#lookUp(char);
      if (becomes === null) return -1;
      out.length = length;
      out.reserve(length + becomes.length + to - i);
      for (const one of becomes) out.push(one, origin);
      ({ chars, origins, length } = out);
      origin++;
    }
    out.length = length;
    return origin;
  }

  /** The same from characters to characters; the rule must know all of them. */
  map(input: CharBuffer, out: CharBuffer): void {
    for (let i = 0; i < input.length; i++) {
      const char = input.chars[i]!;
      const known = char < 0x10000 ? this.#single[char]! : UNKNOWN;
      if (known > 0) out.push(known - 1, input.origins[i]!);
      else for (const one of this.#lookUp(char) ?? []) out.push(one, input.origins[i]!);
    }
  }

  #lookUp(char: number): readonly number[] | null {
    let found = this.#many.get(char);
    if (found !== undefined) return found;
    found = this.#rule(char);
    const short = char < 0x10000 && (char < 0xd800 || char >= 0xe000);
    if (found?.length === 1 && short) this.#single[char] = found[0]! + 1;
    else {
      if (short) this.#single[char] = MANY;
      this.#many.set(char, found);
    }
    return found;
  }
}
