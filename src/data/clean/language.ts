/**
 * Which language a text is in: eld's smallest table (60 languages, Apache-2.0, 0.26 MB on the wire), loaded when first
 * asked for. Chosen over tinyld (0.6 MB for its usual table) and franc-min (worse on short texts by eld's and its own
 * benchmarks). Says "" rather than a guess: under 40 letters, or when eld calls its own answer unreliable.
 */
const fewestLetters = 40;
/** Two tweets: enough to be sure, and a long document costs no more. */
const charactersRead = 300;
const letters = /\p{L}/gu;

export type LanguageRecogniser = (text: string) => string;

let loading: Promise<LanguageRecogniser> | undefined;

/** ISO 639-1 code, or "". */
export function languageRecogniser(): Promise<LanguageRecogniser> {
  loading ??= import("eld/extrasmall").then(({ eld }) => (text) => {
    const part = text.slice(0, charactersRead);
    if ((part.match(letters)?.length ?? 0) < fewestLetters) return "";
    const result = eld.detect(part);
    return result.isReliable() ? result.language : "";
  });
  return loading;
}
