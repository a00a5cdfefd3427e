/** Training a tokenizer: its settings in one table, what the page learns of the result, and the door to the worker. */
import type { ModelFiles } from "./checkpoint.ts";
import type { OnProgress } from "./worker-api.ts";
import type { SpecialTokens } from "./model.ts";
import { defaultsOf, readSettings, type SettingsOf, type SettingsTable } from "./settings.ts";

export const tokenizerTable = {
  kind: {
    kind: "choice",
    label: "Kind of pieces",
    default: "wordpiece",
    group: "Tokenizer",
    basic: true,
    choices: [
      { value: "wordpiece", label: "WordPiece (BERT)" },
      { value: "bpe", label: "byte-level BPE (RoBERTa)" },
      { value: "unigram", label: "Unigram (SentencePiece)" },
    ],
    help: "WordPiece and BPE join the most frequent neighbours; byte-level BPE knows every sign. Unigram drops the pieces that the text needs least, and cuts words closest to their parts.",
  },
  vocabularySize: {
    kind: "number",
    label: "Vocabulary",
    default: 8000,
    min: 64,
    max: 100_000,
    integer: true,
    unit: "pieces",
    group: "Tokenizer",
    basic: true,
    help: "More pieces make shorter texts and a larger table of word vectors. 4,000 to 8,000 suit a small model, 30,000 to 50,000 are usual for a base model.",
  },
  minFrequency: {
    kind: "number",
    label: "Least frequency",
    default: 2,
    min: 1,
    max: 1_000_000,
    integer: true,
    group: "Tokenizer",
    onlyIf: { kind: ["wordpiece", "bpe"] },
    help: "Neighbours seen together less often than this are never joined.",
  },
  lowerCase: {
    kind: "choice",
    label: "Capital letters",
    default: "lower",
    group: "Tokenizer",
    basic: true,
    choices: [
      { value: "lower", label: "written small (uncased)" },
      { value: "keep", label: "kept (cased)" },
    ],
    help: "Written small, “Heart” and “heart” share a piece: better for little text. Names are told apart by their capitals.",
  },
  accents: {
    kind: "choice",
    label: "Accents",
    default: "keep",
    group: "Tokenizer",
    choices: [
      { value: "keep", label: "kept" },
      { value: "strip", label: "taken off" },
    ],
    help: "Taken off, “café” and “cafe” are one word, as in BERT uncased; German and French lose meaning by it.",
  },
  alphabetSize: {
    kind: "number",
    label: "Alphabet",
    default: 1000,
    min: 26,
    max: 20_000,
    integer: true,
    unit: "signs",
    group: "Tokenizer",
    onlyIf: { kind: ["wordpiece"] },
    help: "Only the most frequent signs become pieces; a word with another sign is unknown to the model.",
  },
  seedSize: {
    kind: "number",
    label: "Pieces to start from",
    default: 400_000,
    min: 1000,
    max: 1_000_000,
    integer: true,
    group: "Tokenizer",
    onlyIf: { kind: ["unigram"] },
    help: "Unigram begins with so many frequent pieces and drops the weakest. More need more memory and time.",
  },
  longestPiece: {
    kind: "number",
    label: "Longest piece",
    default: 16,
    min: 2,
    max: 30,
    integer: true,
    unit: "signs",
    group: "Tokenizer",
    onlyIf: { kind: ["unigram"] },
    help: "No piece has more signs than this.",
  },
  shrink: {
    kind: "number",
    label: "Kept at each pruning",
    default: 0.75,
    min: 0.5,
    max: 0.95,
    group: "Tokenizer",
    onlyIf: { kind: ["unigram"] },
    help: "The share of pieces that stays at each pruning. Closer to 1 is slower and more careful.",
  },
} as const satisfies SettingsTable;

export type TokenizerSettings = SettingsOf<typeof tokenizerTable>;
export const defaultTokenizer = (): TokenizerSettings => defaultsOf(tokenizerTable);
/** @throws contract/bad-setting, contract/unknown-setting */
export const readTokenizerSettings = (given: unknown): TokenizerSettings => readSettings(tokenizerTable, given);

/** A tokenizer trained and kept in this browser. */
export interface StoredTokenizer {
  id: string;
  name: string;
  createdAt: number;
  settings: TokenizerSettings;
  /** Pieces, special tokens included. */
  size: number;
  /** Words the training saw, and tokens it makes of them. */
  words: number;
  tokensPerWord: number;
  /** A frequent long word and its pieces: a look at how it cuts. */
  examples: { word: string; pieces: string[] }[];
  notices: string[];
}
export interface TokenizerWithFiles extends StoredTokenizer {
  /** tokenizer.json and tokenizer_config.json. */
  files: ModelFiles;
  special: SpecialTokens;
}

export interface TokenizerTrainingDoor {
  /** Learns a tokenizer from a stored corpus and keeps it. `cancel` stops it. */
  trainTokenizer(corpusId: string, settings: TokenizerSettings, onProgress: OnProgress): Promise<StoredTokenizer>;
  /** Newest first. */
  listTokenizers(): Promise<StoredTokenizer[]>;
  deleteTokenizer(id: string): Promise<void>;
  /** The two files, to be kept elsewhere. */
  exportTokenizer(id: string): Promise<ModelFiles>;
}
