/**
 * Builds labelled sets from templates and dealt-out names. Every item keeps the template it came from,
 * so that a test can show that training and test share neither templates nor names.
 */
import { UnmaskError, type Random } from "../../src/base/index.ts";
import { deck, expand, pick, type Line, type Mention } from "./grammar.ts";
import { mention, type Name, type Side } from "./words.ts";

export interface NerLine extends Line {
  template: string;
}
export interface Labelled {
  text: string;
  label: string;
  /** Every template and phrase that it was made of. */
  templates: string[];
  names: string[];
}
export interface Pair {
  first: string;
  second: string;
  score: number;
}

/** Draws names of one side; `kind` is a family or a tag. Coined and ordinary names have their own decks. */
export function sideNames(names: readonly Name[], side: Side | undefined, coinedShare: number, source: Random) {
  const decks = new Map<string, () => Name>();
  return (kind: string): Name => {
    const coined = source.next() < coinedShare;
    const key = `${kind} ${coined}`;
    let draw = decks.get(key);
    if (draw === undefined) {
      const own = names.filter(
        (name) =>
          (side === undefined || name.side === side) &&
          name.coined === coined &&
          (name.family === kind || name.tag === kind),
      );
      draw = deck(own, source);
      decks.set(key, draw);
    }
    return draw();
  };
}

export interface NerPlan {
  templates: Record<Side, string[]>;
  names: readonly Name[];
  people: readonly string[];
  personSlot: string;
  /** Slot letter -> tag; `{any}` draws one of them, `{xbare}` leaves the article out. */
  kinds: Record<string, string>;
  coinedShare: number;
}

export function makeNer(plan: NerPlan, side: Side, count: number, source: Random): NerLine[] {
  const draw = sideNames(plan.names, side, plan.coinedShare, source);
  const template = deck(plan.templates[side], source);
  const anyKind = deck(Object.values(plan.kinds), source);
  const slots = (slot: string): Mention => {
    if (slot === plan.personSlot) return { text: pick(plan.people, source) };
    const kind = slot === "any" ? anyKind() : plan.kinds[slot.charAt(0)]!;
    const found = mention(draw(kind));
    return slot.endsWith("bare") ? { ...found, before: "" } : found;
  };
  return unique(count, () => {
    const chosen = template();
    return { ...expand(chosen, slots, source), template: chosen };
  });
}

/** `make` is asked again until there are `count` different texts. */
export function unique<T extends { text: string }>(count: number, make: () => T): T[] {
  const items = new Map<string, T>();
  for (let tries = 0; items.size < count; tries++) {
    if (tries > count * 50) {
      throw new UnmaskError(
        "demo/too-few-texts",
        `${count} different texts were asked for, but the grammar gave only ${items.size}.`,
        "Add templates or words.",
      );
    }
    const item = make();
    items.set(item.text, item);
  }
  return [...items.values()];
}

const pairScore = { same: 5, sort: 2, other: 0 };

/**
 * Pairs of sayings: every two wordings of one fact, and as many pairs again of one sort and of two
 * sorts as make up `count`.
 * @param sayings sort -> facts -> wordings
 */
export function makePairs(sayings: Record<string, string[][]>, count: number, source: Random): Pair[] {
  const facts = Object.entries(sayings).flatMap(([sort, list]) => list.map((wordings) => ({ sort, wordings })));
  const pair = (first: string, second: string, score: number): Pair & { text: string } => {
    const [a, b] = source.next() < 0.5 ? [first, second] : [second, first];
    return { text: [first, second].sort().join("\t"), first: a, second: b, score };
  };
  const same = facts.flatMap(({ wordings }) =>
    wordings.flatMap((a, i) => wordings.slice(i + 1).map((b) => pair(a, b, pairScore.same))),
  );
  const draw = (relation: "sort" | "other"): Pair & { text: string } => {
    const one = pick(facts, source);
    const others = facts.filter((fact) => fact !== one && (fact.sort === one.sort) === (relation === "sort"));
    return pair(pick(one.wordings, source), pick(pick(others, source).wordings, source), pairScore[relation]);
  };
  const half = Math.floor((count - same.length) / 2);
  const sort = unique(half, () => draw("sort"));
  const other = unique(count - same.length - half, () => draw("other"));
  const next = deck([...same, ...sort, ...other], source);
  return Array.from({ length: count }, next).map(({ first, second, score }) => ({ first, second, score }));
}
