/**
 * Extractive question answering: SQuAD's JSON (data > paragraphs > qas), or a question a line or item with its
 * context and answers (the Hub's copy of SQuAD, MRQA's lines with a context and its questions).
 * Questions without an answer in their context (SQuAD 2.0) are left out and counted: the head that is trained must
 * point somewhere. Offsets in the files count code points, as Python does; here they count UTF-16 units.
 */
import type { LabelledSet, QaItem, SplitName } from "../../contract/index.ts";
import { duplicates, skippedSentences } from "./checks.ts";
import { labelledError } from "./labelled-error.ts";
import type { LabelledFile } from "./open-labelled.ts";
import { readValues, type PlacedValue } from "./records.ts";
import { settleSplits, splitOfName } from "./splits.ts";

type Json = Record<string, unknown>;
type Answer = QaItem["answers"][number];
type Question = Omit<QaItem, "split"> & { split: SplitName | undefined };
interface Tally {
  /** Questions without an answer, by the file's own word or because none was found in the context. */
  unanswered: number;
  missing: number;
  /** Answers whose offset was wrong and that stand elsewhere in the context. */
  moved: number;
}

const isObject = (value: unknown): value is Json =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const objects = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

export async function readQuestions(
  files: LabelledFile[],
): Promise<Pick<LabelledSet & { task: "qa" }, "items" | "warnings">> {
  const found: Question[] = [];
  const notes: string[] = [];
  const tally: Tally = { unanswered: 0, missing: 0, moved: 0 };
  for (const file of files) {
    const values = await readValues(file);
    if (values === undefined) throw notSquad(file, "the file should be JSON or JSON Lines, but it is not.");
    found.push(...questionsIn(file, values, tally));
    notes.push(...skippedSentences(file.skipped));
  }
  if (found.length < 2)
    throw labelledError(
      "data/no-items",
      files.map((file) => file.path).join(", "),
      "",
      `at least two questions with an answer in their context are needed, but ${found.length} ${found.length === 1 ? "was" : "were"} found.`,
      "Check the file: every question needs a context, and an answer that is a part of it.",
    );
  const { items, warnings } = settleByContext(found);
  const say = (count: number, what: string): void => {
    if (count > 0) warnings.push(`${count} ${what}`);
  };
  say(tally.unanswered, "questions have no answer in the file (as in SQuAD 2.0) and were left out.");
  say(tally.missing, "questions were left out because none of their answers stands in the context.");
  say(tally.moved, "answers stand elsewhere in their context than the file says; the nearest place was taken.");
  warnings.push(
    ...notes,
    ...duplicates(items.map(({ split, question, context }) => ({ split, text: `${question}\t${context}` }))),
  );
  return { items, warnings };
}

function notSquad(file: LabelledFile, message: string, place = ""): Error {
  return labelledError(
    "data/not-squad",
    file.path,
    place,
    message,
    'SQuAD\'s format: {"data": [{"paragraphs": [{"context", "qas": [{"question", "answers": [{"text", "answer_start"}]}]}]}]}, or a line for each question with "context", "question" and "answers".',
  );
}

function questionsIn(file: LabelledFile, values: readonly PlacedValue[], tally: Tally): Question[] {
  const split = splitOfName(file.path);
  const found: Question[] = [];
  const take = (context: unknown, qa: Json, place: string): void => {
    const [text, question] = [textIn(context), textIn(qa["question"]).trim()];
    if (text.trim() === "" || question === "")
      throw notSquad(
        file,
        `a question should have a text and a context, but it lacks ${question === "" ? "the text" : "the context"}.`,
        place,
      );
    const given = answersOf(qa);
    if (qa["is_impossible"] === true || given.length === 0) {
      tally.unanswered++;
      return;
    }
    const answers = placed(text, given, tally);
    if (answers.length === 0) tally.missing++;
    else found.push({ split, question, context: text, answers });
  };
  for (const { value, place } of values) {
    if (!isObject(value)) continue;
    for (const paragraph of paragraphsIn(value))
      if ("qas" in paragraph) for (const qa of objects(paragraph["qas"])) take(paragraph["context"], qa, place);
      else if ("question" in paragraph) take(paragraph["context"], paragraph, place);
      else if (!("header" in paragraph)) throw notSquad(file, "there should be a question, but there is none.", place);
  }
  return found;
}

/** A file, an article or a paragraph: its paragraphs. */
function paragraphsIn(value: Json): Json[] {
  if ("data" in value) return objects(value["data"]).flatMap(paragraphsIn);
  return "paragraphs" in value ? objects(value["paragraphs"]) : [value];
}

interface Given {
  text: string;
  /** In code points; undefined where the file gives none. */
  start: number | undefined;
}

/** A list of answers, the Hub's two lists, or MRQA's list of strings. */
function answersOf({ answers }: Json): Given[] {
  const start = (value: unknown): number | undefined =>
    typeof value === "number" && Number.isInteger(value) && value >= 0 ? value : undefined;
  const given = isObject(answers)
    ? (Array.isArray(answers["text"]) ? (answers["text"] as unknown[]) : []).map((text, i) => ({
        text: textIn(text),
        start: start((answers["answer_start"] as unknown[] | undefined)?.[i]),
      }))
    : (Array.isArray(answers) ? (answers as unknown[]) : []).map((one) =>
        isObject(one)
          ? { text: textIn(one["text"]), start: start(one["answer_start"]) }
          : { text: textIn(one), start: undefined },
      );
  return given.filter(({ text }) => text.trim() !== "");
}

/** Answers where they stand; those that stand nowhere are left out. */
function placed(context: string, given: readonly Given[], tally: Tally): Answer[] {
  return given.flatMap(({ text, start }) => {
    const told = start === undefined ? 0 : unitsBefore(context, start);
    if (context.startsWith(text, told) && start !== undefined) return [{ text, start: told }];
    const after = context.indexOf(text, told);
    const before = context.lastIndexOf(text, told);
    const at = after < 0 || (before >= 0 && told - before < after - told) ? before : after;
    if (at < 0) return [];
    if (start !== undefined) tally.moved++;
    return [{ text, start: at }];
  });
}

/** UTF-16 units that the first `points` code points take. */
function unitsBefore(text: string, points: number): number {
  let at = 0;
  for (let i = 0; i < points && at < text.length; i++) at += text.codePointAt(at)! > 0xffff ? 2 : 1;
  return at;
}

/** Questions on one context stay on one side: the model must not have learned on a text that it is tested on. */
function settleByContext(found: readonly Question[]): ReturnType<typeof settleSplits<Question>> {
  const unsettled = new Set(found.map(({ split }) => split)).size === 1;
  if (!unsettled) return settleSplits([...found]);
  const contexts = [...new Set(found.map(({ context }) => context))];
  if (contexts.length === 1) return settleSplits([...found]);
  const { items, warnings } = settleSplits<{ split?: SplitName; context: string }>(
    contexts.map((context) => ({ context })),
  );
  const side = new Map(items.map(({ context, split }) => [context, split]));
  return {
    items: found.map((one) => ({ ...one, split: side.get(one.context)! })),
    warnings: warnings.map((text) =>
      text.replace(`${contexts.length} items`, `${contexts.length} contexts with their questions`),
    ),
  };
}
