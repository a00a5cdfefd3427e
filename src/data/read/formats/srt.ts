/** Subtitles (SubRip, WebVTT) to running text: numbers, times and formatting go, lines join; a pause ends a paragraph. */
import { LineSplitter, type Line } from "../lines.ts";
import type { FormatReader, ReaderInput } from "../reader.ts";
import { documentSplit, splitPieces } from "./text.ts";

const times = /^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[,.](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d\d)[,.](\d{1,3})/;
/** Nobody speaks for so long: what follows is another scene. */
const pauseSeconds = 4;
const MAX_LINE = 100_000;

const seconds = (parts: (string | undefined)[]): number =>
  Number(parts[0] ?? 0) * 3600 + Number(parts[1]) * 60 + Number(parts[2]) + Number(parts[3]) / 1000;

/** Tags, position codes ({\an8}) and speaker dashes. */
const plain = (line: string): string =>
  line
    .replace(/<[^<>]{1,100}>/g, "")
    .replace(/\{\\[^{}]{1,100}\}/g, "")
    .replace(/^\s*-\s*/, "")
    .replaceAll("\u200e", "")
    .trim();

async function* cueText(input: ReaderInput): AsyncGenerator<string> {
  const splitter = new LineSplitter(MAX_LINE);
  let [inCue, lastEnd, last] = [false, -1, ""];
  const convert = (lines: Line[]): string => {
    const parts: string[] = [];
    for (const { text } of lines) {
      const match = times.exec(text);
      if (match !== null) {
        const start = seconds(match.slice(1, 5));
        if (lastEnd >= 0 && start - lastEnd >= pauseSeconds) parts.push("\n\n");
        lastEnd = seconds(match.slice(5, 9));
        inCue = true;
      } else if (text.trim() === "") inCue = false;
      else if (inCue) {
        const words = plain(text);
        // Rolling captions repeat the line before.
        if (words !== "" && words !== last) parts.push(`${words}\n`);
        last = words;
      }
    }
    return parts.join("");
  };
  for await (const slice of input.slices()) yield convert(splitter.push(slice));
  yield convert(splitter.finish());
  if (lastEnd < 0) input.skip("", "data/no-times", "No line with times (00:01:02,000 --> ...) was found.");
}

export const subtitleReader: FormatReader = {
  read: (input, { split }) => splitPieces(cueText(input), documentSplit(split), input),
};
