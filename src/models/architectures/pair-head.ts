/**
 * Whether two segments belong together: pooler and two logits, as transformers' BertForPreTraining. Other families have
 * no such head: theirs is drawn anew, under the names that BERT's end in.
 */
import { sequenceHead } from "./parts.ts";
import type { Architecture, LabelHead } from "./record.ts";

export const pairHead = ({ family, prefix }: Pick<Architecture, "family" | "prefix">): LabelHead =>
  sequenceHead(`${prefix}.pooler.dense`, "tanh", family === "bert" ? "cls.seq_relationship" : "seq_relationship");
