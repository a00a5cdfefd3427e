/**
 * What a corpus is, in numbers a person can read in a minute; how far it is from other texts; and a map of
 * its documents. Made once a corpus and tokenizer (the map: once a corpus and model), then kept.
 */
import type { EncodedText } from "./evaluation.ts";
import type { ModelRef, Progress } from "./model.ts";
import type { DeviceSetting } from "./device.ts";

/** Documents counted by length in bars of equal width on a logarithmic axis: bar i holds edges[i] <= length < edges[i + 1]. */
export interface LengthHistogram {
  unit: "words" | "tokens";
  edges: number[];
  counts: number[];
  shortest: number;
  longest: number;
  /** Within 2 %. */
  quarter: number;
  median: number;
  threeQuarters: number;
  p95: number;
}
export interface Share {
  name: string;
  count: number;
  share: number;
}
/** A word that marks this corpus off from general English. */
export interface DomainTerm {
  word: string;
  count: number;
  /** Times a million words, here and in general English. */
  perMillion: number;
  generalPerMillion: number;
  /** z-score of the log-odds difference. */
  score: number;
  /** The word as the tokenizer cuts it. */
  pieces: string[];
}
export interface TokenFacts {
  tokens: number;
  /** Tokens a word, special tokens not counted. */
  fertility: number;
  /** The same tokenizer on general English; `generalError`: one standard error. */
  generalFertility: number;
  generalError: number;
  unknown: number;
  /** Tokens that are a single byte of a character. */
  byteFallback: number;
  lengths: LengthHistogram;
  /** Share of the `termsChecked` most typical terms that take three or more pieces. */
  splitTerms: number;
  termsChecked: number;
  /** 1: every document was cut into tokens; k: every k-th, and `tokens` is projected. */
  sampledEvery: number;
}
export interface TokenBudget {
  /** Token positions of one pass. */
  onePass: number;
  daptPositions: number;
  daptShare: number;
  taptEpochs: number;
  taptPositions: number;
  sentence: string;
}
export interface CorpusReport {
  version: 1;
  corpusId: string;
  tokenizerId: string;
  createdAt: number;
  documents: number;
  words: number;
  characters: number;
  lengths: LengthHistogram;
  /** Documents by ISO 639-1 code, "unsure" for the rest. */
  languages: Share[];
  scripts: Share[];
  /** Letters, digits, punctuation, symbols, white space, control and damaged characters. */
  characterKinds: Share[];
  distinctWords: number;
  token: TokenFacts;
  terms: DomainTerm[];
  budget: TokenBudget;
  /** Plain sentences on what is approximate or odd. */
  notices: string[];
}

/** One text collection of the distance matrix. */
export interface DistanceParty {
  id: string;
  name: string;
  kind: "corpus" | "set" | "general";
  words: number;
  /** Different words, stop-words left out; at most 10,000 are compared. */
  vocabulary: number;
}
export interface CorpusDistances {
  parties: DistanceParty[];
  /** Jaccard index of the most frequent words, row by row; symmetric, 1 on the diagonal. */
  overlap: number[][];
  /** How many words a side each overlap compares. */
  compared: number[][];
  /** Kullback-Leibler divergence in nats of the row's hashed 1-2-grams from the column's. */
  divergence: number[][];
  /** Plain sentences on what the numbers say. */
  readings: string[];
}

/** Documents drawn for the map, cut into tokens. */
export interface DocumentSample {
  documents: { index: number; words: number; excerpt: string; source: string; quality: number | null }[];
  texts: EncodedText[];
  total: number;
}
/** Where the encoder puts each text: first two principal components of mean-pooled states, and the masked loss. */
export interface MappedTexts {
  x: Float32Array;
  y: Float32Array;
  /** Nats a masked token; NaN where a text has no token to hide. */
  loss: Float32Array;
  /** Share of the embeddings' variance along each axis. */
  explained: [number, number];
}
export interface MapPoint {
  /** Number of the document in the corpus, from 0. */
  index: number;
  words: number;
  /** The document's beginning. */
  excerpt: string;
  source: string;
  /** Rules of the cleaning table that this document breaks; null where none were asked. */
  quality: number | null;
  loss: number | null;
  x: number;
  y: number;
}
export interface DocumentMap {
  version: 1;
  corpusId: string;
  model: string;
  createdAt: number;
  total: number;
  explained: [number, number];
  points: MapPoint[];
}

/** The data worker's part. */
export interface ReportDoor {
  /** The stored report, or null when none was made with this tokenizer. */
  storedReport(corpusId: string, tokenizerId: string): Promise<CorpusReport | null>;
  /** Reads the whole corpus once. @throws base/aborted, data/no-reference */
  describeCorpus(corpusId: string, model: ModelRef, onProgress: (progress: Progress) => void): Promise<CorpusReport>;
  /** Needs a report. @throws data/no-report */
  corpusDistances(corpusId: string, tokenizerId: string): Promise<CorpusDistances>;
  /** About `count` documents spread evenly over the corpus, cut at `maxTokens`. */
  sampleDocuments(
    corpusId: string,
    model: ModelRef,
    count: number,
    maxTokens: number,
    onProgress: (progress: Progress) => void,
  ): Promise<DocumentSample>;
  storedMap(corpusId: string, model: string): Promise<DocumentMap | null>;
  saveMap(map: DocumentMap): Promise<void>;
}
/** The compute worker's part. */
export interface MapDoor {
  mapTexts(
    texts: EncodedText[],
    model: ModelRef,
    device: DeviceSetting,
    onProgress: (progress: Progress) => void,
  ): Promise<MappedTexts>;
}
