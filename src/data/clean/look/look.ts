/**
 * A look at a whole corpus under a plan's thresholds, document by document: what each rule hits, with samples. It
 * remembers a few numbers a document (about 190 bytes, most of them MinHash), so that rules can be switched on and off
 * afterwards and their sum is known at once. Nothing is changed here.
 */
import {
  cleaningRules,
  ruleById,
  type CleaningPlan,
  type CleaningRule,
  type CleaningRuleId,
} from "../../../contract/index.ts";
import { findPersonal, personalOrder } from "../characters/personal.ts";
import { isPlain, repaired, repairs } from "../characters/repairs.ts";
import { applyEdits } from "../characters/edit.ts";
import { Growable } from "../duplicates/growable.ts";
import { KeyMap } from "../duplicates/key-map.ts";
import { NearDuplicates } from "../duplicates/near-duplicates.ts";
import { SeenPieces } from "../duplicates/seen-pieces.ts";
import { SentenceCounts, sentencesOf } from "../duplicates/sentence-counts.ts";
import { textKey, WordHashes } from "../duplicates/word-hashes.ts";
import type { LanguageRecogniser } from "../language.ts";
import { documentRules } from "../rules/all-document-rules.ts";
import { patternSpans, type DocumentRule } from "../rules/document-rule.ts";
import { DocumentView } from "../rules/document-view.ts";
import { citationMarks } from "../rules/line-rules.ts";
import { countWords } from "../text-units.ts";
import { fails, reasonOf } from "../verdict.ts";
import { lineCuts, type Cut } from "./lines.ts";
import { excerpt, Findings } from "./samples.ts";

/** Rules about whole documents, each a bit of a document's mask. */
export const maskedRules: readonly CleaningRuleId[] = cleaningRules
  .filter(({ action }) => action === "document")
  .map(({ id }) => id);
/** Rules that take words out of documents, each a bit of a cut's mask. */
export const cuttingRules: readonly CleaningRuleId[] = cleaningRules
  .filter(({ action }) => action === "lines")
  .map(({ id }) => id);
const everything = (): boolean => true;

export class Look {
  readonly plan: CleaningPlan;
  readonly findings = new Findings();
  readonly words = new Growable((size) => new Uint32Array(size));
  /** Two numbers a document: a bit for each of `maskedRules`. */
  readonly masks = new Growable((size) => new Uint32Array(size));
  /** For each document the first with the same text. */
  readonly equal = new Growable((size) => new Uint32Array(size));
  /** Three numbers a piece of a document that lines rules take: document, mask of `cuttingRules`, words. */
  readonly cuts = new Growable((size) => new Uint32Array(size));
  /** Documents that a repair or a mask changes: two numbers each, document and a bit a rule. */
  readonly changes = new Growable((size) => new Uint32Array(size));
  readonly near = new NearDuplicates();
  readonly sentences = new SentenceCounts();
  readonly languages = new Map<string, number>();
  readonly #languageOf = new Growable((size) => new Uint8Array(size));
  readonly #languageNames: string[] = [];
  readonly #texts = new KeyMap();
  readonly #seen = { lines: new SeenPieces(), paragraphs: new SeenPieces() };
  readonly #recognise: LanguageRecogniser;
  readonly #hashes = new WordHashes();
  /** Looked up once, not for every document. */
  readonly #measures: (DocumentRule & { rule: CleaningRule; threshold: number; bit: number })[];

