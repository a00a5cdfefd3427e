/** What a demo domain consists of, before it becomes files. */
import type { Labelled, NerLine, Pair } from "./sets.ts";
import type { Name, Side } from "./words.ts";

export interface DemoDomain {
  id: string;
  title: string;
  description: string;
  names: readonly Name[];
  corpus: string;
  ner: { note: string } & Record<Side, NerLine[]>;
  classification: { note: string; /** Set where adaptation is built not to help. */ lesson?: string } & Record<
    Side,
    Labelled[]
  >;
  similarity: { note: string; lesson?: string; test: Pair[] };
}
