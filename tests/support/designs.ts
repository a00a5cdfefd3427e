/** Encoders of our own design that tests/oracles/scratch.py loads in transformers: one of each family that the builder makes. */
import { configOf, defaultDesign, type DesignVocabulary, type EncoderDesign } from "../../src/contract/index.ts";
import { writeConfig } from "../../src/models/index.ts";

const small: EncoderDesign = {
  ...defaultDesign(),
  layers: 2,
  width: 16,
  heads: 2,
  feedForward: 24,
  positions: 16,
};
const wordPieces: DesignVocabulary = { size: 40, pad: 0, wordPieces: true };
const bytePairs: DesignVocabulary = { size: 40, pad: 1, wordPieces: false };
const special = { pad: 1, unknown: 3, start: 0, end: 2, mask: 4 };

export const designs: Record<string, { design: EncoderDesign; vocabulary: DesignVocabulary }> = {
  "post-norm, WordPiece": { design: { ...small, activation: "relu" }, vocabulary: wordPieces },
  "post-norm, byte pairs": { design: small, vocabulary: bytePairs },
  "post-norm with distances, byte pairs": { design: { ...small, distances: "yes" }, vocabulary: bytePairs },
  "pre-norm, byte pairs": { design: { ...small, norm: "pre" }, vocabulary: bytePairs },
  "rotary, byte pairs": { design: { ...small, norm: "pre", rotary: "yes" }, vocabulary: bytePairs },
  "rotary with a window, WordPiece": {
    design: { ...small, layers: 3, norm: "pre", rotary: "yes", window: 6, activation: "relu" },
    vocabulary: wordPieces,
  },
  "pre-norm, WordPiece": { design: { ...small, norm: "pre", activation: "gelu_new" }, vocabulary: wordPieces },
};

/** config.json of each, by name. */
export const designConfigs = (): Record<string, object> =>
  Object.fromEntries(
    Object.entries(designs).map(([name, { design, vocabulary }]) => [
      name,
      JSON.parse(writeConfig(configOf(design, vocabulary), "masked-lm", special)) as object,
    ]),
  );