  constructor(plan: CleaningPlan, recognise: LanguageRecogniser) {
    this.plan = plan;
    this.#recognise = recognise;
    this.#measures = documentRules.map((one) => ({
      ...one,
      rule: ruleById(one.id),
      threshold: plan.rules[one.id].threshold ?? 0,
      bit: maskedRules.indexOf(one.id),
    }));
  }

  get documents(): number {
    return this.words.length;
  }
  /** True when some lines or paragraphs could not be remembered. */
  get forgetful(): boolean {
    return this.#seen.lines.full || this.#seen.paragraphs.full || this.sentences.pruned;
  }
  languageOf(document: number): string {
    return this.#languageNames[this.#languageOf.values[document]!]!;
  }

  /** The next document, as it is stored. */
  add(stored: string): void {
    const document = this.documents;
    this.#lookAtCharacters(document, stored);
    const text = repaired(stored, everything);
    const words = countWords(text);
    this.words.push(words);
    this.#lookAtWhole(document, text, words);
    this.#lookAtLines(document, text);
    this.#lookAtLanguage(text);

    const key = textKey(text);
    const first = this.#texts.get(key);
    if (first === undefined) this.#texts.set(key, document);
    this.equal.push(first ?? document);
    this.near.add(this.#hashes.read(text).values);
    this.sentences.add(sentencesOf(text));
  }

  #lookAtCharacters(document: number, stored: string): void {
    let changed = 0;
    let text = stored;
    if (!isPlain(text))
      for (const [i, { id, edits }] of repairs.entries()) {
        const found = edits(text);
        if (found.length === 0) continue;
        changed |= 1 << i;
        const before = text;
        this.findings.hit(id, 0, found.length, () => {
          const spans = found.map(({ start, end, to }) => ({ start, end, note: becomes(to) }));
          return excerpt(document, before, spans, `${ruleById(id).label}: ${places(found.length)}`);
        });
        text = applyEdits(text, found);
      }
    for (const [i, id] of personalOrder.entries()) {
      const found = findPersonal(id, text);
      if (found.length === 0) continue;
      changed |= 1 << (repairs.length + i);
      this.findings.hit(id, 0, found.length, () =>
        excerpt(
          document,
          text,
          found.map((place) => ({ ...place, note: "" })),
          `${ruleById(id).label}: ${places(found.length)}`,
        ),
      );
    }
    if (changed !== 0) this.changes.push(document, changed);
  }

  #lookAtWhole(document: number, text: string, words: number): void {
    const view = new DocumentView(text);
    const mask = [0, 0];
    for (const { rule, threshold, bit, measure, spans } of this.#measures) {
      const value = measure(view);
      if (!fails(rule, value, threshold)) continue;
      mask[bit >> 5]! |= 1 << (bit & 31);
      this.findings.hit(rule.id, words, 1, () =>
        excerpt(document, text, spans(view), reasonOf(rule, value, threshold)),
      );
    }
    this.masks.push(mask[0]! >>> 0, mask[1]! >>> 0);
  }

  #lookAtLines(document: number, text: string): void {
    const cuts = lineCuts(text, this.plan.rules, everything, this.#seen);
    const marks = patternSpans(text, citationMarks);
    if (marks.length > 0)
      this.findings.hit("c4-citations", 0, marks.length, () =>
        excerpt(document, text, marks, `${ruleById("c4-citations").label}: ${places(marks.length)}`),
      );
    this.noteCuts(document, text, cuts);
  }

  /** Counts what lines rules take out, rule by rule, and remembers it for sums of several. */
  noteCuts(document: number, text: string, cuts: readonly Cut[]): void {
    if (cuts.length === 0) return;
    const masks = new Map<string, { mask: number; words: number }>();
    for (const id of new Set(cuts.map((cut) => cut.id))) {
      const own = cuts.filter((cut) => cut.id === id);
      const words = own.reduce((sum, { start, end }) => sum + countWords(text, start, end), 0);
      const spans = own.flatMap(({ start, end, reasons }) =>
        reasons.length > 0 ? reasons : [{ start, end, note: "" }],
      );
      this.findings.hit(id, words, own.length, () =>
        excerpt(document, text, spans, `${ruleById(id).label}: ${places(own.length)} of this document`),
      );
    }
    for (const { id, start, end } of cuts) {
      const key = `${start} ${end}`;
      const entry = masks.get(key) ?? { mask: 0, words: countWords(text, start, end) };
      entry.mask |= 1 << cuttingRules.indexOf(id);
      masks.set(key, entry);
    }
    for (const { mask, words } of masks.values()) this.cuts.push(document, mask, words);
  }

  #lookAtLanguage(text: string): void {
    const language = this.#recognise(text);
    this.languages.set(language, (this.languages.get(language) ?? 0) + 1);
    let at = this.#languageNames.indexOf(language);
    if (at < 0) at = this.#languageNames.push(language) - 1;
    this.#languageOf.push(at);
  }
}

const becomes = (to: string): string =>
  to === "" ? "taken out" : to.trim() === "" ? "becomes a blank" : `becomes ${to}`;
const places = (count: number): string => `${count} ${count === 1 ? "place" : "places"}`;
