/** One maker of texts a kind: each pushes one or a few of the rules' numbers over a range around the thresholds. */
import type { Random } from "../../src/base/index.ts";
import { madeWord, pick, prose, sentence, sentences, word } from "./sentences.ts";

type Kind = (source: Random, index: number) => string;
const between = (source: Random, low: number, high: number): number => low + source.below(high - low + 1);
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

/** Lines of which a share is changed. */
function lines(
  source: Random,
  share: number,
  change: (line: string) => string,
  count = between(source, 4, 25),
): string {
  return times(count, () => {
    const line = sentence(source);
    return source.next() < share ? change(line) : line;
  }).join("\n");
}

/** Puts pieces between the words of a text, so that there is about one for every `every` words. */
function sprinkled(source: Random, text: string, every: number, pieces: readonly string[]): string {
  return text
    .split(" ")
    .flatMap((one) => (source.next() < 1 / every ? [one, pick(source, pieces)] : [one]))
    .join(" ");
}

/** Pieces of which some stand again, between the ends of `divider`. */
function withRepeats(source: Random, divider: string, make: () => string): string {
  const first = times(between(source, 3, 14), make);
  const again = times(between(source, 0, 6), () => pick(source, first));
  return [...first, ...again].sort(() => source.next() - 0.5).join(divider);
}

/** A phrase of n words that comes up again and again. */
function withPhrase(source: Random, n: number, least: number, most: number): string {
  const phrase = times(n, () => word(source)).join(" ");
  const body = prose(source, between(source, 60, 220)).split(" ");
  for (let i = between(source, least, most); i > 0; i--) body.splice(source.below(body.length), 0, phrase);
  return body.join(" ");
}

const policy = [
  "Terms of use",
  "our privacy policy applies",
  "This site uses cookies.",
  "Please enable JavaScript now.",
];
const address = [
  "a.b@c.example.org",
  "8.8.8.8",
  "192.168.0.1",
  "1.2.3.4",
  "x@y",
  "10.0.0.300",
  "52.94.7.1",
  "me+you@lake.io",
  "224.0.0.5",
];

export const kinds: readonly Kind[] = [
  (source) => prose(source, between(source, 5, 110)),
  (source) => prose(source, between(source, 30, 300)),
  (source) =>
    times(between(source, 50, 90), () =>
      source.next() < 0.55 ? pick(source, ["a", "I", "of", "to", "x"]) : madeWord(source, 1, 2),
    ).join(" "),
  (source) => times(between(source, 50, 90), () => madeWord(source, 2, 6)).join(" ") + ".",
  (source) => sprinkled(source, prose(source, 120), between(source, 6, 14), ["#", "#a", "##"]),
  (source) => sprinkled(source, prose(source, 120), between(source, 6, 16), ["...", "…", "so..."]),
  (source) => lines(source, 0.8 + source.next() * 0.2, (line) => pick(source, ["- ", "• ", "  - "]) + line),
  (source) =>
    lines(source, 0.1 + source.next() * 0.4, (line) => line.replace(/\W*$/, pick(source, ["...", "…", "...  "]))),
  (source) =>
    sprinkled(source, prose(source, 80, { odd: 0 }), 2 + source.next() * 8, ["12", "3.4", "&", "—", "%", "1980"]),
  (source) => prose(source, between(source, 50, 90), { common: source.next() * 0.12, odd: 0 }),
  (source) => withRepeats(source, "\n\n", () => sentence(source)),
  (source) => withRepeats(source, "\n", () => sentence(source, {}, between(source, 2, 20))),
  (source) => withRepeats(source, "\n\n", () => sentences(source, 2).join("\n")),
  (source) => withPhrase(source, 2, 2, 30),
  (source) => withPhrase(source, 3, 2, 20),
  (source) => withPhrase(source, 4, 2, 14),
  (source) => withPhrase(source, between(source, 5, 7), 2, 7),
  (source) => withPhrase(source, between(source, 8, 12), 2, 5),
  (source) => lines(source, 0.5, (line) => pick(source, policy) + (source.next() < 0.5 ? ` ${line}` : "")),
  (source) =>
    lines(source, 0.06, (line) => pick(source, ["Lorem ipsum dolor.", "if (x) { y }", "lorem ipsum", "}"]) + line),
  (source) => lines(source, 0.2, () => "x".repeat(between(source, 990, 1010)) + " end.", 5),
  (source) => sentences(source, between(source, 2, 8), { odd: 0.15 }).join(pick(source, [" ", "\n"])),
  (source) =>
    times(between(source, 1, 6), () => prose(source, between(source, 20, 60)).replaceAll("\n", " ")).join("\n"),
  (source) => times(between(source, 8, 40), () => sentence(source, {}, between(source, 1, 9))).join("\n"),
  (source) =>
    times(between(source, 5, 30), () => (source.next() < 0.8 ? madeWord(source) : sentence(source))).join("\n"),
  (source) => sprinkled(source, prose(source, 80), 8, address),
  (source) => prose(source, 90, { odd: 0.7 }),
  (source) =>
    sprinkled(source, prose(source, 60), 5, [
      "\u2028",
      "\x0b",
      "\x85",
      "\xa0",
      "\u3000",
      "\t",
      "\r\n",
      "\x1c",
      "。",
      "你好吗",
    ]),
  (source) =>
    lines(source, 0.4, (line) => line + pick(source, ["[1]", "[edit]", "[citation needed]", "[12][3]", " [a]", ""])),
  (source) =>
    times(between(source, 3, 30), () =>
      pick(source, ["!!!", "§§", "—", "...", "1", "a", "🙂🙂", ":-)", "(", "♥"]),
    ).join(pick(source, [" ", "\n"])),
  (source, i) => (i < 100 ? prose(source, between(source, 99_800, 100_300), { odd: 0 }) : prose(source, 400)),
  (source) => [prose(source, 60), withRepeats(source, "\n", () => sentence(source)), prose(source, 30)].join("\n\n"),
];
