/**
 * Items of evaluation sets that stand in a corpus: the items are indexed, the documents pass by once. A leak is a run
 * of 12 words (datatrove's decontamination), the whole of an item of 8 to 11 words (8 is GPT-3's shortest run, Brown et
 * al. 2020, appendix C), or 80 % of an item's 5-word runs anywhere in the document: a near-duplicate, counted
 * exactly since the items fit in memory. Knows no storage.
 */
import type { LabelledSet, Leak, LeakedSet, LeakReport, SplitName } from "../../contract/index.ts";
import { leakWords, type LeakWords } from "./leak-words.ts";
import { NgramIndex } from "./ngram-index.ts";
import { setTexts, type SetText } from "./set-texts.ts";
import { textPieces } from "./text-pieces.ts";

export const leakRun = 12;
export const shortestItem = 8;
const nearRun = 5;
export const nearShare = 0.8;
/** Leaks whose texts are shown. */
const mostShown = 200;

interface Unit extends SetText {
  set: number;
  words: number;
  /** Distinct 5-word runs. */
  runs: number;
}
/** What one document shares with one unit, in words. */
interface Shared {
  inItem: Set<number>;
  spans: [at: number, place: number, length: number][];
}

const none = (): Record<SplitName, number> => ({ train: 0, dev: 0, test: 0 });

export class LeakFinder {
  readonly #units: Unit[] = [];
  readonly #sets: (LeakedSet & { seen: Set<number> })[] = [];
  readonly #long = new NgramIndex(leakRun);
  readonly #short = new NgramIndex(shortestItem);
  readonly #near = new NgramIndex(nearRun);
  readonly #leaky = { document: [] as number[], any: [] as number[], test: [] as number[] };
  #shown: Leak[] = [];
  #count = 0;
  #documents = 0;
  #wordCount = 0;
  /** Document that a 5-word run was last seen in: a run repeated in a document counts once. */
  #stamps = new Int32Array(0);

