/**
 * Writes the unlabelled corpus of a domain: documents of paragraphs, each paragraph about one subject,
 * its names drawn evenly, so that every coined name stands in enough telling contexts to be learned.
 */
import { random, type Random } from "../../src/base/index.ts";
import { deck, expand, joinLines, pick, type Mention } from "./grammar.ts";
import { mention, type Name } from "./words.ts";

/** Coined names are what the corpus teaches; pairs of ordinary words need little teaching. */
const coinedShare = 0.85;
/** A paragraph comes back to the names it has, or takes new ones. */
const returnShare = 0.5;
/** Paragraphs on one family mix in sentences that are true of all families. */
const generalShare = 0.15;
/** How often a coined name of a family has one of the family's epithets before it. */
const epithetShare = 0.25;

export interface CorpusPlan {
  seed: number;
  documents: number;
  names: readonly Name[];
  families: readonly string[];
  /** Subjects of paragraphs, drawn evenly; a subject listed twice comes twice as often. */
  subjects: readonly string[];
  /** Sentences by subject, and "general" ones for any family. */
  phrases: Record<string, string[]>;
  /** Words that stand right before the names of a family: the plainest hint at what a name is. */
  epithets: Record<string, string[]>;
  people: readonly string[];
  /** Slot letter -> tag; "family" stands for a name of the paragraph's family. */
  kinds: Record<string, string>;
  /** Slot letter of people, for example c and c2. */
  personSlot: string;
  /** Largest number for {nn}. */
  largest: number;
  /** First paragraph of a document. */
  heading: string[];
  openings: string[];
}

export function makeCorpus(plan: CorpusPlan): string {
  const source = random(plan.seed);
  const draw = nameDecks(plan.names, source);
  const people = deck(plan.people, source);
  const phrases = new Map(Object.entries(plan.phrases).map(([kind, list]) => [kind, deck(list, source)]));
  const heading = deck(plan.heading, source);
  const opening = deck(plan.openings, source);
  const subject = deck(plan.subjects, source);
  const family = deck(plan.families, source);

  const paragraph = (about: string): string => {
    const ofFamily = plan.families.includes(about);
    const own = ofFamily ? about : family();
    const cast = new Map<string, Name>();
    const slots = (slot: string): Mention => {
      if (slot.startsWith(plan.personSlot)) return { text: people() };
      if (slot === "nn") return { text: String(12 + source.below(plan.largest - 11)) };
      if (slot === "n") return { text: String(2 + source.below(8)) };
      const bare = slot.endsWith("bare");
      const place = bare ? slot.slice(0, -"bare".length) : slot;
      const kind = plan.kinds[place.charAt(0)]!;
      let name = place.length === 1 && source.next() < returnShare ? cast.get(place) : undefined;
      name ??= draw(kind === "family" ? own : kind);
      if (place.length === 1) cast.set(place, name);
      const before = bare ? "" : name.before;
      const told = name.coined && name.family !== "" && source.next() < epithetShare;
      return { ...mention(name), before: told ? `${before}${pick(plan.epithets[name.family]!, source)} ` : before };
    };
    const used = new Set<string>();
    const lines = [];
    for (let i = 0, count = 3 + source.below(3); i < count; i++) {
      const next = phrases.get(ofFamily && source.next() < generalShare ? "general" : about)!;
      let template = next();
      while (used.has(template)) template = next();
      used.add(template);
      lines.push(expand(template, slots, source));
    }
    return joinLines(lines);
  };

  const texts: string[] = [];
  for (let number = 1; number <= plan.documents; number++) {
    const head = (slot: string): Mention => ({ text: slot === "number" ? String(200 + number) : people() });
    const paragraphs = [`${expand(heading(), head, source).text} ${opening()}`];
    for (let i = 0, count = 6 + source.below(4); i < count; i++) paragraphs.push(paragraph(subject()));
    texts.push(paragraphs.join("\n"));
  }
  return texts.join("\n\n") + "\n";
}

/** Draws by family or by tag; every name as often as its neighbours. */
function nameDecks(names: readonly Name[], source: Random): (kind: string) => Name {
  const decks = new Map<string, () => Name>();
  return (kind) => {
    const coined = source.next() < coinedShare;
    const key = `${kind} ${coined}`;
    let draw = decks.get(key);
    if (draw === undefined) {
      const own = names.filter((name) => name.coined === coined && (name.family || name.tag) === kind);
      draw = deck(own, source);
      decks.set(key, draw);
    }
    return draw();
  };
}
