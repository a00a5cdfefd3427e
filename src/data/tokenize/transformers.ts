/**
 * The one place that imports @huggingface/transformers. It is loaded on demand (`import()` in
 * tokenizer.ts), so that rooms which only need batches do not carry it; named alone, so that the
 * bundler can leave out its models and pipelines.
 */
export { PreTrainedTokenizer } from "@huggingface/transformers";
