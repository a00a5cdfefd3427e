/** A domain as the files of public/demo, as text by path. Pure: the test makes them again and compares. */
import type { DemoDomain } from "./domain.ts";
import { tagWords } from "./grammar.ts";
import { habitat } from "./habitat/index.ts";
import { herbal } from "./herbal/index.ts";
import type { Labelled, NerLine, Pair } from "./sets.ts";

export function demoDomains(): DemoDomain[] {
  return [habitat(), herbal()];
}

/** Every file of public/demo, path -> text. */
export function demoFiles(domains: readonly DemoDomain[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const domain of domains) {
    const add = (name: string, text: string): Map<string, string> => files.set(`${domain.id}/${name}`, text);
    add("corpus.txt", domain.corpus);
    add("ner.train.conll", conll(domain.ner.train));
    add("ner.test.conll", conll(domain.ner.test));
    add("classification.train.csv", csv(domain.classification.train));
    add("classification.test.csv", csv(domain.classification.test));
    add("similarity.test.tsv", tsv(domain.similarity.test));
  }
  return files.set("index.json", JSON.stringify(demoIndex(domains), null, 2) + "\n");
}

function demoIndex(domains: readonly DemoDomain[]): object {
  return {
    label: "labelled synthetic",
    note:
      "Made by grammars and word lists of our own (npm run demo-data): no real place, person, plant or machine. " +
      "Test sets share no name and no sentence pattern with their training sets, and no sentence with the corpus.",
    domains: domains.map(({ id, title, description, corpus, ner, classification, similarity }) => ({
      id,
      title,
      description,
      corpus: { file: `${id}/corpus.txt`, words: corpus.split(/\s+/).filter((word) => word !== "").length },
      sets: [
        {
          task: "ner",
          name: `${title}: names`,
          note: ner.note,
          files: { train: `${id}/ner.train.conll`, test: `${id}/ner.test.conll` },
          ...expectation(),
        },
        {
          task: "classification",
          name: `${title}: texts`,
          note: classification.note,
          files: { train: `${id}/classification.train.csv`, test: `${id}/classification.test.csv` },
          ...expectation(classification.lesson),
        },
        {
          task: "similarity",
          name: `${title}: pairs`,
          note: similarity.note,
          files: { test: `${id}/similarity.test.tsv` },
          ...expectation(similarity.lesson),
        },
      ],
    })),
  };
}

function expectation(lesson?: string): object {
  return lesson === undefined ? { adaptation: "should help" } : { adaptation: "should not help", lesson };
}

function conll(lines: readonly NerLine[]): string {
  const sentences = lines.map((line) => {
    const { tokens, tags } = tagWords(line);
    return tokens.map((token, i) => `${token} ${tags[i]!}`).join("\n");
  });
  return sentences.join("\n\n") + "\n";
}

function csv(items: readonly Labelled[]): string {
  const quote = (text: string): string => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return ["text,label", ...items.map(({ text, label }) => `${quote(text)},${label}`)].join("\n") + "\n";
}

function tsv(pairs: readonly Pair[]): string {
  return (
    ["first\tsecond\tscore", ...pairs.map((pair) => `${pair.first}\t${pair.second}\t${pair.score}`)].join("\n") + "\n"
  );
}
