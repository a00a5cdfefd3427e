/** What concerns all databases at once: the sweep at start, and "delete everything". */
import { clear } from "idb-keyval";
import { checkpointStore, corpusStore, recordStore } from "./databases.ts";
import { sweepFineTunings } from "./fine-tunings.ts";
import { sweepStore } from "./record-removal.ts";

export interface Swept {
  chunks: number;
  bytes: number;
}

/**
 * Removes what unfinished saves left behind (a closed tab, a crash). Saves that are going on, in this tab
 * or another, are left alone; and trainings of sets and checkpoints that are gone. Called once at start.
 */
export async function sweepOrphans(): Promise<Swept> {
  await sweepFineTunings();
  const parts = [await sweepStore(checkpointStore), await sweepStore(corpusStore)];
  return parts.reduce((sum, part) => ({ chunks: sum.chunks + part.chunks, bytes: sum.bytes + part.bytes }));
}

/**
 * Every checkpoint, corpus, token stream, labelled set and project. The databases are emptied, not
 * deleted: deleting waits for other tabs, and a save going on in one would bring a half-empty one back.
 */
export async function deleteEverything(): Promise<void> {
  for (const store of [checkpointStore, corpusStore, recordStore]) await clear(store);
}
