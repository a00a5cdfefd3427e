/**
 * How many sentences a text has, as datatrove counts them: spaCy's "sentencizer", which ends a sentence after a word
 * that is a full stop and what punctuation follows it. Abbreviations are words of their own, so "Mr." ends none.
 */
import { forEachChunk, wordsOfChunk } from "./words.ts";

/** Signs of Unicode's Sentence_Terminal that spaCy takes; they end a sentence when they stand as a word. */
const ends = new Set(
  `! . ? ։ ؟ ۔ ܀ ܁ ܂ ߹ । ॥ ၊ ။ ። ፧ ፨ ᙮ ᜵ ᜶ ᠃ ᠉ ᥄ ᥅ ᪨ ᪩ ᪪ ᪫ ᭚ ᭛ ᭞ ᭟ ᰻ ᰼ ᱾ ᱿ ‼ ‽ ⁇ ⁈ ⁉ ⸮ ⸼ ꓿ ꘎ ꘏ ꛳ ꛷ ꡶ ꡷ ꣎ ꣏ ꤯ ꧈ ꧉ ꩝ ꩞ ꩟ ꫰ ꫱ ꯫ ﹒ ﹖ ﹗ ！ ． ？ ｡ 。`.split(
    " ",
  ),
);
const onlyPunctuation = /^\p{P}+$/u;

/** `text` must not begin or end with white space. */
export function countSentences(text: string): number {
  if (text === "") return 0;
  let sentences = 1;
  let ended = false;
  const take = (word: string): void => {
    if (ends.has(word)) ended = true;
    else if (ended && !onlyPunctuation.test(word)) {
      sentences++;
      ended = false;
    }
  };
  forEachChunk(text, (start, end, blank) => {
    // A single blank only divides words; any other white space is a word to spaCy, so a sentence may begin with it.
    if (!blank) for (const word of wordsOfChunk(text.slice(start, end))) take(word);
    else if (end - start > 1 || text.charCodeAt(start) !== 32) take(" ");
  });
  return sentences;
}
