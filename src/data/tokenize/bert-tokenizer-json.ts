/**
 * A WordPiece vocabulary as the two files that a Hugging Face tokenizer is loaded from, in Python
 * and in JavaScript alike: tokenizer.json and tokenizer_config.json of a BERT, uncased unless told.
 */
export interface BertText {
  lowerCase: boolean;
  /** Null: as `lowerCase`. */
  stripAccents: boolean | null;
}
const uncased: BertText = { lowerCase: true, stripAccents: null };

/** Ids 0 to 4 of our own vocabularies. */
export const bertSpecialTokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] as const;

/**
 * tokenizer.json. The vocabulary is in id order and begins with `bertSpecialTokens`.
 * @param inText false: "[MASK]" written in a text is five signs, as in pretraining
 */
export function bertTokenizerJson(vocabulary: readonly string[], inText = true, text = uncased): string {
  const idOf = (token: string): number => vocabulary.indexOf(token);
  const special = (id: string): object => ({ SpecialToken: { id, type_id: 0 } });
  const tokenizer = {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: (inText ? bertSpecialTokens : []).map((content) => ({
      id: idOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: {
      type: "BertNormalizer",
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: text.stripAccents,
      lowercase: text.lowerCase,
    },
    pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: {
      type: "TemplateProcessing",
      single: [special("[CLS]"), { Sequence: { id: "A", type_id: 0 } }, special("[SEP]")],
      pair: [
        special("[CLS]"),
        { Sequence: { id: "A", type_id: 0 } },
        special("[SEP]"),
        { Sequence: { id: "B", type_id: 1 } },
        { SpecialToken: { id: "[SEP]", type_id: 1 } },
      ],
      special_tokens: Object.fromEntries(
        ["[CLS]", "[SEP]"].map((token) => [token, { id: token, ids: [idOf(token)], tokens: [token] }]),
      ),
    },
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "[UNK]",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: Object.fromEntries(vocabulary.map((piece, id) => [piece, id])),
    },
  };
  return JSON.stringify(tokenizer, null, 1) + "\n";
}

/** tokenizer_config.json; `maxLength` is the model's number of positions. */
export function bertTokenizerConfigJson(maxLength: number, text = uncased): string {
  const config = {
    tokenizer_class: "BertTokenizer",
    do_lower_case: text.lowerCase,
    do_basic_tokenize: true,
    strip_accents: text.stripAccents,
    tokenize_chinese_chars: true,
    clean_up_tokenization_spaces: true,
    model_max_length: maxLength,
    pad_token: "[PAD]",
    unk_token: "[UNK]",
    cls_token: "[CLS]",
    sep_token: "[SEP]",
    mask_token: "[MASK]",
  };
  return JSON.stringify(config, null, 2) + "\n";
}
