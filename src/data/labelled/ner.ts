/** Named-entity files in CoNLL layout: a token a line, its tag in the last column, a blank line between sentences. */
import type { LabelledSet, NerItem } from "../../contract/index.ts";
import { duplicates, labelVariants, unseenLabels } from "./checks.ts";
import { labelledError } from "./labelled-error.ts";
import { allLines, type LabelledFile } from "./open-labelled.ts";
import { settleSplits, splitOfName } from "./splits.ts";
import { findScheme, isTag, toIob2 } from "./tags.ts";

interface Sentence {
  file: string;
  line: number;
  tokens: string[];
  tags: string[];
}

/** Token types that a set could plausibly have; more means that the last column is not the tag. */
const MAX_TYPES = 200;

export async function readNer(
  files: LabelledFile[],
): Promise<Pick<LabelledSet & { task: "ner" }, "items" | "scheme" | "warnings">> {
  const sentences = (await Promise.all(files.map(readSentences))).flat();
  const scheme = findScheme(sentences.map((sentence) => sentence.tags));
  let irregular = 0;
  const read = sentences.map(({ file, tokens, tags }) => {
    const converted = toIob2(tags, scheme);
    irregular += converted.irregular;
    return { split: splitOfName(file), tokens, tags: converted.tags };
  });
  const { items, warnings } = settleSplits(read);
  if (irregular > 0)
    warnings.push(
      `${irregular} entities begin with I- where ${scheme} wants B-; each was read as the beginning of an entity, as the usual scorers do.`,
    );
  const types = items.flatMap(({ split, tags }) =>
    tags.filter((tag) => tag.startsWith("B-")).map((tag) => ({ split, label: tag.slice(2) })),
  );
  warnings.push(...unseenLabels(types), ...labelVariants(new Set(types.map((one) => one.label))));
  warnings.push(...duplicates(items.map(({ split, tokens }) => ({ split, text: tokens.join(" ") }))));
  return { items: items satisfies NerItem[], scheme, warnings };
}

async function readSentences(file: LabelledFile): Promise<Sentence[]> {
  const sentences: Sentence[] = [];
  let open: Sentence | undefined;
  const types = new Set<string>();
  for (const { text, number } of await allLines(file)) {
    if (text.trim() === "" || text.startsWith("-DOCSTART-")) {
      open = undefined;
      continue;
    }
    const cells = columnsOf(text);
    const tag = cells.at(-1)!.trim();
    if (text.startsWith("# ") && !isTag(tag)) continue; // a comment, as in CoNLL-U and MultiCoNER files
    if (cells.length < 2 || tag === "")
      throw labelledError(
        "data/bad-ner-line",
        file.path,
        `line ${number}`,
        `a line should hold a token and its tag, but it has ${cells.length === 1 ? "one column" : "no tag"}.`,
        "CoNLL layout: a token, a tab or space, its tag; a blank line between sentences.",
      );
    types.add(tag);
    if (types.size > MAX_TYPES)
      throw labelledError(
        "data/bad-ner-tag",
        file.path,
        `line ${number}`,
        `the last column should hold entity tags such as O, B-PER, I-PER, but it has more than ${MAX_TYPES} different values.`,
        "Put the tag into the last column, or choose another task for this file.",
      );
    if (open === undefined) sentences.push((open = { file: file.path, line: number, tokens: [], tags: [] }));
    open.tokens.push(cells[0]!);
    open.tags.push(tag);
  }
  checkTags(file, sentences, types);
  return sentences;
}

/** Columns by tabs where there are any, else by runs of blanks: a token may itself be a no-break space. */
function columnsOf(text: string): string[] {
  return text.includes("\t") ? text.replace(/\t+$/, "").split("\t") : text.trim().split(/ +/);
}

/** A file whose tags mix prefixes with bare words is misread or damaged. */
function checkTags(file: LabelledFile, sentences: Sentence[], types: Set<string>): void {
  if (sentences.length === 0)
    throw labelledError(
      "data/no-items",
      file.path,
      "",
      "there should be sentences, but none was found.",
      "Check the file.",
    );
  const bare = [...types].filter((tag) => !isTag(tag));
  if (bare.length === 0 || bare.length === [...types].filter((tag) => tag !== "O").length) return;
  const wrong = new Set(bare);
  for (const sentence of sentences) {
    const i = sentence.tags.findIndex((tag) => wrong.has(tag));
    if (i >= 0)
      throw labelledError(
        "data/bad-ner-tag",
        file.path,
        `line ${sentence.line + i}`,
        "the tag should be O or begin with B-, I-, E-, S-, L- or U-, but it does not.",
        "Correct the line, or put the tag into the last column.",
      );
  }
}
