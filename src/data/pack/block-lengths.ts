/**
 * Which block length suits a corpus: for each candidate, how many tokens are lost, how many places are padding and
 * how many documents are torn apart, from the documents' lengths alone.
 */
import { formatCount } from "../../base/index.ts";
import type { BlockLengths, BlockLengthUse, Recipe } from "../../contract/index.ts";

const CANDIDATES = [16, 32, 48, 64, 96, 128, 192, 256, 320, 384, 448, 512];
/** One document a block: this much text may be cut off before a longer block is worth its padding. */
const BEARABLE_LOSS = 0.02;
/** Joined documents: at least this share of them should stand whole in a block. */
const WHOLE_SHARE = 0.5;

/**
 * @param lengths tokens of each document, special tokens included
 * @param current the recipe's block length, measured too
 * @param longest tokens that the model can read at once
 */
export function blockLengths(
  lengths: Uint32Array,
  packing: Recipe["packing"],
  current: number,
  longest: number,
): BlockLengths {
  const sorted = lengths.slice().sort();
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const tried = [...new Set([...CANDIDATES, current])].filter((T) => T <= longest).sort((a, b) => a - b);
  const uses = tried.map((T) => (packing === "lines" ? useAlone(lengths, tokens, T) : useJoined(lengths, tokens, T)));
  const facts = {
    packing,
    documents: lengths.length,
    tokens,
    medianTokens: sorted[sorted.length >> 1] ?? 0,
    longestTokens: sorted.at(-1) ?? 0,
    uses,
  };
  return { ...facts, ...suggest(facts) };
}

function useAlone(lengths: Uint32Array, tokens: number, T: number): BlockLengthUse {
  let [lostTokens, paddingPlaces, torn] = [0, 0, 0];
  for (const length of lengths) {
    if (length > T) {
      lostTokens += length - T;
      torn++;
    } else paddingPlaces += T - length;
  }
  return use(T, lengths.length, { lostTokens, paddingPlaces, torn }, tokens, lengths.length);
}

function useJoined(lengths: Uint32Array, tokens: number, T: number): BlockLengthUse {
  let [start, torn] = [0, 0];
  for (const length of lengths) {
    const end = start + length;
    if (Math.floor(start / T) !== Math.floor((end - 1) / T)) torn++;
    start = end;
  }
  const blocks = Math.floor(tokens / T);
  return use(T, blocks, { lostTokens: tokens - blocks * T, paddingPlaces: 0, torn }, tokens, lengths.length);
}

function use(
  blockLength: number,
  blocks: number,
  { lostTokens, paddingPlaces, torn }: { lostTokens: number; paddingPlaces: number; torn: number },
  tokens: number,
  documents: number,
): BlockLengthUse {
  return {
    blockLength,
    blocks,
    lostTokens,
    paddingPlaces,
    lostShare: lostTokens / Math.max(1, tokens),
    paddingShare: paddingPlaces / Math.max(1, blocks * blockLength),
    tornShare: torn / Math.max(1, documents),
  };
}

function suggest({
  packing,
  uses,
  medianTokens,
}: Omit<BlockLengths, "suggested" | "reason">): Pick<BlockLengths, "suggested" | "reason"> {
  const percent = (share: number): string => `${Number((100 * share).toPrecision(2))} %`;
  const usable = uses.filter(({ blocks }) => blocks > 0);
  const last = usable.at(-1) ?? uses[0];
  if (last === undefined) return { suggested: 0, reason: "The model can read no block at all." };
  if (packing === "lines") {
    const found = usable.find(({ lostShare }) => lostShare <= BEARABLE_LOSS);
    const chosen = found ?? last;
    const cost = `${percent(chosen.lostShare)} of the text is cut off and ${percent(chosen.paddingShare)} of all places are padding`;
    return {
      suggested: chosen.blockLength,
      reason: found
        ? `The shortest at which little is lost: ${cost}.`
        : `Many documents are longer than any block: at ${chosen.blockLength}, ${cost}. Joined documents would lose nothing.`,
    };
  }
  const found = usable.find(({ tornShare }) => tornShare <= 1 - WHOLE_SHARE);
  const chosen = found ?? last;
  return {
    suggested: chosen.blockLength,
    reason: found
      ? `The shortest at which half of the documents stand whole in a block: ${percent(chosen.tornShare)} are torn, ${formatCount(chosen.lostTokens)} tokens are left over.`
      : `Documents are long (${formatCount(medianTokens)} tokens in the middle): even at ${chosen.blockLength}, ${percent(chosen.tornShare)} of them are torn over several blocks. Longer blocks show more of each and cost more time.`,
  };
}
