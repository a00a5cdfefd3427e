/**
 * How a tokenizer puts two texts into one row: [CLS] A [SEP] B [SEP] with token type 1 from B on (BERT), or
 * <s> A </s></s> B </s> without types (RoBERTa). Read from the post-processor of tokenizer.json.
 * Source: tokenizers' BertProcessing, RobertaProcessing and TemplateProcessing.
 */
export interface PairLayout {
  /** End tokens between the two texts. */
  separators: 1 | 2;
  /** Token type of the second text and of the end token after it. */
  secondType: 0 | 1;
}

const bert: PairLayout = { separators: 1, secondType: 1 };
const roberta: PairLayout = { separators: 2, secondType: 0 };

interface Part {
  type?: unknown;
  processors?: unknown;
  pair?: unknown;
}
interface Piece {
  Sequence?: { id?: unknown; type_id?: unknown };
  SpecialToken?: unknown;
}

/** @param json tokenizer.json; without a post-processor that tells, pairs are made as BERT's */
export function pairLayout(json: object): PairLayout {
  return layoutOf((json as { post_processor?: unknown }).post_processor) ?? bert;
}

function layoutOf(given: unknown): PairLayout | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  const { type, processors, pair } = given as Part;
  if (type === "RobertaProcessing") return roberta;
  if (type === "BertProcessing") return bert;
  if (type === "Sequence" && Array.isArray(processors))
    return (processors as unknown[]).map(layoutOf).find((one) => one !== undefined);
  if (type !== "TemplateProcessing" || !Array.isArray(pair)) return undefined;
  const pieces = pair as Piece[];
  const at = (id: string): number => pieces.findIndex(({ Sequence }) => Sequence?.id === id);
  if (at("A") < 0 || at("B") < at("A")) return undefined;
  const between = at("B") - at("A") - 1;
  return { separators: between >= 2 ? 2 : 1, secondType: pieces[at("B")]!.Sequence?.type_id === 1 ? 1 : 0 };
}
