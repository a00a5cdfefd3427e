/**
 * Leaks (evaluation text that also stands in the corpus) and faults of labelled sets (duplicates, one text with two
 * labels, two spellings of a label), with the repairs that are offered for them.
 */
import type { CorpusSummary } from "./corpus.ts";
import type { LabelledSetSummary, SplitName } from "./evaluation.ts";
import type { OnProgress } from "./worker-api.ts";

/** A stretch of text; `shared` ones stand in both texts. */
export interface TextPiece {
  text: string;
  shared: boolean;
}
/** One document and one item of a set that share a run of words. */
export interface Leak {
  /** Place in the corpus, from 0. */
  document: number;
  setId: string;
  /** Place in the set, from 0. */
  item: number;
  split: SplitName;
  /** "run": at least 12 words in a row, or the whole of a short item. "near": 80 % of its 5-word runs, but no 12 in a row. */
  kind: "run" | "near";
  /** Share of the item's words that stand in the document in such runs. */
  coverage: number;
  /** Share of the item's 5-word runs that stand anywhere in the document. */
  containment: number;
  /** Cut to the surroundings of what is shared. */
  documentText: TextPiece[];
  itemText: TextPiece[];
}
export interface LeakedSet {
  setId: string;
  name: string;
  /** Items looked for, of each split. */
  checked: Record<SplitName, number>;
  /** Of these, items that share something with the corpus. */
  leaked: Record<SplitName, number>;
  /** Items of fewer than 8 words: too short to tell a leak from chance. */
  tooShort: number;
}
/** A document with a leak; parallel arrays, so that a million of them stay small. */
export interface LeakyDocuments {
  document: Uint32Array;
  /** Largest coverage or containment of any item, and of any test item (0: none). */
  any: Float32Array;
  test: Float32Array;
}
export interface LeakReport {
  corpusId: string;
  documents: number;
  words: number;
  sets: LeakedSet[];
  leaky: LeakyDocuments;
  /** Pairs of document and item; `leaks` shows the strongest. */
  leakCount: number;
  leaks: Leak[];
  durationMs: number;
  /** Why it could not be stored, where it could not. */
  notKept?: string;
}

export type SetFaultKind = "duplicate" | "near-duplicate" | "across" | "conflict" | "label-variant" | "label-spelling";
/** What to do about one kind of fault. All but "rename" touch training (and dev) items only. */
export type SetRepair =
  /** Repeated items of one split with one label: the first stays. Test items stay all. */
  | { kind: "drop-duplicates" }
  /** Items whose text stands in a later split too (train against dev and test, dev against test) go from the earlier one. */
  | { kind: "drop-across" }
  /** Training items whose text carries several labels: all go. */
  | { kind: "drop-conflicts" }
  /** A label's other spelling: changed in every split, test too, and said so. */
  | { kind: "rename"; from: string; to: string };
export interface SetFault {
  kind: SetFaultKind;
  /** The items concerned, in set order, and their text once (cut). Empty for labels. */
  items: { item: number; split: SplitName; label: string; text: string }[];
  /** Labels concerned, the most frequent first. */
  labels: { label: string; items: number; testItems: number }[];
  /** Jaccard similarity of the two texts' 5-word runs (near-duplicates), 1 for equal ones. */
  similarity: number;
  /** Labels only: what makes them one. */
  repairs: SetRepair[];
}
export interface SetFaultGroup {
  kind: SetFaultKind;
  /** Faults in all; `shown` has the first. */
  count: number;
  shown: SetFault[];
  /** What is safe for all of them at once; none where a person must look. */
  repairs: SetRepair[];
  /** Items that these repairs would drop or change. */
  affected: Record<SplitName, number>;
}
export interface SetFaultReport {
  setId: string;
  name: string;
  items: Record<SplitName, number>;
  groups: SetFaultGroup[];
}

export interface LeaksDoor {
  /** Looks for every item of these sets in the corpus. Memory grows with the sets, not with the corpus. */
  findLeaks(corpusId: string, setIds: string[], onProgress: OnProgress): Promise<LeakReport>;
  /** What the last search found, or null. */
  storedLeaks(corpusId: string): Promise<LeakReport | null>;
  /** A new corpus without these documents (ascending places); the old one stays. @throws data/nothing-left */
  dropDocuments(corpusId: string, documents: Uint32Array, how: string, onProgress: OnProgress): Promise<CorpusSummary>;
  findSetFaults(setId: string): Promise<SetFaultReport>;
  /** A new set; the old one stays, and test items change only where a label is renamed. @throws data/nothing-to-repair */
  repairSet(setId: string, repairs: SetRepair[]): Promise<LabelledSetSummary>;
}
