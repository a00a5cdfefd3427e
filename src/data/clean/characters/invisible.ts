/**
 * Characters that nobody sees: controls, zero-width signs and marks, blanks that only look like blanks. Joiners stay
 * where a script is written with them or an emoji is made of them (Unicode 15, chapters 2.4 and 23.2).
 */
import { editsOf, type Edit } from "./edit.ts";

/* eslint-disable no-control-regex -- control characters are what this file is about */
const controls = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd]/g;
const breaks = /[\x0b\x0c\x1c-\x1e\x85]/;
const invisible =
  /[\xad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]+/gu;
const oddSpaces = /[\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/g;
const joiner = /^[\u200c\u200d]$/;
/** Scripts whose letters do not change their shape with a joiner between them. */
const plainScript = /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Han}\p{N}\p{P}\p{Z}\s]/u;
const emojiPart = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]$/u;
const flag = /\u{1f3f4}$/u;

/** Line-like controls (form feed and such) become line breaks, the others nothing. */
export const controlEdits = (text: string): Edit[] =>
  editsOf(text, controls, ([found]) => (breaks.test(found) ? "\n" : ""));

export const invisibleEdits = (text: string): Edit[] =>
  editsOf(text, invisible, ({ 0: found, index }) => {
    const before = text.slice(Math.max(0, index - 2), index);
    const after = text.slice(index + found.length, index + found.length + 2);
    if (found.length > 1 || found > "\uffff") return flag.test(before) ? undefined : "";
    if (!joiner.test(found)) return "";
    const needed =
      emojiPart.test(before) ||
      (before !== "" && after !== "" && !plainScript.test(before.slice(-1)) && !plainScript.test(after));
    return needed ? undefined : "";
  });

export const spaceEdits = (text: string): Edit[] =>
  editsOf(text, oddSpaces, ([found]) => (found === "\u2028" || found === "\u2029" ? "\n" : " "));
