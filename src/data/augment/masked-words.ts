/**
 * Words hidden for the model to guess, and its guesses put in their place (as in conditional BERT augmentation, Wu et al.
 * 2019, without its label embedding: nothing makes a guess keep the label, so few words are changed). Pure.
 */
import { permutation, random } from "../../base/index.ts";
import type { AugmentationSettings, LabelledSet, MaskedDraft } from "../../contract/index.ts";
import { stopWords } from "../report/stop-words.ts";
import { framed } from "../tokenize/special.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import { changeable, coreOf, inCaseOf, itemWords, writtenText, type Words } from "./augment-words.ts";

const maskStream = 0xa391;
const guessStream = 0xa392;
/** Special tokens counted; as much as the evaluation reads. */
const mostTokens = 128;

/** Drafts of all copies of all training items for which a word can be hidden. */
export function draftMasked(set: LabelledSet, tokenizer: Tokenizer, settings: AugmentationSettings): MaskedDraft[] {
  const drafts: MaskedDraft[] = [];
  const { mask } = tokenizer.special;
  const written = tokenizer.tokenText(mask);
  set.items.forEach(({ split }, item) => {
    if (split !== "train") return;
    const words = itemWords(set, item);
    const places = changeable(words);
    if (places.length === 0 || writtenText(words).includes(written)) return;
    const count = Math.min(places.length, Math.max(1, Math.round(settings.alpha * words.words.length)));
    for (let copy = 0; copy < settings.copies; copy++) {
      const order = permutation(places.length, random(settings.seed, maskStream, item, copy));
      const hidden = Array.from(order.subarray(0, count), (i) => places[i]!).sort((a, b) => a - b);
      const shown = [...words.words];
      for (const place of hidden) {
        const { before, after } = coreOf(shown[place]!)!;
        shown[place] = before + written + after;
      }
      const ids = framed(tokenizer.encode(shown.join(" ")).slice(0, mostTokens - 2), tokenizer.special);
      // What was cut off takes its gaps with it; gaps stand in the order of the words.
      const gaps = ids.filter((id) => id === mask).length;
      if (gaps > 0) drafts.push({ item, copy, words: hidden.slice(0, gaps), text: { ids } });
    }
  });
  return drafts;
}

/** The item with guesses in place of its hidden words; null when no guess will do. */
export function fillDraft(
  set: LabelledSet,
  { item, copy, words: hidden }: MaskedDraft,
  guesses: readonly (readonly { id: number; probability: number }[])[],
  tokenizer: Tokenizer,
  settings: AugmentationSettings,
): Words | null {
  const filled = itemWords(set, item);
  const source = random(settings.seed, guessStream, item, copy);
  let changed = false;
  hidden.forEach((place, gap) => {
    const { before, letters, after } = coreOf(filled.words[place]!)!;
    const usable = (guesses[gap] ?? [])
      .map(({ id, probability }) => ({ word: tokenizer.tokenText(id).trim(), probability }))
      // Whole words only: "##ing" would be glued to nothing.
      .filter(({ word }) => /^\p{L}[\p{L}'’-]+$/u.test(word) && word.toLowerCase() !== letters.toLowerCase())
      // A name hidden by chance would often come back as "him" or "it".
      .filter(({ word }) => !stopWords.has(word.toLowerCase()));
    const sum = usable.reduce((total, { probability }) => total + probability, 0);
    let at = source.next() * sum;
    const drawn = usable.find(({ probability }) => (at -= probability) < 0) ?? usable.at(-1);
    if (drawn === undefined) return;
    filled.words[place] = before + inCaseOf(letters, drawn.word) + after;
    changed = true;
  });
  return changed ? filled : null;
}
