/** The person's hand on a run: pause, resume, stop; looked at only at step boundaries. */
export class RunControl {
  #paused = false;
  #stopping = false;
  #wake: (() => void) | undefined;

  get paused(): boolean {
    return this.#paused && !this.#stopping;
  }
  get stopping(): boolean {
    return this.#stopping;
  }
  pause(): void {
    this.#paused = true;
  }
  resume(): void {
    this.#paused = false;
    this.#wake?.();
  }
  stop(): void {
    this.#stopping = true;
    this.#wake?.();
  }
  /** Resolves when the run may go on, or is to stop. */
  async whilePaused(): Promise<void> {
    while (this.paused)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = undefined;
  }
}
