/**
 * Text of any size, made by rule and written to a file piece by piece: sentences of a grammar whose words are drawn
 * with Zipf's law from an invented vocabulary, some paragraphs long, some short. Knows no page.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import { random } from "../../src/base/index.ts";

const pieceBytes = 1_000_000;
const syllables =
  "ba be bi bo da de di do fa ke ki ko la le li lo ma mi mo na ne ni no pa po ra re ri ro sa se si so ta te ti to va ve vi".split(
    " ",
  );
const glue = ["the", "of", "and", "to", "in", "that", "is", "with", "was", "for", "on", "by", "at", "from"];
const vocabularySize = 20_000;

function vocabulary(): string[] {
  const source = random(1, 0);
  return Array.from({ length: vocabularySize }, () =>
    Array.from({ length: 1 + source.below(4) }, () => syllables[source.below(syllables.length)]!).join(""),
  );
}

/** About a megabyte of paragraphs; equal arguments, equal text. */
export function generatedPiece(seed: number, piece: number, words = vocabulary()): string {
  const source = random(seed, piece);
  const paragraphs: string[] = [];
  for (let length = 0; length < pieceBytes;) {
    const sentences: string[] = [];
    for (let count = 1 + source.below(8); count > 0; count--) {
      const drawn = Array.from({ length: 6 + source.below(18) }, (_, i) =>
        // Zipf's law with exponent one: the rank is exponential in a uniform number.
        i % 3 === 1 ? glue[source.below(glue.length)]! : words[Math.floor(vocabularySize ** source.next()) - 1]!,
      );
      const sentence = drawn.join(" ");
      sentences.push(`${sentence[0]!.toUpperCase()}${sentence.slice(1)}.`);
    }
    const paragraph = sentences.join(" ");
    paragraphs.push(paragraph);
    length += paragraph.length + 2;
  }
  return `${paragraphs.join("\n\n")}\n\n`;
}

/** Writes a file of so many MB (10^6 bytes); a few hundred pieces in turn, each with its own number in front. */
export function writeGenerated(path: string, megabytes: number, seed = 7): void {
  const words = vocabulary();
  const distinct = Array.from({ length: Math.min(megabytes, 40) }, (_, i) =>
    Buffer.from(generatedPiece(seed, i, words)),
  );
  const file = openSync(path, "w");
  try {
    let left = megabytes * 1_000_000;
    for (let i = 0; left > 0; i++) {
      const bytes = Buffer.concat([Buffer.from(`Part ${i}. `), distinct[i % distinct.length]!]);
      left -= writeSync(file, bytes, 0, Math.min(left, bytes.length));
    }
  } finally {
    closeSync(file);
  }
}
