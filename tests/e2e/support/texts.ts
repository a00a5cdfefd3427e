/**
 * Small texts made by rule, so that the journeys need no files of anybody's: a lake station's log. Equal
 * arguments, equal text. Knows no page.
 */
import { random } from "../../../src/base/index.ts";

const who = ["the keeper", "the warden", "her brother", "the night crew", "a young pilot", "the old clerk"];
const did = ["checked", "mended", "painted", "counted", "carried", "washed", "weighed", "moved"];
const what = ["the lamp", "the nets", "the small boat", "the ropes", "two barrels", "the bell", "the anchor"];
const where = ["at the pier", "in the store house", "near the north gate", "under the bridge", "by the cold water"];
const when = ["before dawn", "at noon", "in the evening", "after the storm", "on the third day", "in heavy rain"];

/** One line of the log: a dozen words or so. */
export function logLine(seed: number, i: number): string {
  const source = random(seed, i);
  const pick = (list: readonly string[]): string => list[source.below(list.length)]!;
  const [agent, action, thing, place, time] = [pick(who), pick(did), pick(what), pick(where), pick(when)];
  return source.below(2) === 0
    ? `${time} ${agent} ${action} ${thing} ${place}.`
    : `${agent} ${action} ${thing} ${place} ${time}, and wrote it down.`;
}

export function logLines(count: number, seed = 1): string[] {
  return Array.from({ length: count }, (_, i) => logLine(seed, i));
}

/** A file as Playwright's `setInputFiles` takes it. */
export interface FileToPick {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export const textFile = (name: string, content: string | Uint8Array, mimeType = "text/plain"): FileToPick => ({
  name,
  mimeType,
  buffer: Buffer.from(content as Uint8Array),
});

/** One document a line. */
export const logFile = (name: string, documents: number, seed = 1): FileToPick =>
  textFile(name, `${logLines(documents, seed).join("\n")}\n`);
