/** Small records, one value each: labelled sets and projects. Knows nothing of what is in them. */
import { del, get, getMany, keys, set } from "idb-keyval";
import type { LabelledSet, Project } from "../contract/index.ts";
import { recordStore } from "./databases.ts";
import { notFound } from "./errors.ts";
import { deleteFineTunings } from "./fine-tunings.ts";

async function idsOf(prefix: string): Promise<string[]> {
  const all = await keys<IDBValidKey>(recordStore);
  return all.flatMap((key) => (Array.isArray(key) && key[0] === prefix ? [String(key[1])] : []));
}

async function valuesOf<T>(prefix: string): Promise<T[]> {
  const wanted = (await idsOf(prefix)).map((id): IDBValidKey => [prefix, id]);
  const found = await getMany<T>(wanted, recordStore);
  return found.filter((value): value is Awaited<T> & T => value !== undefined);
}

/** Replaces a set of the same id. @throws storage/quota-full, storage/unavailable */
export function saveSet(given: LabelledSet): Promise<void> {
  return set(["set", given.id], given, recordStore);
}

/** @throws storage/no-such-set */
export async function loadSet(id: string): Promise<LabelledSet> {
  const found = await get<LabelledSet>(["set", id], recordStore);
  if (found === undefined) throw notFound("set", id);
  return found;
}

/** By name. */
export async function listSets(): Promise<LabelledSet[]> {
  return (await valuesOf<LabelledSet>("set")).sort((a, b) => a.name.localeCompare(b.name, "en"));
}

/** @throws storage/no-such-set */
export async function renameSet(id: string, name: string): Promise<void> {
  await saveSet({ ...(await loadSet(id)), name });
}

/** And what was learned on it. */
export async function deleteSet(id: string): Promise<void> {
  await del(["set", id], recordStore);
  await deleteFineTunings({ setId: id });
}

/** Replaces a project of the same id. @throws storage/quota-full, storage/unavailable */
export function saveProject(project: Project): Promise<void> {
  return set(["project", project.id], project, recordStore);
}

export async function loadProject(id: string): Promise<Project | null> {
  return (await get<Project>(["project", id], recordStore)) ?? null;
}

/** Last saved first. */
export async function listProjects(): Promise<Project[]> {
  return (await valuesOf<Project>("project")).sort((a, b) => b.savedAt - a.savedAt);
}

export function deleteProject(id: string): Promise<void> {
  return del(["project", id], recordStore);
}
