/** A labelled set's id, made of its items: equal sets get equal ids. */
import { crc32 } from "../../base/index.ts";
import type { TaskKind } from "../../contract/index.ts";

export function setIdOf(task: TaskKind, items: readonly unknown[]): string {
  const checksum = crc32(new TextEncoder().encode(JSON.stringify(items)));
  return `${task}-${items.length}-${checksum.toString(16).padStart(8, "0")}`;
}
