/**
 * What each id of a vocabulary means for where sentences end: found from the pieces alone, so that stored token
 * streams need no text. Works for WordPiece, byte-level BPE and Unigram, whose pieces differ in their marks only.
 */
import type { ModelFiles } from "../../contract/index.ts";
import { byteLevelText } from "./byte-level.ts";
import { readTokenizerFiles } from "./tokenizer-json.ts";

export const sentenceMark = { none: 0, end: 1, close: 2, digit: 3, letter: 4 } as const;

const end = /^(?:[.!?…。！？؟।]+["'”’»)\]]*|\s*\n\s*)$/u;
const close = /^["'”’»)\]]+$/u;
const digit = /^\p{N}+$/u;
const letter = /^\p{L}$/u;

/** One of `sentenceMark` for every id. @throws data/bad-tokenizer */
export function sentenceMarks(files: ModelFiles): Uint8Array {
  const { pieces, size, byteLevel } = readTokenizerFiles(files);
  const marks = new Uint8Array(size);
  for (const [id, piece] of pieces) {
    const text = (byteLevel ? byteLevelText(piece) : piece.replace(/^##(?=.)/, "").replace(/^▁/, "")).replace(/^ /, "");
    const mark = end.test(text)
      ? "end"
      : close.test(text)
        ? "close"
        : digit.test(text)
          ? "digit"
          : letter.test(text)
            ? "letter"
            : "none";
    marks[id] = sentenceMark[mark];
  }
  return marks;
}
