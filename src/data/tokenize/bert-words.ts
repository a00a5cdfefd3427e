/**
 * BERT's uncased basic tokenization: text -> words. Lower-case, accents stripped, punctuation and CJK
 * signs stand alone. Knows no vocabulary. Equals what @huggingface/transformers does with the
 * normalizer and pre-tokenizer of a `BertTokenizer` (do_lower_case), tested against it.
 * Fast path: one table look-up a character; a text with rare characters takes the exact slow path.
 */
const wordCharacter = 0;
const space = 1;
const punctuation = 2;
/** A letter that decomposes, or a mark that accent stripping removes. */
const accented = 3;
/** Control characters, CJK signs, halves of surrogate pairs: not worth speed. */
const rare = 4;
const unknown = 255;

const classes = new Uint8Array(0x10000).fill(unknown);
const punctuationSign = /[\p{P}!-/:-@[-`{-~]/u;
const removedSign = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/u;
const marks = /\p{Mn}/gu;
const wordOrSign = /[^\s\p{P}!-/:-@[-`{-~]+|[\p{P}!-/:-@[-`{-~]/gu;

function classify(code: number): number {
  const char = String.fromCharCode(code);
  if (char === "\t" || char === "\n" || char === "\r") return space;
  if ((code >= 0xd800 && code <= 0xdfff) || isCjk(code) || removedSign.test(char)) return rare;
  if (/\s/.test(char)) return space;
  const lower = char.toLowerCase();
  if (lower.normalize("NFD").replace(marks, "") !== lower) return accented;
  return punctuationSign.test(char) ? punctuation : wordCharacter;
}

function isCjk(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || (code >= 0xf900 && code <= 0xfaff);
}

function classOf(code: number): number {
  let found = classes[code]!;
  if (found === unknown) {
    found = classify(code);
    classes[code] = found;
  }
  return found;
}

/** Calls `visit` with every word of the text, in order. */
export function eachBertWord(text: string, visit: (word: string) => void): void {
  let worst = 0;
  for (let i = 0; i < text.length; i++) {
    const found = classOf(text.charCodeAt(i));
    if (found > worst) worst = found;
  }
  if (worst === rare) {
    for (const word of slowWords(text)) visit(word);
    return;
  }
  let line = text.toLowerCase();
  if (worst === accented) line = line.normalize("NFD").replace(marks, "");
  let start = -1;
  for (let i = 0; i < line.length; i++) {
    const found = classOf(line.charCodeAt(i));
    if (found === wordCharacter || found === accented) {
      if (start < 0) start = i;
      continue;
    }
    if (start >= 0) visit(line.slice(start, i));
    start = -1;
    if (found === punctuation) visit(line[i]!);
  }
  if (start >= 0) visit(line.slice(start));
}

/** The words of a text. */
export function bertWords(text: string): string[] {
  const words: string[] = [];
  eachBertWord(text, (word) => words.push(word));
  return words;
}

/** The definition, step by step: clean, space out CJK signs, lower-case, strip accents, split. */
function slowWords(text: string): string[] {
  let cleaned = "";
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === "\t" || char === "\n" || char === "\r" || (/\s/.test(char) && !/\p{C}/u.test(char))) cleaned += " ";
    else if (removedSign.test(char)) continue;
    else cleaned += isCjk(code) ? ` ${char} ` : char;
  }
  return cleaned.toLowerCase().normalize("NFD").replace(marks, "").match(wordOrSign) ?? [];
}
