/**
 * What our rules say of texts, in the form in which the oracle (tests/oracles/clean.py) writes datatrove's answers: a
 * bit a text for rules about documents, a checksum of what is left of it for rules about lines and personal data.
 */
import { crc32 } from "../../src/base/index.ts";
import { ruleById, type CleaningRule, type CleaningRuleId } from "../../src/contract/index.ts";
import {
  citationMarks,
  DocumentView,
  documentRules,
  fails,
  findPersonal,
  lineRules,
  splitLines,
  strip,
} from "../../src/data/clean/index.ts";

/** By rule: one answer a text. */
export type Verdicts = Record<string, string[]>;
export interface Golden {
  versions: Record<string, string>;
  /** Checksum of the texts, each ended by a zero byte. */
  texts: string;
  count: number;
  /** By rule: "0101..." for documents, four hexadecimal digits a text for the others. */
  rules: Record<string, string>;
}

const bytes = new TextEncoder();
const checksum = (text: string): string => (crc32(bytes.encode(text)) & 0xffff).toString(16).padStart(4, "0");
const filled = (lines: string[]): string => strip(lines.filter((line) => strip(line) !== "").join("\n"));

export function textsChecksum(texts: readonly string[]): string {
  let sum = 0;
  for (const text of texts) sum = crc32(bytes.encode(`${text}\0`), sum);
  return sum.toString(16);
}

/** The texts' answers, rule by rule. `onRule` is told the milliseconds each took. */
export function ourVerdicts(
  texts: readonly string[],
  onRule: (id: string, ms: number) => void = () => undefined,
): Verdicts {
  const views = texts.map((text) => new DocumentView(text));
  const verdicts: Verdicts = {};
  const take = (id: CleaningRuleId, answer: (text: string, i: number, rule: CleaningRule) => string): void => {
    const began = performance.now();
    verdicts[id] = texts.map((text, i) => answer(text, i, ruleById(id)));
    onRule(id, performance.now() - began);
  };
  for (const { id, measure } of documentRules)
    take(id, (_, i, rule) => (fails(rule, measure(views[i]!), rule.threshold?.default ?? 0) ? "1" : "0"));
  for (const { id, drops } of lineRules)
    take(id, (text, _, rule) => {
      const kept = splitLines(text).filter((line) => !drops(line.text, rule.threshold?.default ?? 0));
      return checksum(filled(kept.map((line) => strip(line.text))));
    });
  take("c4-citations", (text) =>
    checksum(filled(splitLines(text).map((line) => strip(line.text).replace(citationMarks, "")))),
  );
  // The reference puts words of its own in their place; what is compared is what is found.
  for (const id of ["email", "ip-address"] as const)
    take(id, (text) =>
      checksum(
        findPersonal(id, text)
          .map(({ start, end }) => text.slice(start, end))
          .join("\n"),
      ),
    );
  return verdicts;
}

/** Texts on which the two differ, by rule. */
export function compareVerdicts(ours: Verdicts, golden: Golden): Map<string, number[]> {
  const differing = new Map<string, number[]>();
  for (const [id, answers] of Object.entries(golden.rules)) {
    const width = answers.length / golden.count;
    differing.set(
      id,
      (ours[id] ?? []).flatMap((answer, i) => (answer === answers.slice(i * width, (i + 1) * width) ? [] : [i])),
    );
  }
  return differing;
}
