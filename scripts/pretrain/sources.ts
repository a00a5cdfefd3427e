/**
 * The sources of a pretraining corpus, read from its SOURCE.txt: blocks that begin with "repository:",
 * with "commit:", "licence (as stated):" and "words:" entries. The model card credits every one of them.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UnmaskError } from "../../src/base/index.ts";

export interface CorpusSource {
  /** Addresses; one block can name several repositories. */
  repository: string;
  commit: string;
  licence: string;
  kind: string;
  words: number;
}

/** @throws pretrain/no-sources: a model without credits is not published. */
export function readSources(corpus: string): CorpusSource[] {
  const file = join(corpus, "SOURCE.txt");
  const text = existsSync(file) ? readFileSync(file, "utf8") : "";
  const sources = text
    .split(/^(?=repository: )/m)
    .filter((block) => block.startsWith("repository: "))
    .map((block): CorpusSource => {
      const line = (start: RegExp): string => start.exec(block)?.[1]?.trim() ?? "";
      const kindLine = line(/^\s*kind: (.*)$/m);
      return {
        repository: line(/^repository: (.*?)(?:\s{2,}|$)/m),
        commit: line(/^.*\bcommit: (.*)$/m),
        licence: line(/^\s*licence \(as stated\): (.*)$/m),
        kind: kindLine.split(/\s{2,}/)[0] || "speeches and plays",
        words: Number(
          (/words: train ([\d,]+)|'train_words': (\d+)/.exec(block)?.slice(1).find(Boolean) ?? "0").replaceAll(",", ""),
        ),
      };
    });
  const incomplete = sources.filter(({ licence, words }) => licence === "" || words === 0);
  if (sources.length === 0 || incomplete.length > 0) {
    throw new UnmaskError(
      "pretrain/no-sources",
      `SOURCE.txt must name every source with its licence and words: ${sources.length} found, ${incomplete.length} of them incomplete.`,
      "Write SOURCE.txt beside the corpus.",
      { found: sources.length, incomplete: incomplete.length },
    );
  }
  return sources;
}
