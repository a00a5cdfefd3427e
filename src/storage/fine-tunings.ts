/**
 * What trainings of an evaluation left: their curves and their logits on the test items, so that an evaluation that was
 * interrupted goes on with the next training. A head and its logits each, so that looking costs little. Deleted with the
 * labelled set or the checkpoint that they are about; the oldest make room for new ones. Knows nothing of training.
 */
import { delMany, getMany, keys, setMany } from "idb-keyval";
import { checkpointStore, recordStore } from "./databases.ts";

/** What all of them together may take; the oldest go first. */
export const fineTuningBytes = 256 * 2 ** 20;

/** What fixes a training. */
export interface FineTuningName {
  setId: string;
  /** A checkpoint's id, or another model's name with a colon in it. */
  model: string;
  /** Stands for everything else: settings, seed, texts, device. */
  key: string;
}
export interface KeptFineTuning {
  losses: number[];
  bestEpoch: number;
  /** An array a row of the test items. */
  logits: Float32Array[];
  /** The checkpoint made of it, if any. */
  saved?: string;
}
interface Head extends Pick<KeptFineTuning, "losses" | "bestEpoch" | "saved"> {
  version: 1;
  keptAt: number;
  sizeBytes: number;
}
interface Logits {
  values: Float32Array;
  /** Of each row. */
  lengths: Int32Array;
}

const [headPrefix, logitsPrefix] = ["fine-tuning", "fine-tuning-logits"];
const headKey = ({ setId, model, key }: FineTuningName): string[] => [headPrefix!, setId, model, key];
const logitsKey = ({ setId, model, key }: FineTuningName): string[] => [logitsPrefix!, setId, model, key];

async function allNames(): Promise<FineTuningName[]> {
  const all = await keys<IDBValidKey>(recordStore);
  return all.flatMap((key) => {
    if (!Array.isArray(key) || key[0] !== headPrefix) return [];
    const [, setId, model, rest] = key as string[];
    return [{ setId: setId!, model: model!, key: rest! }];
  });
}

const remove = (names: readonly FineTuningName[]): Promise<void> =>
  delMany(
    names.flatMap((name) => [headKey(name), logitsKey(name)]),
    recordStore,
  );

/** @param most bytes of all of them; one that is larger by itself is not kept, and `false` says so. @throws storage/quota-full */
export async function saveFineTuning(
  name: FineTuningName,
  { logits, losses, bestEpoch, saved }: KeptFineTuning,
  most = fineTuningBytes,
): Promise<boolean> {
  const lengths = Int32Array.from(logits, ({ length }) => length);
  const values = new Float32Array(lengths.reduce((a, b) => a + b, 0));
  let at = 0;
  for (const row of logits) {
    values.set(row, at);
    at += row.length;
  }
  const sizeBytes = values.byteLength + lengths.byteLength;
  if (sizeBytes > most) return false;
  await makeRoom(most - sizeBytes);
  const head: Head = {
    ...{ version: 1, keptAt: Date.now(), sizeBytes, losses, bestEpoch },
    ...(saved === undefined ? {} : { saved }),
  };
  await setMany(
    [
      [headKey(name), head],
      [logitsKey(name), { values, lengths } satisfies Logits],
    ],
    recordStore,
  );
  return true;
}

async function makeRoom(left: number): Promise<void> {
  const names = await allNames();
  const heads = await getMany<Head>(names.map(headKey), recordStore);
  const byAge = names
    .map((name, i) => ({ name, head: heads[i] as Head | undefined }))
    .sort((a, b) => (b.head?.keptAt ?? 0) - (a.head?.keptAt ?? 0));
  let room = left;
  const tooOld = byAge.filter(({ head }) => (room -= head?.sizeBytes ?? 0) < 0);
  if (tooOld.length > 0) await remove(tooOld.map(({ name }) => name));
}

export async function loadFineTuning(name: FineTuningName): Promise<KeptFineTuning | undefined> {
  const [head, logits] = await getMany<Head | Logits | undefined>([headKey(name), logitsKey(name)], recordStore);
  const found = head as Head | undefined;
  if (found?.version !== 1 || logits === undefined) return undefined;
  const { values, lengths } = logits as Logits;
  let at = 0;
  const rows = Array.from(lengths, (length) => values.slice(at, (at += length)));
  const { losses, bestEpoch, saved } = found;
  return { losses, bestEpoch, logits: rows, ...(saved === undefined ? {} : { saved }) };
}

/** All of a labelled set, or of a model. */
export async function deleteFineTunings(of: Partial<Pick<FineTuningName, "setId" | "model">>): Promise<void> {
  const own = (await allNames()).filter(
    ({ setId, model }) => (of.setId ?? setId) === setId && (of.model ?? model) === model,
  );
  if (own.length > 0) await remove(own);
}

/** Those whose set or checkpoint is not there any more: a run replaces its own checkpoints as it goes. */
export async function sweepFineTunings(): Promise<number> {
  const names = await allNames();
  if (names.length === 0) return 0;
  // By their names: a set may be large, and this is done at every start.
  const named = async (store: typeof recordStore): Promise<Set<string>> =>
    new Set((await keys<IDBValidKey>(store)).map((key) => JSON.stringify(key)));
  const [records, checkpoints] = [await named(recordStore), await named(checkpointStore)];
  const lost = names.filter(({ setId, model }) => {
    const hasModel = model.includes(":") || checkpoints.has(JSON.stringify(["manifest", "checkpoint", model]));
    return !hasModel || !records.has(JSON.stringify(["set", setId]));
  });
  if (lost.length > 0) await remove(lost);
  return lost.length;
}
