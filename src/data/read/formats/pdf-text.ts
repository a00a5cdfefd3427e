/**
 * Lines of PDF pages to running text: running heads and page numbers removed, hyphens at line ends repaired,
 * paragraphs found by gaps and indents. Pure; works on a whole document, because a head is known by its repeating.
 */
import type { PdfLine, PdfPage } from "../reader.ts";

/** Lines at the top and bottom of a page that may be running heads. */
const edgeLines = 3;
/**
 * A head stands on at least so many pages, and on this share of them (left and right pages may differ). The outermost
 * line of a page needs two, if it stands at the same height.
 */
const minRepeats = 3;
const repeatShare = 0.3;

/** "12 | Chapter One" and "14 | Chapter One" are one head: digits and Roman numerals count as any number. */
function headKey(text: string): string {
  return text
    .toLowerCase()
    .replace(/\d+/g, "#")
    .replace(/\b[ivxlc]{1,7}\b/g, "#")
    .replace(/\s+/g, " ")
    .trim();
}

const isPageNumber = (text: string): boolean =>
  /^[-–—\s]*(?:page\s+)?(?:\d{1,5}|[ivxlc]{1,7})(?:\s*(?:of|\/)\s*\d{1,5})?[-–—\s.]*$/i.test(text);

/** Lines at the edges of a page, from outside in, by height on the page. */
function edges(page: PdfPage): { top: PdfLine[]; bottom: PdfLine[] } {
  const byHeight = [...page.lines].sort((a, b) => b.y - a.y);
  return { top: byHeight.slice(0, edgeLines), bottom: byHeight.slice(-edgeLines).reverse() };
}

/** The lines that repeat at the edges of pages, or number them. */
export function runningHeads(pages: readonly PdfPage[]): Set<PdfLine> {
  const seen = new Map<string, PdfLine[]>();
  const heads = new Set<PdfLine>();
  for (const page of pages) {
    const { top, bottom } = edges(page);
    for (const [side, lines] of [
      ["top", top],
      ["bottom", bottom],
    ] as const)
      for (const line of lines) {
        const outermost = line === lines[0] ? ` at ${Math.round(line.y)}` : "";
        for (const key of [
          `${side} ${headKey(line.text)}`,
          ...(outermost === "" ? [] : [`${side}${outermost} ${headKey(line.text)}`]),
        ]) {
          const same = seen.get(key) ?? [];
          same.push(line);
          seen.set(key, same);
        }
      }
    for (const line of [top[0], bottom[0]])
      if (pages.length > 1 && line !== undefined && isPageNumber(line.text)) heads.add(line);
  }
  const share = Math.ceil(pages.length * repeatShare);
  for (const [key, lines] of seen) {
    const needed = Math.max(/^\w+ at -?\d+ /.test(key) ? 2 : minRepeats, share);
    if (lines.length >= needed) for (const line of lines) heads.add(line);
  }
  return heads;
}

/** Words of the document that are written with a hyphen or whole inside a line: they decide what a line end means. */
function knownWords(lines: readonly PdfLine[]): Set<string> {
  const known = new Set<string>();
  for (const { text } of lines) {
    const words = text.toLowerCase().match(/[\p{L}\p{M}]+(?:-[\p{L}\p{M}]+)*/gu) ?? [];
    for (const word of words) known.add(word);
  }
  return known;
}

/** Characters of a word that may be broken at a line's end. */
const longestWord = 100;
/** A paragraph that goes on beyond this is none of people's: each line added to it would cost as much as all before. */
const longestParagraph = 30_000;

/** "exam-" + "ple text" -> "example text"; "well-" + "known" keeps its hyphen where the document writes it so. */
export function joinLines(before: string, next: string, known: ReadonlySet<string>): string {
  // The paragraph so far may be long; only its last word matters.
  const broken = /([\p{L}\p{M}]+)[-\u00ad\u2010]$/u.exec(before.slice(-longestWord));
  const goesOn = /^[\p{Ll}\p{M}][\p{L}\p{M}]*/u.exec(next);
  if (broken === null || goesOn === null) return `${before} ${next}`;
  const [first, second] = [broken[1]!.toLowerCase(), goesOn[0].toLowerCase()];
  const keep = known.has(`${first}-${second}`) && !known.has(first + second);
  return keep ? before.replace(/[\u00ad\u2010]$/u, "-") + next : before.slice(0, -1) + next;
}

/** Distance of lines within paragraphs: most gaps are that, those between paragraphs are larger. */
function usualSpacing(values: number[]): number {
  const sorted = values.filter((value) => value > 0).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * 0.3)] ?? 0;
}

/** Does a new paragraph begin with `line`? */
function beginsParagraph(line: PdfLine, before: PdfLine, spacing: number, samePage: boolean): boolean {
  if (Math.abs(line.height - before.height) > 0.25 * Math.max(line.height, before.height)) return true;
  const ends = /[.!?:"”’)\]]\s*$/.test(before.text);
  if (samePage) {
    const drop = before.y - line.y;
    if (drop > 0 && spacing > 0) {
      if (drop > 1.4 * spacing) return true;
      // Indented first lines, and short last ones.
      return ends && (line.x - before.x > line.height || before.width < 0.7 * line.width);
    }
  }
  // A new column or page goes on with the sentence, unless one has ended and another begins.
  return ends && /^[\p{Lu}\p{N}"“‘([•]/u.test(line.text);
}

/** Paragraphs of the document, a blank line between them. */
export function pdfText(pages: readonly PdfPage[]): { text: string; headsRemoved: number } {
  const heads = runningHeads(pages);
  const kept = pages.map(({ lines }) => lines.filter((line) => !heads.has(line)));
  const known = knownWords(kept.flat());
  const spacing = usualSpacing(kept.flatMap((lines) => lines.slice(1).map((line, i) => lines[i]!.y - line.y)));
  const paragraphs: string[] = [];
  let open = "";
  let before: PdfLine | undefined;
  let page: PdfLine[] | undefined;
  for (const lines of kept)
    for (const line of lines) {
      const text = line.text.replace(/\s+/g, " ").trim();
      const full = open.length > longestParagraph;
      if (before === undefined || full || beginsParagraph(line, before, spacing, page === lines)) {
        if (open !== "") paragraphs.push(open);
        open = text;
      } else open = joinLines(open, text, known);
      before = line;
      page = lines;
    }
  if (open !== "") paragraphs.push(open);
  return { text: paragraphs.join("\n\n").replaceAll("\u00ad", ""), headsRemoved: heads.size };
}
