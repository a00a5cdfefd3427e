/**
 * A text as the words that leak hunting compares: lower case, without punctuation and diacritics, every number as
 * "0", with the place of each in the text as it was. The same words as datatrove 0.10's TextNormConfig gives by
 * default (utils/text.py; its separators and its pattern of numbers), split at white space.
 */
const separators = "!/—”:％１〈&(、━\\【#%「」，】；+^]~“《„';’{|∶´[=-`*．（–？！：$～«〉,><》)?）。…@_.\"}►»";
const decimals = new Set(Array.from(".,،٫⎖⎗⎘", (mark) => mark.charCodeAt(0)));
const number = /\p{Nd}+(?:[.,،٫⎖⎗⎘]\p{Nd}+)?/gu;
const [inWord, separator, digit] = [0, 1, 2];

/** What each UTF-16 code is; a scan by table is several times as fast as a Unicode pattern. */
let kinds: Uint8Array | undefined;
function kindTable(): Uint8Array {
  const table = new Uint8Array(65536);
  for (let code = 0; code < 65536; code++) {
    const char = String.fromCharCode(code);
    const control = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    if (control || /\s/u.test(char)) table[code] = separator;
    else if (/\p{Nd}/u.test(char)) table[code] = digit;
  }
  // The full-width one is in the list too, but numbers are folded before marks are taken off.
  for (const char of separators) if (table[char.charCodeAt(0)] !== digit) table[char.charCodeAt(0)] = separator;
  return table;
}

/** Calls back with the place of every word; a decimal mark between digits belongs to its number. */
function eachWord(text: string, take: (from: number, to: number) => void): void {
  kinds ??= kindTable();
  const kind = (at: number): number => (at < text.length ? kinds![text.charCodeAt(at)]! : separator);
  for (let at = 0; at < text.length;) {
    if (kind(at) === separator) {
      at++;
      continue;
    }
    const from = at;
    for (let is = kind(at); is !== separator; is = kind(at)) {
      at++;
      if (is === inWord) continue;
      while (kind(at) === digit) at++;
      if (decimals.has(text.charCodeAt(at)) && kind(at + 1) === digit) {
        at += 2;
        while (kind(at) === digit) at++;
      }
    }
    take(from, at);
  }
}

export interface LeakWords {
  count: number;
  /** Two independent 32-bit hashes of each word. */
  first: number[];
  second: number[];
  /** Where each word begins and ends in the text. */
  starts: number[];
  ends: number[];
}

function normalizeWord(written: string, foldNumbers = true): string {
  let text = written.toLowerCase();
  if (foldNumbers && /\p{Nd}/u.test(text)) text = text.replace(number, "0");
  // eslint-disable-next-line no-control-regex -- plain ASCII has no diacritics to take off
  return /^[\x00-\x7f]*$/.test(text) ? text : text.normalize("NFD").replace(/\p{Mn}/gu, "");
}

function mixed(h: number): number {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Words seen already: a corpus repeats its words, and normalising is the dear part. Bounded. */
const known = new Map<string, readonly [number, number]>();
const mostKnown = 200_000;

function hashes(written: string): readonly [number, number] {
  const found = known.get(written);
  if (found !== undefined) return found;
  const text = normalizeWord(written);
  let [a, b] = [0x811c9dc5, 0x9e3779b9];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a ^ text.charCodeAt(i), 0x01000193);
    b = Math.imul(b ^ text.charCodeAt(i), 0x5bd1e995) + 0x7f4a7c15;
  }
  const made = [mixed(a), text === "" ? 0 : mixed(b) | 1] as const; // an empty word (marks alone) has 0
  if (known.size < mostKnown && written.length <= 40) known.set(written, made);
  return made;
}

export function leakWords(text: string): LeakWords {
  const words: LeakWords = { count: 0, first: [], second: [], starts: [], ends: [] };
  eachWord(text, (from, to) => {
    const [first, second] = hashes(text.slice(from, to));
    if (second === 0) return;
    words.first.push(first);
    words.second.push(second);
    words.starts.push(from);
    words.ends.push(to);
    words.count++;
  });
  return words;
}

/**
 * The text's normalised words, joined by blanks: equal for texts that differ in nothing that counts. Between items of
 * one set numbers count: "7 is more than 5" and "3 is more than 5" are two items.
 */
export function normalizedText(text: string, foldNumbers = true): string {
  const words: string[] = [];
  eachWord(text, (from, to) => words.push(normalizeWord(text.slice(from, to), foldNumbers)));
  return words.filter((one) => one !== "").join(" ");
}
