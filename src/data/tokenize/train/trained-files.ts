/**
 * A learnt vocabulary as the two files that Hugging Face libraries load in Python and in JavaScript: tokenizer.json
 * and tokenizer_config.json. WordPiece as BERT's, byte-level BPE as RoBERTa's, Unigram as XLM-RoBERTa's.
 */
import type { ModelFiles, SpecialTokens, TokenizerSettings } from "../../../contract/index.ts";
import { bertSpecialTokens, bertTokenizerConfigJson, bertTokenizerJson } from "../bert-tokenizer-json.ts";
import { byteSigns } from "../byte-level.ts";
import type { ByteBpe } from "./byte-bpe.ts";
import type { UnigramPieces } from "./unigram.ts";

/** Ids 0 to 4 of a RoBERTa vocabulary of ours. */
export const robertaSpecialTokens = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"] as const;

export type Learnt =
  | { kind: "wordpiece"; pieces: readonly string[] }
  | { kind: "bpe"; bpe: ByteBpe }
  | { kind: "unigram"; pieces: UnigramPieces };
type Normal = Pick<TokenizerSettings, "lowerCase" | "accents">;

/** @param maxLength the model's number of positions, for tokenizer_config.json */
export function trainedFiles(learnt: Learnt, normal: Normal, maxLength = 512): ModelFiles {
  if (learnt.kind === "wordpiece")
    return {
      "tokenizer.json": bertTokenizerJson(learnt.pieces, true, {
        lowerCase: normal.lowerCase === "lower",
        stripAccents: normal.accents === "strip",
      }),
      "tokenizer_config.json": bertTokenizerConfigJson(maxLength, {
        lowerCase: normal.lowerCase === "lower",
        stripAccents: normal.accents === "strip",
      }),
    };
  const json = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: robertaSpecialTokens.map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: content === "<mask>", // the blank before a gap belongs to it, as in RoBERTa
      rstrip: false,
      normalized: false,
      special: true,
    })),
    ...(learnt.kind === "bpe" ? bpeParts(learnt.bpe, normal) : unigramParts(learnt.pieces, normal)),
    post_processor: {
      type: "TemplateProcessing",
      single: [special("<s>"), sequence("A"), special("</s>")],
      pair: [special("<s>"), sequence("A"), special("</s>"), special("</s>"), sequence("B"), special("</s>")],
      special_tokens: Object.fromEntries(
        ["<s>", "</s>"].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
      ),
    },
  };
  return {
    "tokenizer.json": `${JSON.stringify(json, null, 1)}\n`,
    "tokenizer_config.json": `${JSON.stringify(robertaConfig(maxLength), null, 2)}\n`,
  };
}

export function specialOf(kind: Learnt["kind"]): SpecialTokens {
  const tokens: readonly string[] = kind === "wordpiece" ? bertSpecialTokens : robertaSpecialTokens;
  const names =
    kind === "wordpiece" ? ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] : ["<pad>", "<unk>", "<s>", "</s>", "<mask>"];
  const [pad, unknown, start, end, mask] = names.map((name) => tokens.indexOf(name)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { pad, unknown, start, end, mask };
}

/** The file before anything was learnt: its normaliser and cutter say what the words are. */
export function untrained(kind: Learnt["kind"], normal: Normal): object {
  const learnt: Learnt =
    kind === "wordpiece"
      ? { kind, pieces: bertSpecialTokens }
      : kind === "bpe"
        ? { kind, bpe: { pieces: [...robertaSpecialTokens, ...byteSigns], merges: [] } }
        : { kind, pieces: robertaSpecialTokens.map((token) => [token, 0]) };
  const json = JSON.parse(trainedFiles(learnt, normal)["tokenizer.json"]!) as object;
  return { ...json, added_tokens: [] }; // "[MASK]" in a text is five signs while learning, as in the reference
}

const idOf = (token: string): number => (robertaSpecialTokens as readonly string[]).indexOf(token);
const special = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
const sequence = (id: string): object => ({ Sequence: { id, type_id: 0 } });

function normaliser(form: object[], { lowerCase, accents }: Normal): object | null {
  const steps = [
    ...form,
    ...(accents === "strip" ? [{ type: "NFD" }, { type: "StripAccents" }] : []),
    ...(lowerCase === "lower" ? [{ type: "Lowercase" }] : []),
  ];
  return steps.length === 0 ? null : { type: "Sequence", normalizers: steps };
}

function bpeParts({ pieces, merges }: ByteBpe, normal: Normal): object {
  const byteLevel = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true };
  return {
    normalizer: normaliser([], normal),
    pre_tokenizer: byteLevel,
    decoder: byteLevel,
    model: {
      type: "BPE",
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
      merges,
    },
  };
}

function unigramParts(pieces: UnigramPieces, normal: Normal): object {
  const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
  return {
    normalizer: normaliser([{ type: "NFKC" }], normal),
    pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, metaspace] },
    decoder: metaspace,
    model: { type: "Unigram", unk_id: idOf("<unk>"), vocab: pieces, byte_fallback: false },
  };
}

function robertaConfig(maxLength: number): object {
  return {
    tokenizer_class: "PreTrainedTokenizerFast", // reads tokenizer.json as it is
    clean_up_tokenization_spaces: false,
    model_max_length: maxLength,
    bos_token: "<s>",
    eos_token: "</s>",
    cls_token: "<s>",
    sep_token: "</s>",
    unk_token: "<unk>",
    pad_token: "<pad>",
    mask_token: "<mask>",
  };
}
