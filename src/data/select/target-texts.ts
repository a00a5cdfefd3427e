/**
 * What a labelled set gives as a target for choosing documents: its training and dev texts. A text chosen towards test
 * items would be training text made after the test, and the score on them would say too much.
 */
import type { LabelledSet, SplitName } from "../../contract/index.ts";
import { textsOf } from "../report/distances.ts";

export interface TargetTexts {
  texts: string[];
  /** What should be known of them. */
  notices: string[];
}

export function targetOfSet(set: LabelledSet): TargetTexts {
  const items = (set.items as { split: SplitName }[]).filter(({ split }) => split !== "test");
  const texts = textsOf({ ...set, items } as LabelledSet);
  if (texts.length > 0) return { texts, notices: [] };
  return {
    texts: textsOf(set),
    notices: [
      `“${set.name}” has only test items, so the choice was made towards them: its score after training on this choice will flatter.`,
    ],
  };
}
