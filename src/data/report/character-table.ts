/**
 * What a character is: its kind and its script, looked up in a table that fills itself from Unicode's own
 * properties (the engine's regular expressions) the first time a character is met. Pure.
 */
export const characterKinds = [
  "letters",
  "digits",
  "punctuation",
  "symbols",
  "white space",
  "invisible or control",
  "damaged",
] as const;
/** Scripts told apart; the rest is "other". Letters only: digits and signs belong to all of them. */
export const scripts = [
  "Latin",
  "Greek",
  "Cyrillic",
  "Armenian",
  "Hebrew",
  "Arabic",
  "Devanagari",
  "Bengali",
  "Gurmukhi",
  "Gujarati",
  "Tamil",
  "Telugu",
  "Kannada",
  "Malayalam",
  "Sinhala",
  "Thai",
  "Lao",
  "Tibetan",
  "Myanmar",
  "Georgian",
  "Ethiopic",
  "Khmer",
  "Han",
  "Hiragana",
  "Katakana",
  "Hangul",
  "other",
] as const;

/** Bits of a table entry: 1-3 kind, 4 part of a word, 5 white space, 6-10 script plus one; 0 = not looked up yet. */
const KNOWN = 1;
const WORD = 16;
const SPACE = 32;
const SCRIPT_SHIFT = 6;

const [LETTER, DIGIT, PUNCTUATION, SYMBOL, BLANK, CONTROL, DAMAGED] = [0, 1, 2, 3, 4, 5, 6];
const scriptTests = scripts.slice(0, -1).map((name) => new RegExp(`\\p{Script=${name}}`, "u"));
const table = new Uint16Array(0x30000);

function classify(code: number): number {
  const character = String.fromCodePoint(code);
  const is = (test: RegExp): boolean => test.test(character);
  const space = code <= 32 || is(/\s/u);
  const kind = space
    ? BLANK
    : code === 0xfffd
      ? DAMAGED
      : is(/[\p{L}\p{M}]/u)
        ? LETTER
        : is(/\p{N}/u)
          ? DIGIT
          : is(/\p{P}/u)
            ? PUNCTUATION
            : is(/\p{S}/u)
              ? SYMBOL
              : CONTROL;
  const word = kind === LETTER || kind === DIGIT || code === 0x5f;
  const found = kind === LETTER ? scriptTests.findIndex(is) : -2;
  const script = found === -2 ? 0 : (found === -1 ? scripts.length - 1 : found) + 1;
  return KNOWN | (kind << 1) | (word ? WORD : 0) | (space ? SPACE : 0) | (script << SCRIPT_SHIFT);
}

/** The entry of a code point; planes above the second are looked up each time. */
export function characterEntry(code: number): number {
  if (code >= table.length) return classify(code);
  const known = table[code]!;
  return known !== 0 ? known : (table[code] = classify(code));
}

export const isWordEntry = (entry: number): boolean => (entry & WORD) !== 0;
export const isSpaceEntry = (entry: number): boolean => (entry & SPACE) !== 0;
/** Index into `characterKinds`. */
export const kindOf = (entry: number): number => (entry >> 1) & 7;
/** Index into `scripts`, or -1 for what is no letter. */
export const scriptOf = (entry: number): number => (entry >> SCRIPT_SHIFT) - 1;
