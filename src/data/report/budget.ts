/**
 * The corpus' tokens beside the recipes of "Don't Stop Pretraining" (Gururangan et al. 2020, repository
 * ADAPTIVE_PRETRAINING.md): DAPT = 12,500 steps x 2,048 sequences x 512 tokens, TAPT = 100 epochs. Pure.
 */
import { formatCount, formatNumber } from "../../base/index.ts";
import type { TokenBudget } from "../../contract/index.ts";

export const DAPT_POSITIONS = 12_500 * 2048 * 512;
export const TAPT_EPOCHS = 100;
/** A corpus below this is of the size of a task's own texts, for which TAPT was made (field notes 3.5, H3a). */
const TASK_SIZED = 1_000_000;

export function tokenBudget(onePass: number): TokenBudget {
  const daptShare = onePass / DAPT_POSITIONS;
  const taptPositions = onePass * TAPT_EPOCHS;
  const pass = `One pass over this text is ${large(onePass)} token positions`;
  const dapt = `the published domain recipe (DAPT) used 13.1 billion, ${ratio(1 / daptShare)} as many`;
  const tapt =
    onePass < TASK_SIZED
      ? `a text this small is rather a case for the task recipe (TAPT): ${TAPT_EPOCHS} passes, here ${large(taptPositions)} positions`
      : `the task recipe (TAPT) makes ${TAPT_EPOCHS} passes over far less text, so expect gains smaller than the published ones from a few passes`;
  const sentence =
    onePass === 0
      ? "There are no tokens to train on."
      : daptShare >= 1
        ? `${pass}: as much as the published domain recipe (DAPT, 13.1 billion) used.`
        : `${pass}; ${dapt}; ${tapt}.`;
  return { onePass, daptPositions: DAPT_POSITIONS, daptShare, taptEpochs: TAPT_EPOCHS, taptPositions, sentence };
}

const large = (n: number): string =>
  n >= 1e9 ? `${formatNumber(n / 1e9)} billion` : n >= 1e6 ? `${formatNumber(n / 1e6)} million` : formatCount(n);
const ratio = (x: number): string =>
  x >= 10 ? `about ${formatCount(Number(x.toPrecision(2)))} times` : `${formatNumber(x, 2)} times`;
