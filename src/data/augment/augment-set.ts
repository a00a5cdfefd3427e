/**
 * A labelled set with more training items. Dev and test items are the old ones, and no new item is one that the set
 * has already, in whatever split: augmentation must not bring test text into training.
 */
import { random, UnmaskError } from "../../base/index.ts";
import type {
  AugmentationSettings,
  AugmentedSample,
  DraftGuesses,
  LabelledSet,
  MaskedDraft,
} from "../../contract/index.ts";
import { setIdOf } from "../labelled/set-id.ts";
import { normalizedText } from "../leaks/leak-words.ts";
import type { Tokenizer } from "../tokenize/tokenizer.ts";
import { changeable, itemWords, writtenText, type Words } from "./augment-words.ts";
import { edaCopy } from "./eda.ts";
import { fillDraft } from "./masked-words.ts";
import { swapEntities, trainingMentions } from "./swap-entities.ts";

const edaStream = 0xeda1;
const entityStream = 0xeda2;
const samplesShown = 8;

export interface Augmented {
  set: LabelledSet;
  added: number;
  guessed: number;
  eda: number;
  without: number;
  samples: AugmentedSample[];
}

/** @throws data/cannot-augment for pairs and questions: another word changes how they answer to each other. */
export function checkAugmentable(set: LabelledSet): void {
  const paired =
    set.task === "similarity" ||
    set.task === "qa" ||
    (set.task === "classification" && set.items.some(({ second }) => second !== undefined));
  if (!paired && set.items.some(({ split }) => split === "train")) return;
  throw new UnmaskError(
    "data/cannot-augment",
    paired
      ? "Augmentation needs items whose label stays true when a word changes; that of a pair of texts does not."
      : "Augmentation needs training items, but this set has none.",
    "Choose a classification or entity set with training items.",
  );
}

export function augmentSet(
  set: LabelledSet,
  tokenizer: Tokenizer,
  settings: AugmentationSettings,
  drafts: readonly MaskedDraft[],
  guesses: DraftGuesses,
): Augmented {
  checkAugmentable(set);
  const pools = wordPools(set);
  const mentions = set.task === "ner" && settings.entities === "swap" ? trainingMentions(set) : undefined;
  const draftOf = new Map(drafts.map((draft, i) => [`${draft.item}:${draft.copy}`, i]));
  const known = new Set(set.items.map((_, i) => normalizedText(writtenText(itemWords(set, i)), false)));
  const made: { item: number; words: Words }[] = [];
  const counts = { guessed: 0, eda: 0, without: 0 };
  set.items.forEach(({ split }, item) => {
    if (split !== "train") return;
    for (let copy = 0; copy < settings.copies; copy++) {
      const draft = settings.method === "eda" ? undefined : draftOf.get(`${item}:${copy}`);
      let words =
        draft === undefined ? null : fillDraft(set, drafts[draft]!, guesses[draft] ?? [], tokenizer, settings);
      const way = words === null ? "eda" : "guessed";
      if (words === null && settings.method !== "masked") {
        const plain = itemWords(set, item);
        words = edaCopy(
          plain,
          settings.alpha,
          pools.get(plain.label) ?? [],
          random(settings.seed, edaStream, item, copy),
        );
      }
      if (words !== null && mentions !== undefined)
        words = swapEntities(words, mentions, random(settings.seed, entityStream, item, copy));
      const key = words === null ? "" : normalizedText(writtenText(words), false);
      if (words === null || known.has(key)) {
        counts.without++;
        continue;
      }
      known.add(key);
      counts[way]++;
      made.push({ item, words });
    }
  });
  return {
    set: extended(set, settings, made, counts.without),
    added: made.length,
    ...counts,
    samples: made
      .filter((_, i) => i % Math.ceil(made.length / samplesShown) === 0)
      .map(({ item, words }) => ({
        label: words.label,
        before: writtenText(itemWords(set, item)),
        after: writtenText(words),
      })),
  };
}

/** Words of the training items that may be inserted, by label (NER: one pool of untagged words). */
function wordPools(set: LabelledSet): Map<string, string[]> {
  const pools = new Map<string, string[]>();
  set.items.forEach(({ split }, i) => {
    if (split !== "train") return;
    const item = itemWords(set, i);
    const pool = pools.get(item.label) ?? [];
    for (const place of changeable(item)) pool.push(item.words[place]!);
    pools.set(item.label, pool);
  });
  return pools;
}

function extended(
  set: LabelledSet,
  settings: AugmentationSettings,
  made: readonly { words: Words }[],
  without: number,
): LabelledSet {
  const ways = { masked: "guessed words", eda: "EDA", both: "guessed words, else EDA" };
  const name = `${set.name} (augmented: ${ways[settings.method]}, ×${settings.copies})`;
  const { alpha, seed, guesses, entities } = settings;
  const details = [
    `alpha ${alpha}`,
    ...(settings.method === "eda" ? [] : [`${guesses} guesses`]),
    ...(set.task === "ner" ? [`names ${entities === "keep" ? "kept" : "exchanged"}`] : []),
    `seed ${seed}`,
  ];
  const note = `Made from “${set.name}”: ${made.length} new training items by ${ways[settings.method]} (${details.join(", ")}); ${without} copies not made. Dev and test are as they were.`;
  const finish = <S extends LabelledSet>(items: S["items"]): LabelledSet => {
    return { ...set, items, id: setIdOf(set.task, items), name, note: [set.note, note].filter(Boolean).join(" ") } as S;
  };
  if (set.task === "ner") {
    const added = made.map(({ words }) => ({ split: "train" as const, tokens: words.words, tags: words.tags! }));
    return finish<typeof set>([...set.items, ...added]);
  }
  if (set.task === "classification") {
    const added = made.map(({ words }) => ({ split: "train" as const, text: writtenText(words), label: words.label }));
    return finish<typeof set>([...set.items, ...added]);
  }
  return set;
}
