/** Text on its way from a dropped file to blocks. */
import type { CleanedFrom } from "./cleaning.ts";
import type { ArchiveFormat, TextFormat } from "./reading.ts";

/** How a text file becomes documents. "auto" takes blank lines as borders where there are any, else lines. */
export type DocumentSplit = "auto" | "paragraphs" | "lines" | "file";

/** What a look at the first part of a file found; the form lets the user correct it. */
export interface FilePreview {
  /** Path of a dropped file: "folder/notes.txt". Unique among the previews of one look. */
  name: string;
  sizeBytes: number;
  format: TextFormat | ArchiveFormat;
  /** "" where the format settles it itself (Word, PDF, Parquet, archives). */
  encoding: "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "";
  /** What it is packed in, from outside in: ["gzip"] for notes.txt.gz. Absent when it is not. */
  packed?: ArchiveFormat[];
  /** Columns (csv, tsv) or field paths (json, jsonl) that hold text, with a sample of each; empty for plain text. */
  fields: { name: string; sample: string }[];
  /** The field taken unless the user picks another; "" for plain text. */
  field: string;
  /** The first documents as they would be read, cut short. */
  samples: string[];
  /** Why the file cannot be used at all; then the rest is empty. */
  problem?: { code: string; message: string; hint: string };
  /** What was repaired or will be left out, as far as the first look goes. Absent when nothing was. */
  notices?: Skipped[];
  /** Of an archive: its first members; `count` is null where only reading to the end would tell. */
  members?: { count: number | null; shown: FilePreview[] };
}
/** Where a document came from: a dropped file, or a member of an archive ("texts.zip/notes/a.txt"). */
export interface CorpusSource {
  path: string;
  format: TextFormat;
  documents: number;
  words: number;
  characters: number;
}
export interface FileChoice {
  /** Path of a file or archive; the choice for an archive holds for those members that have the field. */
  name: string;
  /** "" lets the reader choose. */
  field: string;
}
/** Something left out, and why: nothing is dropped in silence. */
export interface Skipped {
  file: string;
  /** "line 12", "row 3, column 2"; "" for a whole file. */
  place: string;
  code: string;
  reason: string;
}
export interface CorpusSummary {
  id: string;
  name: string;
  createdAt: number;
  documents: number;
  words: number;
  characters: number;
  sizeBytes: number;
  files: string[];
  /** In order of first appearance; past 2,000 the last one stands for all others (path ""). */
  sources: CorpusSource[];
  split: DocumentSplit;
  /** First 200; `skippedCount` has them all. */
  skipped: Skipped[];
  skippedCount: number;
  origin: "files" | "demo";
  /** Set for a cleaned version: what it was made of, and by which rules. */
  cleaned?: CleanedFrom;
  /** Set for a choice of another corpus' documents: without leaks, or the best of them. */
  chosen?: ChosenFrom;
}
/** What a choice of documents was made of; the other corpus stays as it is. */
export interface ChosenFrom {
  parentId: string;
  parentName: string;
  /** In words, settings included. */
  how: string;
  /** Documents before the choice. */
  documents: number;
}
/** A corpus as token ids of one tokenizer, special tokens included: document = [start] pieces [end]. */
export interface TokenizedSummary {
  id: string;
  corpusId: string;
  tokenizerId: string;
  heldOutShare: number;
  seed: number;
  train: StreamSize;
  heldOut: StreamSize;
  unknownTokens: number;
  /** The streams know which tokens continue a word. False or absent: they were made by the library, or before this was kept. */
  wordMarks?: boolean;
  /** Plain sentences on what is not as one might think, such as a held-out share far from the one asked. */
  notices: string[];
}
export interface StreamSize {
  documents: number;
  tokens: number;
}
/** The first batch of an update as the page shows it: its first rows, and what was hidden in all. */
export interface BatchPreview {
  rows: PreviewRow[];
  /** Rows of the whole batch, and how many of them are replayed general text. */
  count: number;
  general: number;
  /** Share of non-special tokens chosen in the whole batch; 0 where nothing is hidden. */
  chosenShare: number;
}
export interface PreviewRow {
  tokens: PreviewToken[];
  /** A block of the general text that is replayed. */
  general?: true;
  /** Of two passages (NSP, SOP): 0 where the second follows the first; 1: it is another document's, or both are swapped. */
  pair?: 0 | 1;
  /** The text that belongs to it (SimCSE from pairs). */
  partner?: PreviewToken[];
}
export interface PreviewToken {
  text: string;
  /** "kept" was chosen, but left as it is: the model must still guess it. */
  state: "plain" | "special" | "masked" | "random" | "kept" | "padding";
  /** What the model sees, where it differs from `text`. */
  shown: string;
  /** With permuted guessing: this one is the block's first, second... to be guessed. */
  turn?: number;
}
