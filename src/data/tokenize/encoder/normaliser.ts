/**
 * The normaliser of tokenizer.json as steps over characters: neighbouring one-character rules are fused
 * into one table that reads the string itself; forms, replacing and stripping work on what it gives.
 */
import { chain, CharMap, identity, type CharRule } from "./char-map.ts";
import { bertRules, dropAccents, dropMarks, lowerCase, stripAccents } from "./char-rules.ts";
import { CharBuffer, codePoints } from "./chars.ts";
import { normalForm } from "./normal-forms.ts";
import { flag, list, text, typeOf, unsupported, type Json } from "./parts.ts";
import { flags, WHITE, type NormalForm } from "./unicode.ts";

type Step = { rule: CharRule } | { apply: (input: CharBuffer, out: CharBuffer) => void };

export class Normaliser {
  readonly #first: CharMap;
  readonly #rest: ((input: CharBuffer, out: CharBuffer) => void)[];
  /** The same without short cuts, for text in which marks would change places. */
  readonly #exact: Normaliser | undefined;
  readonly #spare = [new CharBuffer(), new CharBuffer()];

  private constructor(steps: Step[], exact?: Step[]) {
    const [first, ...rest] = fuse(steps);
    this.#first = new CharMap("rule" in first! ? first.rule : identity);
    this.#rest = rest.map((step) => {
      if ("apply" in step) return step.apply;
      const map = new CharMap(step.rule);
      return (input, out) => map.map(input, out);
    });
    this.#exact = exact && new Normaliser(exact);
  }

  /** @throws NotAccelerated */
  static from(config: unknown): Normaliser {
    return new Normaliser(steps(config, false), steps(config, true));
  }

  /**
   * Normalises text[from, to) into `out`, which must be empty.
   * @param origin code-point index of `from`
   * @returns code-point index of `to`
   */
  run(source: string, from: number, to: number, origin: number, out: CharBuffer): number {
    const rest = this.#rest;
    const target = rest.length === 0 ? out : cleared(this.#spare[0]!);
    const end = this.#first.read(source, from, to, origin, target);
    if (end < 0) {
      out.length = 0;
      return this.#exact!.run(source, from, to, origin, out);
    }
    let input = target;
    for (const [i, apply] of rest.entries()) {
      const next = i === rest.length - 1 ? out : cleared(this.#spare[(i + 1) % 2]!);
      apply(input, next);
      input = next;
    }
    return end;
  }
}

function cleared(buffer: CharBuffer): CharBuffer {
  buffer.length = 0;
  return buffer;
}

/** Neighbouring rules become one; the first step is always a rule. */
function fuse(steps: Step[]): Step[] {
  const fused: Step[] = [{ rule: identity }];
  for (const step of steps) {
    const last = fused.at(-1)!;
    if ("rule" in step && "rule" in last) fused[fused.length - 1] = { rule: chain(last.rule, step.rule) };
    else fused.push(step);
  }
  return fused;
}

function steps(config: unknown, exact: boolean): Step[] {
  if (config === null || config === undefined) return [];
  const part = config as Json;
  switch (typeOf(part)) {
    case "Sequence":
      return list(part, "normalizers").flatMap((one) => steps(one, exact));
    case "BertNormalizer": {
      const lower = flag(part, "lowercase", true);
      const options = {
        cleanText: flag(part, "clean_text", true),
        chinese: flag(part, "handle_chinese_chars", true),
        accents: flag(part, "strip_accents", lower),
        lowerCase: lower,
      };
      const { before, accents, after } = bertRules(options);
      const strip: Step[] = exact ? [form("NFD"), { rule: dropAccents }] : [{ rule: stripAccents }];
      return [...before.map((rule) => ({ rule })), ...(accents ? strip : []), { rule: after }];
    }
    case "Lowercase":
      return [{ rule: lowerCase }];
    case "StripAccents":
      return [{ rule: dropMarks }];
    case "NFC":
    case "NFD":
    case "NFKC":
    case "NFKD":
      return [form(part["type"] as NormalForm)];
    case "Replace":
      return [replace(part)];
    case "Strip":
      return [strip(flag(part, "strip_left", true), flag(part, "strip_right", true))];
    case "Prepend":
      return [prepend(codePoints(text(part, "prepend")))];
    default:
      throw unsupported("normaliser", typeOf(part));
  }
}

const form = (name: NormalForm): Step => ({ apply: (input, out) => normalForm(name, input, out) });

/** A fixed string, or runs of two and more blanks: what tokenizers trained from SentencePiece ask for. */
function replace(part: Json): Step {
  const pattern = (part["pattern"] ?? {}) as Json;
  const content = codePoints(text(part, "content"));
  const wanted = typeof pattern["String"] === "string" ? codePoints(pattern["String"]) : undefined;
  const blanks = pattern["Regex"] === " {2,}";
  if (wanted === undefined ? !blanks : wanted.length === 0) throw unsupported("normaliser", "Replace with a pattern");
  const matchAt = ({ chars, length }: CharBuffer, at: number): number => {
    let end = at;
    if (wanted === undefined) {
      while (end < length && chars[end] === 0x20) end++;
      return end - at >= 2 ? end : -1;
    }
    while (end < length && end - at < wanted.length && chars[end] === wanted[end - at]) end++;
    return end - at === wanted.length ? end : -1;
  };
  const first = wanted?.[0] ?? 0x20;
  return {
    apply(input, out) {
      let done = 0;
      for (let i = 0; i < input.length;) {
        const end = input.chars[i] === first ? matchAt(input, i) : -1;
        if (end >= 0) {
          out.append(input, done, i);
          for (const char of content) out.push(char, input.origins[end - 1]!);
          done = end;
        }
        i = end < 0 ? i + 1 : end;
      }
      out.append(input, done, input.length);
    },
  };
}

function strip(left: boolean, right: boolean): Step {
  return {
    apply(input, out) {
      const white = (at: number): boolean => (flags[input.chars[at]!]! & WHITE) !== 0;
      let [start, end] = [0, input.length];
      if (left) while (start < end && white(start)) start++;
      if (right) while (end > start && white(end - 1)) end--;
      out.append(input, start, end);
    },
  };
}

function prepend(content: readonly number[]): Step {
  return {
    apply(input, out) {
      if (input.length > 0) for (const char of content) out.push(char, input.origins[0]!);
      out.append(input, 0, input.length);
    },
  };
}