  /** Before the first document. */
  add(set: LabelledSet): void {
    const line = {
      setId: set.id,
      name: set.name,
      checked: none(),
      leaked: none(),
      tooShort: 0,
      seen: new Set<number>(),
    };
    const at = this.#sets.push(line) - 1;
    const checked = new Set<number>();
    const short = new Set<number>();
    for (const one of setTexts(set)) {
      const words = leakWords(one.text);
      if (words.count < shortestItem) {
        short.add(one.item);
        continue;
      }
      const unit = this.#units.length;
      (words.count < leakRun ? this.#short : this.#long).add(unit, words);
      const runs = this.#near.add(unit, words);
      this.#units.push({ ...one, set: at, words: words.count, runs });
      if (!checked.has(one.item)) line.checked[one.split]++;
      checked.add(one.item);
    }
    line.tooShort = [...short].filter((item) => !checked.has(item)).length;
  }

  scan(text: string): void {
    const document = this.#documents++;
    const words = leakWords(text);
    this.#wordCount += words.count;
    const found = this.#runs(words);
    const containment = this.#containment(words, document);
    let [any, test] = [0, 0];
    for (const unit of new Set([...found.keys(), ...containment.keys()])) {
      const share = containment.get(unit) ?? 0;
      const run = found.get(unit);
      if (run === undefined && share < nearShare) continue;
      const one = this.#units[unit]!;
      const shared = run ?? this.#nearRuns(words, unit);
      const coverage = shared.inItem.size / one.words;
      this.#report(document, text, words, unit, shared, {
        kind: run === undefined ? "near" : "run",
        coverage,
        containment: share,
      });
      any = Math.max(any, coverage, share);
      if (one.split === "test") test = Math.max(test, coverage, share);
    }
    if (any === 0) return;
    this.#leaky.document.push(document);
    this.#leaky.any.push(any);
    this.#leaky.test.push(test);
  }

  report(): Omit<LeakReport, "corpusId" | "durationMs"> {
    this.#cut();
    return {
      documents: this.#documents,
      words: this.#wordCount,
      sets: this.#sets.map(({ setId, name, checked, leaked, tooShort }) => ({
        setId,
        name,
        checked,
        leaked,
        tooShort,
      })),
      leaky: {
        document: Uint32Array.from(this.#leaky.document),
        any: Float32Array.from(this.#leaky.any),
        test: Float32Array.from(this.#leaky.test),
      },
      leakCount: this.#count,
      leaks: this.#shown,
    };
  }

  /** Runs of 12 words, and whole short items. */
  #runs(words: LeakWords): Map<number, Shared> {
    const found = new Map<number, Shared>();
    const add = (unit: number, at: number, place: number, length: number): void => {
      const shared = found.get(unit) ?? { inItem: new Set(), spans: [] };
      found.set(unit, shared);
      for (let w = 0; w < length; w++) shared.inItem.add(place + w);
      shared.spans.push([at, place, length]);
    };
    this.#long.find(words, (at, unit, place) => add(unit, at, place, leakRun));
    // The whole of a short item stands there when all of its runs do, one after another.
    const whole = new Map<string, number>();
    this.#short.find(words, (at, unit, place) => {
      const name = `${unit}:${at - place}`;
      const seen = (whole.get(name) ?? 0) + 1;
      whole.set(name, seen);
      const { words: length } = this.#units[unit]!;
      if (seen === length - shortestItem + 1) add(unit, at - place, 0, length);
    });
    return found;
  }

  /** Share of each touched unit's 5-word runs that stand in the document. */
  #containment(words: LeakWords, document: number): Map<number, number> {
    if (this.#stamps.length !== this.#near.size) this.#stamps = new Int32Array(this.#near.size).fill(-1);
    const hits = new Map<number, number>();
    let [run, fresh] = [-1, true];
    let at = -1;
    this.#near.find(words, (here, unit, _, newest, repeated) => {
      if (newest !== run || here !== at) {
        [run, at] = [newest, here];
        fresh = this.#stamps[newest] !== document;
        this.#stamps[newest] = document;
      }
      if (fresh && !repeated) hits.set(unit, (hits.get(unit) ?? 0) + 1);
    });
    for (const [unit, count] of hits) hits.set(unit, count / this.#units[unit]!.runs);
    return hits;
  }

  #nearRuns(words: LeakWords, wanted: number): Shared {
    const shared: Shared = { inItem: new Set(), spans: [] };
    this.#near.find(words, (at, unit, place) => {
      if (unit !== wanted) return;
      for (let w = 0; w < nearRun; w++) shared.inItem.add(place + w);
      shared.spans.push([at, place, nearRun]);
    });
    return shared;
  }

  #report(
    document: number,
    text: string,
    words: LeakWords,
    unit: number,
    { spans }: Shared,
    measures: Pick<Leak, "kind" | "coverage" | "containment">,
  ): void {
    const { set, item, split, text: itemText } = this.#units[unit]!;
    const line = this.#sets[set]!;
    if (!line.seen.has(item)) line.leaked[split]++;
    line.seen.add(item);
    this.#count++;
    if (this.#shown.length >= 2 * mostShown) this.#cut();
    const itemWords = leakWords(itemText);
    const range = (of: LeakWords, at: number, length: number): [number, number] => [
      of.starts[at]!,
      of.ends[at + length - 1]!,
    ];
    this.#shown.push({
      document,
      setId: line.setId,
      item,
      split,
      ...measures,
      documentText: textPieces(
        text,
        spans.map(([at, , length]) => range(words, at, length)),
      ),
      itemText: textPieces(
        itemText,
        spans.map(([, place, length]) => range(itemWords, place, length)),
      ),
    });
  }

  /** Test items first, then the fullest; the rest is only counted. */
  #cut(): void {
    const rank = { test: 0, dev: 1, train: 2 };
    const share = (leak: Leak): number => Math.max(leak.coverage, leak.containment);
    this.#shown.sort(
      (a, b) => rank[a.split] - rank[b.split] || share(b) - share(a) || a.document - b.document || a.item - b.item,
    );
    this.#shown.length = Math.min(this.#shown.length, mostShown);
  }
}
