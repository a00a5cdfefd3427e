/**
 * Which tokens of a block are hidden, and what stands there instead: as Hugging Face's
 * DataCollatorForLanguageModeling (transformers), and so as BERT (Devlin et al. 2019, section 3.1). Every
 * ordinary token is chosen by its own draw at the masking rate; of the chosen ones 80 % become the mask token, 10 % a
 * random id, 10 % stay. Special tokens and padding are never chosen.
 */
import type { Random } from "../../base/index.ts";
import type { Recipe, SpecialTokens } from "../../contract/index.ts";
import type { Block } from "../pack/blocks.ts";
import { isSpecial } from "../tokenize/special.ts";
import { choosers } from "./choose-places.ts";
import { chooseSpans, drawOrdering, type Ordering } from "./permute.ts";
import type { TermFinder } from "./terms.ts";

export interface CollateSettings {
  recipe: Pick<Recipe, "seed" | "maskUnit" | "maskRate" | "maskTokenShare" | "randomTokenShare" | "termShare"> &
    Pick<Recipe, "permuteOneIn" | "permuteSpan">;
  special: SpecialTokens;
  /** Random ids are drawn from [0, vocabularySize). */
  vocabularySize: number;
  /** Where the recipe hides terms of a list first. */
  terms?: TermFinder;
  /** The model guesses tokens in a random order, as XLNet: see permute.ts. */
  permuted?: boolean;
}
/** The share of tokens that are guessed, on average. */
export const guessedShare = ({ recipe, permuted }: Pick<CollateSettings, "recipe" | "permuted">): number =>
  permuted === true ? 1 / recipe.permuteOneIn : recipe.maskRate;

/** The chosen places of one block, ascending, and what the model sees at each. */
export interface Masking {
  places: number[];
  shown: number[];
  /** With permuted guessing. */
  ordering?: Ordering;
}

export function maskBlock(block: Block, settings: CollateSettings, source: Random): Masking {
  const { recipe, special } = settings;
  if (settings.permuted === true) {
    const { permuteOneIn: oneIn, permuteSpan: longestSpan } = recipe;
    const places = chooseSpans(block, { oneIn, longestSpan }, special, source);
    return { places, shown: places.map(() => special.mask), ordering: drawOrdering(block, special, source) };
  }
  const masking: Masking = { places: [], shown: [] };
  for (const group of choosers[settings.recipe.maskUnit](block, settings, source)) {
    const kind = source.next(); // a span shares one fate
    for (const place of group) {
      masking.places.push(place);
      masking.shown.push(shownFor(block.ids[place]!, kind, settings, source));
    }
  }
  return masking;
}

/** What stands in a chosen token's place. */
function shownFor(
  id: number,
  kind: number,
  { recipe, special, vocabularySize }: CollateSettings,
  source: Random,
): number {
  if (kind < recipe.maskTokenShare) return special.mask;
  if (kind < recipe.maskTokenShare + recipe.randomTokenShare) return source.below(vocabularySize);
  return id;
}

/** One place chosen at random, for a text so short that none was; undefined when all tokens are special. */
export function maskOne(block: Block, settings: CollateSettings, source: Random): Masking | undefined {
  const { ids, length } = block;
  const ordinary: number[] = [];
  for (let place = 0; place < length; place++) if (!isSpecial(ids[place]!, settings.special)) ordinary.push(place);
  if (ordinary.length === 0) return undefined;
  const place = ordinary[source.below(ordinary.length)]!;
  if (settings.permuted === true)
    return { places: [place], shown: [settings.special.mask], ordering: drawOrdering(block, settings.special, source) };
  return { places: [place], shown: [shownFor(ids[place]!, source.next(), settings, source)] };
}
