/**
 * Text in one pass: characters by kind and script, words between white space, and the tokens of DSIR's
 * hashed n-grams (NLTK's WordPunctTokenizer: runs of word characters, runs of anything else that is no
 * white space; combining marks count as word characters here). Knows no counts of words.
 */
import {
  characterEntry,
  characterKinds,
  isSpaceEntry,
  isWordEntry,
  kindOf,
  scriptOf,
  scripts,
} from "./character-table.ts";

export class CharacterCounts {
  readonly kinds = new Float64Array(characterKinds.length);
  readonly scripts = new Float64Array(scripts.length);
}

/**
 * Calls `onToken` for each token from `from` to `to` of the text.
 * @returns the number of words, runs of anything but white space
 */
export function scanText(
  text: string,
  counts: CharacterCounts | undefined,
  onToken: (from: number, to: number, isWord: boolean) => void,
): number {
  let words = 0;
  let start = -1;
  let startIsWord = false;
  let insideWord = false;
  for (let at = 0; at < text.length;) {
    const code = text.codePointAt(at)!;
    const entry = characterEntry(code);
    if (counts !== undefined) {
      counts.kinds[kindOf(entry)]!++;
      const script = scriptOf(entry);
      if (script >= 0) counts.scripts[script]!++;
    }
    const space = isSpaceEntry(entry);
    const isWord = isWordEntry(entry);
    if (start >= 0 && (space || isWord !== startIsWord)) {
      onToken(start, at, startIsWord);
      start = -1;
    }
    if (!space && start < 0) {
      start = at;
      startIsWord = isWord;
    }
    if (!space && !insideWord) words++;
    insideWord = !space;
    at += code > 0xffff ? 2 : 1;
  }
  if (start >= 0) onToken(start, text.length, startIsWord);
  return words;
}
