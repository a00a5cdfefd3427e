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

export interface PairPlan {
  names: readonly Name[];
  families: readonly string[];
  /** Groups of events of one sort; an event is a list of wordings with one slot, {x} or {xbare}. */
  events: string[][][];
}

const subjectScore = { same: 2.5, family: 2, other: 0 };
const eventScore = { same: 2.5, sort: 1.25, other: 0 };

/** Half of a pair's score is for the subject, half for what is said of it. */
export function makePairs(plan: PairPlan, count: number, source: Random): Pair[] {
  const draw = sideNames(plan.names, undefined, 1, source);
  return unique(count, () => {
    const family = pick(plan.families, source);
    const subject = draw(family);
    const relation = pick(["same", "family", "family", "other", "other"] as const, source);
    const others = plan.families.filter((name) => name !== family);
    let second = relation === "same" ? subject : draw(relation === "family" ? family : pick(others, source));
    while (relation === "family" && second === subject) second = draw(family);

    const group = pick(plan.events, source);
    const event = pick(group, source);
    const happened = pick(["same", "sort", "other"] as const, source);
    const elsewhere = pick(
      pick(
        plan.events.filter((other) => other !== group),
        source,
      ),
      source,
    );
    const said = { same: event, sort: group.find((other) => other !== event)!, other: elsewhere }[happened];
    const wording = pick(event, source);
    const otherWording = pick(
      said.filter((text) => text !== wording),
      source,
    );
    const [a, b] = [say(wording, subject, source), say(otherWording, second, source)];
    return { text: `${a}\t${b}`, first: a, second: b, score: subjectScore[relation] + eventScore[happened] };
  }).map(({ first, second, score }) => ({ first, second, score }));
}

function say(template: string, name: Name, source: Random): string {
  const slots = (slot: string): Mention => ({ text: name.text, before: slot.endsWith("bare") ? "" : name.before });
  return expand(template, slots, source).text;
}
