/**
 * What can only be said once every document has been seen: groups of duplicates, boilerplate, the main language. The
 * corpus passes by a second time for their samples.
 */
import { ruleById, type DuplicateCluster } from "../../../contract/index.ts";
import { repaired } from "../characters/repairs.ts";
import type { Groups } from "../duplicates/near-duplicates.ts";
import { boilerplateCuts } from "./lines.ts";
import { maskedRules, type Look } from "./look.ts";
import { excerpt } from "./samples.ts";
import { sharedSpans } from "./shared-spans.ts";

const shownClusters = 50;
const shownMembers = 5;
const shownCharacters = 1500;

export class SecondPass {
  readonly groups: Groups;
  readonly clusters: DuplicateCluster[] = [];
  readonly clusterCount: number;
  readonly mainLanguage: string;
  readonly #look: Look;
  readonly #frequent: number;
  readonly #least: number;
  /** Documents whose text is shown, with their clusters. */
  readonly #shown = new Map<number, DuplicateCluster>();
  /** Texts of the first documents of shown clusters, to compare the others with. */
  readonly #firstTexts = new Map<number, string>();
  #document = 0;

  constructor(look: Look) {
    this.#look = look;
    const { rules } = look.plan;
    this.groups = look.near.group(rules["near-duplicates"].threshold ?? 0.7);
    this.#least = rules.boilerplate.threshold ?? 2;
    this.#frequent = look.sentences.keepFrequent(this.#least);
    this.mainLanguage =
      [...look.languages].filter(([language]) => language !== "").sort(([, a], [, b]) => b - a)[0]?.[0] ?? "";
    this.clusterCount = this.#findClusters();
  }

  /** Whether anything is left to be said at all. */
  get needed(): boolean {
    return this.#frequent > 0 || this.#shown.size > 0 || this.#look.languages.size > 1;
  }

  #findClusters(): number {
    const { first, similarity } = this.groups;
    const equal = this.#look.equal.values;
    const sizes = new Map<number, number>();
    const allEqual = new Map<number, boolean>();
    /** Equal documents too short for MinHash are a group of their own. */
    const firstOf = (document: number): number => (first[document] === document ? equal[document]! : first[document]!);
    for (let document = 0; document < first.length; document++) {
      const of = firstOf(document);
      if (of === document) continue;
      sizes.set(of, (sizes.get(of) ?? 1) + 1);
      allEqual.set(of, (allEqual.get(of) ?? true) && equal[document] === equal[of]);
    }
    const largest = [...sizes].sort(([a, sizeA], [b, sizeB]) => sizeB - sizeA || a - b).slice(0, shownClusters);
    const byFirst = new Map<number, DuplicateCluster>();
    for (const [of, size] of largest) {
      const kind = allEqual.get(of) === true ? "exact" : "near";
      const cluster = {
        kind,
        size,
        members: [],
        similarity: kind === "exact" ? 1 : (similarity.get(of) ?? 1),
      } as const;
      this.clusters.push({ ...cluster, members: [] });
      byFirst.set(of, this.clusters.at(-1)!);
    }
    const shown = new Map<number, number>();
    for (let document = 0; document < first.length; document++) {
      const cluster = byFirst.get(firstOf(document));
      if (cluster === undefined) continue;
      const members = (shown.get(firstOf(document)) ?? 0) + 1;
      shown.set(firstOf(document), members);
      if (members <= shownMembers) this.#shown.set(document, cluster);
    }
    return sizes.size;
  }

  /** The same documents again, in the same order. */
  add(stored: string): void {
    const document = this.#document++;
    const look = this.#look;
    const text = repaired(stored, () => true);
    if (this.#frequent > 0) look.noteCuts(document, text, boilerplateCuts(text, look.sentences, this.#least));
    this.#lookAtLanguage(document, text);
    this.#lookAtDuplicates(document, text);
  }

  #lookAtLanguage(document: number, text: string): void {
    const { languages, masks, words, findings } = this.#look;
    if (languages.size < 2) return;
    const language = this.#look.languageOf(document);
    if (language === "" || language === this.mainLanguage) return;
    const bit = maskedRules.indexOf("language");
    masks.values[document * 2 + (bit >> 5)]! |= 1 << (bit & 31);
    findings.hit("language", words.values[document]!, 1, () =>
      excerpt(document, text, [], `${ruleById("language").label}: ${language}, most are ${this.mainLanguage}`),
    );
  }

  #lookAtDuplicates(document: number, text: string): void {
    const { findings, words, equal } = this.#look;
    const cluster = this.#shown.get(document);
    cluster?.members.push({ document, text: text.slice(0, shownCharacters) });
    const exact = equal.values[document]!;
    const near = this.groups.first[document]!;
    if (exact === document && near === document) {
      if (cluster !== undefined) this.#firstTexts.set(document, text);
      return;
    }
    const [id, of] = exact === document ? (["near-duplicates", near] as const) : (["exact-duplicates", exact] as const);
    findings.hit(id, words.values[document]!, 1, () => {
      const other = this.#firstTexts.get(of);
      const spans =
        id === "exact-duplicates" || other === undefined
          ? [{ start: 0, end: text.length, note: "" }]
          : sharedSpans(text, other);
      return excerpt(document, text, spans, `${ruleById(id).label}: as document ${of + 1}, which stays`);
    });
  }
}
