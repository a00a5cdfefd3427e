/**
 * Which documents are kept away from training. Decided by a hash of (seed, text), so a document that
 * occurs twice is on one side both times, and adding files later moves nothing. Near-duplicates are not
 * recognised. Knows no tokens.
 */
import { hashString, random } from "../../base/index.ts";

export type Side = "train" | "heldOut";

const HOLD_OUT_STREAM = 0x401d;

/** Uniform in [0, 1), the same for equal texts. */
function drawOf(text: string, seed: number): number {
  return random(seed, HOLD_OUT_STREAM, hashString(text), text.length).next();
}

interface Reserve {
  text: string;
  draw: number;
  side: Side;
  copies: number;
}
/** What becomes of a document; one text with several copies is given once. */
export interface Placed {
  side: Side;
  text: string;
  copies: number;
}

/**
 * Gives every document a side as they pass, and makes sure that neither side stays empty: as long as
 * only one side has been seen, the document nearest to the border is held back.
 */
export class HoldOut {
  readonly #share: number;
  readonly #seed: number;
  #reserve: Reserve | undefined;
  #bothSeen = false;
  #placedOthers = false;

  constructor(share: number, seed: number) {
    this.#share = share;
    this.#seed = seed;
  }

  take(text: string): Placed[] {
    const draw = drawOf(text, this.#seed);
    const side: Side = draw < this.#share ? "heldOut" : "train";
    const reserve = this.#reserve;
    if (this.#bothSeen) return [{ side, text, copies: 1 }];
    if (reserve === undefined) {
      this.#reserve = { text, draw, side, copies: 1 };
      return [];
    }
    if (reserve.text === text) {
      reserve.copies++;
      return [];
    }
    this.#placedOthers = true;
    if (reserve.side !== side) {
      this.#bothSeen = true;
      this.#reserve = undefined;
      return [reserve, { side, text, copies: 1 }];
    }
    const nearer = side === "train" ? draw < reserve.draw : draw > reserve.draw;
    if (!nearer) return [{ side, text, copies: 1 }];
    this.#reserve = { text, draw, side, copies: 1 };
    return [reserve];
  }

  /** The document held back, if any: on the side that lacks one; or "split" when it is the only one. */
  finish(): { placed?: Placed; split?: string } {
    const reserve = this.#reserve;
    if (reserve === undefined) return {};
    const { text, copies, side } = reserve;
    if (!this.#placedOthers) return { split: text };
    return { placed: { side: side === "train" ? "heldOut" : "train", text, copies } };
  }
}

/**
 * The only document in two: its end is held out. Cut at a paragraph's end where there is one near, else
 * at a sentence's end, else between words.
 * @returns undefined when it is a single word
 */
export function splitDocument(text: string, share: number): { train: string; heldOut: string } | undefined {
  const wanted = Math.round(text.length * (1 - share));
  for (const border of [/\n+/g, /[.!?]["')\]]*\s+/g, /\s+/g]) {
    let best: number | undefined;
    for (const match of text.matchAll(border)) {
      const end = match.index + match[0].length;
      if (end >= text.length) continue;
      if (best === undefined || Math.abs(end - wanted) < Math.abs(best - wanted)) best = end;
    }
    const near = border.source === "\\s+" ? text.length : text.length * share;
    if (best !== undefined && Math.abs(best - wanted) <= near)
      return { train: text.slice(0, best).trim(), heldOut: text.slice(best).trim() };
  }
  return undefined;
}
