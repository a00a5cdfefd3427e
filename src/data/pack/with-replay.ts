/**
 * Replay against forgetting: blocks of a general text among those of the domain, at a fixed share of every epoch.
 * General blocks are drawn without repetition until all were seen, over the epochs, and then in a new order; which ones
 * stand in an epoch is a function of (seed, epoch). Sources: Gupta et al. 2023 (arXiv 2308.04014) and Ibrahim et al.
 * 2024 (arXiv 2403.08763), who replay 1 to 50 %, for decoders.
 */
import { formatCount, formatNumber, permutation, random } from "../../base/index.ts";
import type { BlockIndex } from "./blocks.ts";

const REPLAY_STREAM = 0x2e91;
/** An epoch can begin in one round through the general text and end in the next. */
const KEPT_ROUNDS = 2;

/** General blocks beside `domainBlocks` of the domain, so that they are `share` of all; one at least. */
export const replayBlocks = (domainBlocks: number, share: number): number =>
  Math.max(1, Math.round((share / (1 - share)) * domainBlocks));

/**
 * An epoch is every domain block once and `replayBlocks` general ones. Blocks from `domain.count` on are general, one
 * round through that text after another: a block drawn again has another number, and so other masks.
 * @param share of an epoch's blocks, above 0 and below 1; both texts are packed alike
 */
export function withReplay(domain: BlockIndex, general: BlockIndex, share: number, seed: number): BlockIndex {
  const n = domain.count;
  const extra = replayBlocks(n, share);
  const rounds = new Map<number, Uint32Array>();
  const orderOf = (round: number): Uint32Array => {
    let order = rounds.get(round);
    if (order === undefined) {
      order = permutation(general.count, random(seed, REPLAY_STREAM, round));
      rounds.set(round, order);
      if (rounds.size > KEPT_ROUNDS) rounds.delete([...rounds.keys()][0]!);
    }
    return order;
  };
  const source = (i: number): { blocks: BlockIndex; block: number } =>
    i < n ? { blocks: domain, block: i } : { blocks: general, block: (i - n) % general.count };
  return {
    count: n + extra,
    T: domain.T,
    padded: domain.padded === "documents" ? domain.padded : domain.padded || general.padded,
    restarts: domain.restarts,
    documents: domain.documents + general.documents,
    droppedTokens: domain.droppedTokens + general.droppedTokens,
    truncatedTokens: domain.truncatedTokens + general.truncatedTokens,
    paddingTokens: domain.paddingTokens + general.paddingTokens,
    notices: [...domain.notices, replayNotice(n, extra, general.count)],
    source,
    drawn(epoch, place) {
      if (place < n) return place;
      const draw = epoch * extra + place - n;
      const round = Math.floor(draw / general.count);
      return n + round * general.count + orderOf(round)[draw % general.count]!;
    },
    block: (i) => {
      const { blocks, block } = source(i);
      return blocks.block(block);
    },
    copy: (i, target, at) => {
      const { blocks, block } = source(i);
      return blocks.copy(block, target, at);
    },
    mark: (i, target, at) => {
      const { blocks, block } = source(i);
      blocks.mark(block, target, at);
    },
    documentsOf(i) {
      const { blocks, block } = source(i);
      const { first, last } = blocks.documentsOf(block);
      const before = i < n ? 0 : domain.documents;
      return { first: before + first, last: before + last };
    },
  };
}

function replayNotice(domain: number, extra: number, general: number): string {
  const mixed = `Replay: an epoch is ${formatCount(domain)} blocks of your text and ${formatCount(extra)} of the general text`;
  return extra > general
    ? `${mixed}, which has only ${formatCount(general)}: each is seen about ${formatNumber(extra / general, 2)} times an epoch.`
    : `${mixed}, of its ${formatCount(general)}.`;
}
