/**
 * Which signs count as punctuation, and which end a sentence, for datatrove's rules: its list of punctuation and
 * Unicode's Sentence_Terminal as of its version (newer signs are left out, three Khmer ones belong to it).
 */
const newerTerminals =
  "\\u1b4e\\u1b4f\\u1b7f\\u2024\\u2cf9-\\u2cfb\\ufe12\\ufe15\\ufe16\\u{113d4}\\u{113d5}\\u{16d6e}\\u{16d6f}";
const terminal = `(?![${newerTerminals}])[\\p{Sentence_Terminal}\\u17d6\\u17d9\\u17da]`;
const listed = "!/—”:％１〈&(、━\\\\【#%「」，】；+\\^\\]~“《„';’{|∶´\\[=\\-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»";
const controls = "\\0-\\x08\\x0b\\x0c\\x0d-\\x1f\\x7f-\\x9f";

const endsSentence = new RegExp(`(?:${terminal})$`, "u");
const onlyPunctuation = new RegExp(`^(?:[${listed}${controls}]|${terminal})*$`, "u");
const plain = /[A-Za-z]/;

export const endsInPunctuation = (line: string): boolean => endsSentence.test(line.slice(-2));
export const hasMoreThanPunctuation = (word: string): boolean => plain.test(word) || !onlyPunctuation.test(word);
