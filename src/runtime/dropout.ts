/**
 * Dropout masks from a counter: a mask's value is a function of (seed, step, batch, site, place), so a resumed run drops
 * what it would have dropped, and CPU and GPU drop the same. What both kernels compute is told here, once.
 *
 * Generator: Threefry-2x32 with 13 rounds (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3", the
 * fewest that are Crush-resistant). Key (seed, step), counter (c, stream); each counter gives two words, which are four
 * numbers of 16 bits: word 0 low and high, word 1 low and high. A place is kept where its number is below the limit.
 * Counters 4b to 4b + 3 fill places 16b to 16b + 15: number p of counter 4b + l stands at 16b + 4p + l, so that four
 * counters in one vector write vectors.
 */
import type { DropoutSite } from "./types.ts";

/** Rotations of the rounds, eight in turn; a key word is added after every fourth round. */
export const threefryRotations = [13, 15, 26, 6, 17, 29, 16, 24] as const;
export const threefryRounds = 13;
/** The third key word is the xor of this and the other two. */
export const threefryParity = 0x1bd11bda;

/** Places that four counters fill. */
export const dropoutBlock = 16;
export const dropoutRoom = (values: number): number => Math.ceil(values / dropoutBlock) * dropoutBlock;

/** 16-bit numbers below `limit` are kept; `scale` is the exact inverse of their share. */
export function dropoutNumbers({ keep }: Pick<DropoutSite, "keep">): { limit: number; scale: number } {
  const limit = Math.min(65536, Math.max(1, Math.round(keep * 65536)));
  return { limit, scale: 65536 / limit };
}

/** The counter's second word. */
export const dropoutStream = (batch: number, site: number): number => (batch << 16) | site;
