/**
 * Letters that look like others: a Cyrillic "а" in a Latin word reads the same and is another token. Only words of
 * mixed script are touched, and only letters of the other script that look like one of the word's own (Unicode
 * UTS 39, confusables). Greek small letters stay: in science they are meant. Wide and mathematical letters become plain.
 */
import { editsOf, type Edit } from "./edit.ts";

const cyrillic = "аеорсухѕіјԁһԛԝАВЕКМНОРСТУХІЈЅԌ";
const latinOfCyrillic = "aeopcyxsijdhqwABEKMHOPCTYXIJSG";
const greek = "οΟΑΒΕΖΗΙΚΜΝΡΤΥΧ";
const latinOfGreek = "oOABEZHIKMNPTYX";
const toLatin = new Map([...(cyrillic + greek)].map((sign, i) => [sign, (latinOfCyrillic + latinOfGreek)[i]!]));
const toCyrillic = new Map([...latinOfCyrillic].map((sign, i) => [sign, [...cyrillic][i]!]));

const anyOther = /[\u0370-\u03ff\u0400-\u052f]/;
const styled = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|[\u{1d400}-\u{1d7ff}]/gu;
const other = /[\u0370-\u03ff\u0400-\u052f]+/g;
const letter = /^\p{L}$/u;
const latin = /\p{Script=Latin}/gu;
const ownCyrillic = /\p{Script=Cyrillic}/gu;
/** Shorter words of two scripts are formulas and units. */
const shortestWord = 3;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

function plainWord(word: string): string | undefined {
  const [latins, cyrillics] = [count(word, latin), count(word, ownCyrillic)];
  if (word.length < shortestWord || latins === cyrillics) return undefined;
  const [map, keep] = latins > word.length - latins ? [toLatin, latin] : [toCyrillic, ownCyrillic];
  let result = "";
  for (const sign of word) {
    const own = sign.match(keep) !== null;
    const instead = own ? sign : map.get(sign);
    if (instead === undefined) return undefined; // a letter that looks like none of ours: two scripts are meant
    result += instead;
  }
  return result;
}

/** Words with a letter of the other scripts in them: found from that letter outwards, since most texts have none. */
function wordEdits(text: string): Edit[] {
  const edits: Edit[] = [];
  let done = 0;
  for (const { 0: found, index } of text.matchAll(other)) {
    if (index < done) continue;
    let [start, end] = [index, index + found.length];
    while (start > done && letter.test(text.charAt(start - 1))) start--;
    while (letter.test(text.charAt(end))) end++;
    done = end;
    const word = text.slice(start, end);
    const to = word.search(latin) < 0 ? undefined : plainWord(word);
    if (to !== undefined && to !== word) edits.push({ start, end, to });
  }
  return edits;
}

export function lookAlikeEdits(text: string): Edit[] {
  const words = anyOther.test(text) ? wordEdits(text) : [];
  const letters = editsOf(text, styled, ([sign]) => sign.normalize("NFKC"));
  return [...words, ...letters].sort((a, b) => a.start - b.start);
}
