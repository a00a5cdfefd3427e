/**
 * Work that nobody waits for, in pieces: it ends with the piece that it is at as soon as somebody else comes, who waits
 * for that one piece at most. Knows no device.
 */
export class IdleWork {
  #turn = 0;
  #last: Promise<unknown> = Promise.resolve();
  #stoppedAt = Infinity;
  /** Milliseconds that the last work took, up to when somebody else came. */
  spentMs = 0;

  /**
   * Does the pieces one after another; what was being done before is stopped first.
   * @returns whether they were all done
   * @throws what a piece throws
   */
  run(pieces: AsyncIterable<() => Promise<void>>): Promise<boolean> {
    const mine = ++this.#turn;
    const doing = this.#last.then(async () => {
      if (mine !== this.#turn) return false;
      const began = performance.now();
      this.#stoppedAt = Infinity;
      try {
        for await (const piece of pieces) {
          await breath();
          if (mine !== this.#turn) return false;
          await piece();
        }
        return true;
      } finally {
        this.spentMs = Math.min(performance.now(), this.#stoppedAt) - began;
      }
    });
    // A failure is the asker's: whoever stops us only wants to know that it is over.
    this.#last = doing.catch(() => undefined);
    return doing;
  }

  /** Resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.#turn++;
    this.#stoppedAt = Math.min(this.#stoppedAt, performance.now());
    await this.#last;
  }
}

/** A message that waits may stop us. */
const breath = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
