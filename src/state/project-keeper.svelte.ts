/**
 * Saves the project as it changes and brings it back at the next visit. What it saves is small: weights
 * and texts stay where they are, under their ids.
 */
import { asUnmaskError, type UnmaskError } from "../base/index.ts";
import type { Client } from "../client/index.ts";
import type { Project } from "../contract/index.ts";

/** One project a browser for now; the workers and the store take any number. */
export const projectId = "main";
const saveAfterMs = 800;

export class ProjectKeeper {
  error = $state.raw<UnmaskError | null>(null);
  readonly #client: Client;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waiting: Project | undefined;

  constructor(client: Client) {
    this.#client = client;
  }

  load(): Promise<Project | null> {
    return this.#client.data.call((api) => api.loadProject(projectId));
  }

  /** Saves soon; only the newest of several calls is written. */
  keep(project: Project): void {
    this.#waiting = project;
    this.#timer ??= setTimeout(() => void this.flush(), saveAfterMs);
  }

  /** Forgets a save that has not happened yet: after "delete everything" nothing may come back. */
  drop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = undefined;
  }

  async flush(): Promise<void> {
    const project = this.#waiting;
    this.drop();
    if (project === undefined) return;
    try {
      await this.#client.data.call((api) => api.saveProject({ ...project, savedAt: Date.now() }));
      this.error = null;
    } catch (error) {
      this.error = asUnmaskError(error);
    }
  }
}
