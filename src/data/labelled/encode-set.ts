/** A labelled set as token ids of one tokenizer, special tokens added, overlong texts cut and counted. */
import type { EncodedSet, EncodedText, LabelledSet } from "../../contract/index.ts";
import { before, framed } from "../tokenize/special.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import { pairRow } from "./task-rows.ts";

/**
 * @param maxTokens tokens a text, start and end token counted
 * @returns texts in item order; similarity: first, second, first, second, ...
 */
export function encodeSet(set: LabelledSet, tokenizer: Tokenizer, maxTokens: number): EncodedSet {
  const first = before(tokenizer.special).length;
  const room = maxTokens - 2;
  let [cutTexts, cutWords] = [0, 0];
  const close = (ids: number[]): number[] => {
    if (ids.length > room) cutTexts++;
    return framed(ids.slice(0, room), tokenizer.special);
  };
  const plain = (text: string): EncodedText => ({ ids: close(tokenizer.encode(text)) });
  const pair = (first: string, second: string): EncodedText => {
    const { ids, cut } = pairRow(tokenizer, first, second, maxTokens);
    if (cut) cutTexts++;
    return { ids };
  };
  const words = (tokens: string[]): EncodedText => {
    const { ids, wordStarts } = tokenizer.encodeWords(tokens);
    const placed = wordStarts.map((at) => (at < room ? at + first : -1));
    cutWords += placed.filter((at) => at < 0).length;
    return { ids: close(ids), wordStarts: placed };
  };
  const texts =
    set.task === "ner"
      ? set.items.map((item) => words(item.tokens))
      : set.task === "classification"
        ? set.items.map(({ text, second }) => (second === undefined ? plain(text) : pair(text, second)))
        : set.task === "qa"
          ? set.items.map(({ question, context }) => pair(question, context))
          : set.items.flatMap((item) => [plain(item.first), plain(item.second)]);
  if (cutTexts === 0) return { set, texts };
  const lost = cutWords > 0 ? ` ${cutWords} words at their ends get no tag and count as missed.` : "";
  const warning = `${cutTexts} of ${texts.length} texts are longer than ${maxTokens} tokens and were cut.${lost}`;
  return { set: { ...set, warnings: [...set.warnings, warning] }, texts };
}
