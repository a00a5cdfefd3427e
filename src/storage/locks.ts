/**
 * Web Locks: one training run a project, and "this save is still going on" for the sweep. A lock dies
 * with its tab or worker, so nothing has to be cleaned up after a crash. Pages on plain http have no Web
 * Locks; callers are told so instead of being given a false promise.
 */
import { UnmaskError } from "../base/index.ts";
import { isRefusal, unavailable } from "./errors.ts";

export interface ProjectGuard {
  /** False where this browser cannot lock; `notice` then says what that means. */
  held: boolean;
  notice: string;
}

export function locksExist(): boolean {
  return "locks" in navigator && navigator.locks !== undefined;
}

/** In an opaque origin the request itself is refused: the same trouble as a refused database. */
async function request<T>(name: string, options: LockOptions, callback: (lock: Lock | null) => Promise<T>): Promise<T> {
  let asked = false;
  try {
    return await navigator.locks.request(name, options, (lock) => {
      asked = true;
      return callback(lock);
    });
  } catch (error) {
    throw !asked && isRefusal(error) ? unavailable(error) : error;
  }
}

/** How long a project's lock is waited for: a reloaded page's old worker needs a moment to die. */
const reloadGraceMs = 2000;

const lockPrefix = "unmask-project:";

/** Whether any tab of this site trains now, as far as the browser tells. */
export async function isAnyTraining(): Promise<boolean> {
  if (!locksExist()) return false;
  const { held = [] } = await navigator.locks.query();
  return held.some(({ name }) => name?.startsWith(lockPrefix) === true);
}

/**
 * Runs `job` while no other tab trains this project.
 * @throws storage/project-busy when another tab or worker holds the project for longer than `waitMs`
 */
export async function withProjectLock<T>(
  project: string,
  job: (guard: ProjectGuard) => Promise<T>,
  waitMs = reloadGraceMs,
): Promise<T> {
  if (!locksExist())
    return job({
      held: false,
      notice:
        "This browser cannot tell whether another tab trains the same project (it needs https or localhost): keep to one tab.",
    });
  const name = lockPrefix + project;
  const run = (): Promise<T> => job({ held: true, notice: "" });
  const atOnce = await request(name, { ifAvailable: true }, async (lock) =>
    lock === null ? undefined : { result: await run() },
  );
  if (atOnce !== undefined) return atOnce.result;
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), waitMs);
  let started = false;
  try {
    return await request(name, { signal: limit.signal }, () => {
      started = true;
      clearTimeout(timer);
      return run();
    });
  } catch (error) {
    if (started || !limit.signal.aborted) throw error;
    throw new UnmaskError(
      "storage/project-busy",
      "This project is being trained in another tab of this browser.",
      "Go on in that tab, or stop its training (or close it) and try again here.",
      { project },
    );
  } finally {
    clearTimeout(timer);
  }
}

/** Saves of this tab now going on: the only protection where there are no Web Locks. */
const savesHere = new Set<string>();
/** Without Web Locks another tab's unfinished save is taken for dead after this time. */
const oldAgeMs = 24 * 60 * 60 * 1000;

/** Marks the save of `id` as going on until the returned function is called. */
export async function beginSave(id: string): Promise<() => void> {
  savesHere.add(id);
  if (!locksExist()) return () => void savesHere.delete(id);
  return new Promise((granted, refused) => {
    const hold = (): Promise<void> =>
      new Promise((over) =>
        granted(() => {
          savesHere.delete(id);
          over();
        }),
      );
    request(`unmask-save:${id}`, {}, hold).catch((error: unknown) => {
      savesHere.delete(id);
      refused(error);
    });
  });
}

/** Runs `job` only when the save of `id` is surely over (finished or dead); otherwise does nothing. */
export async function whenSaveIsOver(id: string, madeAt: number, job: () => Promise<void>): Promise<boolean> {
  if (savesHere.has(id)) return false;
  if (!locksExist()) {
    if (Date.now() - madeAt < oldAgeMs) return false;
    await job();
    return true;
  }
  return request(`unmask-save:${id}`, { ifAvailable: true }, async (lock) => {
    if (lock === null) return false;
    await job();
    return true;
  });
}
