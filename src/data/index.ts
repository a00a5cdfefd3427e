/**
 * From dropped files to batches: read -> tokenize -> pack -> collate; and labelled sets. Takes and gives
 * plain values and callbacks: it knows no storage, no model weights, no screen.
 */
export { previewFile } from "./read/preview.ts";
export { readDocuments, readSource, type ReadBatch, type ReadOptions } from "./read/read-documents.ts";
export { MAX_DOCUMENT_CHARACTERS } from "./read/documents.ts";
export { pdfPages } from "./read/pdf-pages.ts";
export type { PdfPage, ReadServices } from "./read/reader.ts";
export { splittable } from "./read/readers.ts";
export { sniff, type Sniffed } from "./read/sniff.ts";
export { HEAD_BYTES, type SourceFile } from "./read/source.ts";

export { bertSpecialTokens, bertTokenizerConfigJson, bertTokenizerJson } from "./tokenize/bert-tokenizer-json.ts";
export { splitDocument, type Side } from "./tokenize/hold-out.ts";
export { encodeSentence } from "./tokenize/sentence.ts";
export { sentenceMarks } from "./tokenize/sentence-marks.ts";
export { framed, isSpecial } from "./tokenize/special.ts";
export { tokenizeDocuments, type TokenizeResult, type TokenSink } from "./tokenize/tokenize-documents.ts";
export { createTokenizer, type Tokenizer } from "./tokenize/tokenizer.ts";
export { readTokenizerFiles, tokenizerFingerprint } from "./tokenize/tokenizer-json.ts";
export { createEncoder, type Encoder } from "./tokenize/encoder/encoder.ts";
export { encodeBatch, type EncodedBatch, type EncodeLane } from "./tokenize/encode-batch.ts";
export { IdBuffer, type Encoding } from "./tokenize/encoder/encodings.ts";
export * from "./tokenize/extend/index.ts";
export * from "./tokenize/train/index.ts";

export type { Block, BlockIndex, TokenStream } from "./pack/blocks.ts";
export { blockLengths } from "./pack/block-lengths.ts";
export { packConcatenated } from "./pack/concatenated.ts";
export { packLines } from "./pack/one-a-block.ts";
export { packBlocks } from "./pack/pack-blocks.ts";
export { sentenceBlocks } from "./pack/sentence-blocks.ts";
export { pairBlocks, type PairBlocks, type PairSettings } from "./pack/sentence-pairs.ts";
export { positivePairs, textPairBlocks, type TextPairs } from "./pack/text-pairs.ts";
export { replayBlocks, withReplay } from "./pack/with-replay.ts";

export type { MlmBatch } from "./collate/batch.ts";
export { collateMlm } from "./collate/collate.ts";
export { frozenBatches, plainBatch } from "./collate/frozen.ts";
export { guessedShare, maskBlock, type CollateSettings } from "./collate/mask.ts";
export {
  batchLength,
  bucketLengths,
  cutPadding,
  lengthHolding,
  paddingShare,
  type RowLengths,
} from "./collate/length-buckets.ts";
export { bucketsOf, recipeBatches, stepBlocks, type BlockUse } from "./collate/order.ts";
export { previewStep } from "./collate/preview.ts";
export {
  collateSettings,
  maskedStep,
  pairedStep,
  partnerBatch,
  partnerStep,
  sharedTexts,
  type PartnerBatch,
  type StepSettings,
} from "./collate/step-batches.ts";
export { taskBatch, type TaskBatch } from "./collate/task-batch.ts";
export { maskedRoom } from "./collate/room.ts";
export { termFinder, type TermFinder } from "./collate/terms.ts";

export { wholeText } from "./labelled/classification.ts";
export { encodeSet } from "./labelled/encode-set.ts";
export { taskLabels, targetsOf, type Target, type TaskLabels } from "./labelled/task-labels.ts";
export { taskRows, type RowLimits, type TaskRow, type TaskRows } from "./labelled/task-rows.ts";
export { trainingTexts } from "./labelled/training-texts.ts";
export { readLabelledSet, summarizeSet } from "./labelled/read-set.ts";

export { tokenBudget } from "./report/budget.ts";
export { describeCorpus, type CorpusInput } from "./report/describe-corpus.ts";
export { divergence, overlap } from "./report/distance.ts";
export {
  corpusDistances,
  fingerprint,
  fingerprintOf,
  generalFingerprint,
  textsOf,
  type Fingerprint,
  type Party,
} from "./report/distances.ts";
export {
  encodeBuckets,
  openGeneralReference,
  WORD_STEPS,
  type GeneralReference,
  type GeneralReferenceFile,
} from "./report/general-reference.ts";
export { brokenRules } from "./report/quality.ts";
export { bigramBucket, BUCKETS, unigramBucket, wordHash } from "./report/ngram-buckets.ts";
export { TextProfiler, type TextProfile } from "./report/text-profile.ts";

export { breather, holdable } from "./stop.ts";
export * from "./leaks/index.ts";
export * from "./augment/index.ts";
export * from "./select/index.ts";

export {
  documentCleaner,
  languageRecogniser,
  lookAtCorpus,
  totalsAfter,
  type LanguageRecogniser,
  type LookResult,
} from "./clean/index.ts";
