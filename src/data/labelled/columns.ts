/** Which column or field of a labelled file holds what: by its name, else by what stands in it. */
import { isNumber } from "../read/table-dialect.ts";

const TEXT =
  /^(text|texts|sentence|sentences|content|body|question|review|comment|tweet|message|utterance|query|document|abstract|description|premise|title|input)$/i;
const LABEL =
  /^(label|labels|target|class|category|categories|tag|tags|gold|gold[_ -]?label|sentiment|topic|intent|y|output|answer|polarity|stance|is[_ -]?duplicate|entailment|quality)$/i;
const SCORE =
  /^(score|similarity|similar|sim|quality|label|target|gold[_ -]?score|relatedness(_score)?|rating|is_duplicate|y)$/i;
const FIRST =
  /^(sentence|text|question|s|sent|premise|query|input)?[_ -]?(1|a|first)$|^(premise|first|query|anchor|#1 string)$/i;
const SECOND =
  /^(sentence|text|question|s|sent|hypothesis|query|input)?[_ -]?(2|b|second)$|^(hypothesis|second|document|answer|positive|#2 string)$/i;

/** Pairs under names that are no pair alone: QNLI, BoolQ. */
const OTHER_PAIRS: readonly (readonly [RegExp, RegExp])[] = [[/^question$/i, /^(sentence|passage|context)$/i]];

/** A column seen as a whole. */
interface Column {
  name: string;
  values: string[];
  distinct: number;
  meanLength: number;
  /** Share of its values that are numbers. */
  numbers: number;
}

/** A score column may hold a damaged value, which is then reported by its row. */
const MOSTLY_NUMBERS = 0.9;
const ROWS_TO_TELL_IDS = 20;

function columnsOf(names: string[], rows: string[][]): Column[] {
  return names.map((name, i) => {
    const values = rows.map((row) => (row[i] ?? "").trim());
    const filled = values.filter((value) => value !== "");
    const meanLength = values.reduce((sum, value) => sum + value.length, 0) / Math.max(1, values.length);
    const numbers = values.filter(isNumber).length / Math.max(1, values.length);
    return { name, values, distinct: new Set(filled).size, meanLength, numbers };
  });
}

const named = (columns: Column[], pattern: RegExp): number => columns.findIndex((column) => pattern.test(column.name));

/** Two text columns that belong together, by their names. */
function pairColumns(columns: Column[], label: number): { text: number; second: number } | undefined {
  for (const [one, other] of [[FIRST, SECOND] as const, ...OTHER_PAIRS]) {
    const [text, second] = [named(columns, one), named(columns, other)];
    if (text >= 0 && second >= 0 && new Set([text, second, label]).size === 3) return { text, second };
  }
  return undefined;
}

/** @returns column numbers of text, label and of a pair's second text, or undefined when they cannot be told */
export function classificationColumns(
  names: string[],
  rows: string[][],
): { text: number; label: number; second?: number } | undefined {
  const columns = columnsOf(names, rows);
  if (columns.length < 2) return undefined;
  let label = named(columns, LABEL);
  const pair = label < 0 ? undefined : pairColumns(columns, label);
  if (pair !== undefined) return { ...pair, label };
  const texts = columns.map((column, i) => ({ column, i })).filter(({ i }) => i !== label);
  const namedTexts = texts.filter(({ column }) => TEXT.test(column.name));
  const longest = (from: typeof texts): number =>
    from.reduce((best, one) => (one.column.meanLength > best.column.meanLength ? one : best), from[0]!).i;
  const text = longest(namedTexts.length > 0 ? namedTexts : texts);
  if (label < 0) {
    // Few different short values, each several times; the fewest win.
    const candidates = columns
      .map((column, i) => ({ column, i }))
      .filter(
        ({ column, i }) =>
          i !== text &&
          column.distinct > 1 &&
          column.distinct <= Math.max(2, rows.length / 3) &&
          column.meanLength < 40,
      );
    if (candidates.length === 0) return undefined;
    label = candidates.reduce((best, one) => (one.column.distinct < best.column.distinct ? one : best)).i;
  }
  return { text, label };
}

/** @returns column numbers of the two texts and the score, or undefined when they cannot be told */
export function similarityColumns(
  names: string[],
  rows: string[][],
): { first: number; second: number; score: number } | undefined {
  const columns = columnsOf(names, rows);
  if (columns.length < 3) return undefined;
  const numeric = (i: number): boolean => (columns[i]?.numbers ?? 0) >= MOSTLY_NUMBERS;
  // Whole numbers that never repeat are numbers of the rows or of the texts, not scores.
  const isId = ({ values, distinct }: Column): boolean =>
    rows.length >= ROWS_TO_TELL_IDS && distinct > 0.9 * rows.length && values.every((value) => /^\d+$/.test(value));
  const scores = (i: number): boolean => numeric(i) && !isId(columns[i]!);
  let [first, second, score] = [named(columns, FIRST), named(columns, SECOND), named(columns, SCORE)];
  if (first < 0 || second < 0) {
    // The two neighbouring columns with the most text.
    const length = (i: number): number => (numeric(i) ? 0 : columns[i]!.meanLength);
    first = 0;
    for (let i = 0; i + 1 < columns.length; i++)
      if (Math.min(length(i), length(i + 1)) > Math.min(length(first), length(first + 1))) first = i;
    second = first + 1;
    if (Math.min(length(first), length(second)) === 0) return undefined;
  }
  if (score < 0 || columns[score]!.numbers < 0.5) {
    // A number column beside the pair, before or after it; else any.
    const beside = [first - 1, second + 1].filter(scores);
    score = beside[0] ?? columns.findIndex((_, i) => scores(i) && i !== first && i !== second);
  }
  return score < 0 ? undefined : { first, second, score };
}
