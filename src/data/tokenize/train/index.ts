/** Training of tokenizers: word counts in, tokenizer.json out. */
export { trainByteBpe, type ByteBpe, type ByteBpeOptions } from "./byte-bpe.ts";
export { countWords, learn, trainTokenizer, type TrainedTokenizer } from "./train-tokenizer.ts";
export { robertaSpecialTokens, specialOf, trainedFiles, untrained, type Learnt } from "./trained-files.ts";
export { runTrainer, type Trainer, type TrainerProgress } from "./trainer.ts";
export { trainUnigram, type UnigramOptions, type UnigramPieces } from "./unigram.ts";
export { WordCounts, wordLimits, type WordLimits } from "./word-counts.ts";
export { trainWordPiece, type WordPieceOptions } from "./wordpiece.ts";
