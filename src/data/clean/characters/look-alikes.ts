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
const mixedWord =
  /\p{L}*(?:\p{Script=Latin}[\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f]\p{Script=Latin})\p{L}*/gu;
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

export function lookAlikeEdits(text: string): Edit[] {
  const words = anyOther.test(text) ? editsOf(text, mixedWord, ([word]) => plainWord(word)) : [];
  const letters = editsOf(text, styled, ([sign]) => sign.normalize("NFKC"));
  return [...words, ...letters].sort((a, b) => a.start - b.start);
}
