/**
 * Saves the project as it changes and brings it back at the next visit. What it saves is small: weights
 * and texts stay where they are, under their ids.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import { defaultRecipe, type Project } from "../contract/index.ts";

/** One project a browser for now; the workers and the store take any number. */
export const projectId = "main";
/** Short: what was done within this time before a reload is lost. */
const saveAfterMs = 250;

export class ProjectKeeper {
  error = $state.raw<UnmaskError | null>(null);
  /** Nothing that was done still waits to be saved: it is, or `error` says why not. */
  settled = $state(true);
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Project | undefined;
  #kept = false;
  #saves = 0;

  constructor(client: Client) {
    this.#client = client;
  }

  async load(): Promise<Project | null> {
    const project = await this.#client.data.call((api) => api.loadProject(projectId));
    this.#kept = project !== null;
    return project;
  }

  /** Saves soon; only the newest of several calls is written. A page on which nothing was done leaves no trace. */
  keep(project: Project): void {
    if (!this.#kept && isBlank(project)) return;
    this.#waiting = project;
    this.settled = false;
    this.#timer ??= setTimeout(() => void this.flush(), saveAfterMs);
  }

  /** After "delete everything" nothing may come back: a save that has not happened yet is forgotten. */
  forget(): void {
    this.#drop();
    this.settled = true;
    this.#kept = false;
  }

  async flush(): Promise<void> {
    const project = this.#waiting;
    this.#drop();
    if (project === undefined) return;
    this.#kept = true;
    const save = ++this.#saves;
    try {
      await this.#client.data.call((api) => api.saveProject({ ...project, savedAt: Date.now() }));
      this.error = null;
    } catch (error) {
      this.error = asUnmaskError(error);
    } finally {
      this.settled = this.#waiting === undefined && save === this.#saves;
    }
  }

  #drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }
}

function isBlank({ model, corpus, run, recipe, sentence, screen }: Project): boolean {
  const defaults = JSON.stringify(defaultRecipe());
  return (
    screen === "welcome" &&
    model === null &&
    corpus === null &&
    run === null &&
    sentence === "" &&
    JSON.stringify(recipe) === defaults
  );
}
