/** Vocabulary extension: domain words as pieces of their own. Settings, what is proposed, what comes out, and the door. */
import type { ModelFiles } from "./checkpoint.ts";
import type { ModelRef } from "./model.ts";
import { defaultsOf, type SettingsOf, type SettingsTable } from "./settings.ts";
import type { OnProgress } from "./worker-api.ts";

/** A word that might become a piece. */
export interface PieceCandidate {
  word: string;
  count: number;
  /** How it is cut now. */
  pieces: string[];
  /** Tokens of the corpus that it would save. */
  saves: number;
}
export interface VocabularyProposal {
  /** Words and tokens of the corpus, with the present vocabulary. */
  words: number;
  tokens: number;
  /** The most saving first. */
  candidates: PieceCandidate[];
  /** Words that would save something, proposed or not. */
  found: number;
}
/** A new piece, and the old ones whose rows are averaged for it. */
export interface AddedPiece {
  piece: string;
  id: number;
  oldIds: number[];
}
export interface TokenizerExtension {
  files: ModelFiles;
  added: AddedPiece[];
  /** Ids below this are the old vocabulary's. */
  oldSize: number;
  size: number;
  words: number;
  tokensBefore: number;
  /** Exactly: every word of the corpus was cut again. */
  tokensAfter: number;
}

export const extensionTable = {
  pieces: {
    kind: "number",
    label: "New pieces",
    default: 200,
    min: 1,
    max: 5000,
    integer: true,
    unit: "words",
    group: "Vocabulary",
    basic: true,
    help: "The words that save most tokens are proposed. A few hundred are usual for a domain.",
  },
  minCount: {
    kind: "number",
    label: "Seen at least",
    default: 20,
    min: 2,
    max: 1_000_000,
    integer: true,
    unit: "times",
    group: "Vocabulary",
    basic: true,
    help: "A new piece learns its vector from its occurrences: rare ones stay as they were set.",
  },
} as const satisfies SettingsTable;
export type ExtensionSettings = SettingsOf<typeof extensionTable>;
export const defaultExtension = (): ExtensionSettings => defaultsOf(extensionTable);

/** Of the data worker. */
export interface VocabularyDoor {
  /** Words of a corpus that would save most tokens. The counts are kept for `extendVocabulary`. */
  proposeVocabulary(
    corpusId: string,
    model: ModelRef,
    settings: ExtensionSettings,
    onProgress: OnProgress,
  ): Promise<VocabularyProposal>;
  /** The model's tokenizer with these words as pieces. @throws data/no-counts before a proposal for the same two */
  extendVocabulary(corpusId: string, model: ModelRef, words: string[]): Promise<TokenizerExtension>;
}
