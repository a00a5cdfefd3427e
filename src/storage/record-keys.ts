/** Under which keys a record's manifest and chunks lie. Arrays, so that one record's keys are neighbours. */
import type { RecordKind } from "./manifest.ts";

/** Tokens and corpora share a database, so a manifest's key names its kind. */
export const manifestKey = (kind: RecordKind, id: string): [string, string, string] => ["manifest", kind.name, id];
export const chunkKey = (id: string, index: number): [string, string, number] => ["chunk", id, index];

/** Every chunk of a record: an array key sorts after all numbers. */
export const chunkRange = (id: string): IDBKeyRange => IDBKeyRange.bound(["chunk", id], ["chunk", id, []]);
