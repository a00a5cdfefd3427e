/**
 * Several lanes work at once, results come in the order of the questions, and only so many are under way that
 * memory stays bounded. Knows nothing of what is worked on.
 */
export class OrderedPool<Question, Answer> {
  readonly #lanes: readonly ((question: Question) => Answer | Promise<Answer>)[];
  readonly #take: (answer: Answer, question: Question) => Promise<void>;
  /** Oldest first. */
  readonly #waiting: { question: Question; answer: Promise<Answer> }[] = [];
  #asked = 0;

  /** @param take gets every answer, one at a time, in order */
  constructor(
    lanes: readonly ((question: Question) => Answer | Promise<Answer>)[],
    take: (answer: Answer, question: Question) => Promise<void>,
  ) {
    this.#lanes = lanes;
    this.#take = take;
  }

  /** Questions under way at most: one in work and one waiting a lane. */
  get #most(): number {
    return this.#lanes.length === 1 ? 2 : 2 * this.#lanes.length;
  }

  /** Hands a question to the next lane; waits while too many are under way. */
  async ask(question: Question): Promise<void> {
    const lane = this.#lanes[this.#asked++ % this.#lanes.length]!;
    const answer = Promise.resolve(lane(question));
    answer.catch(() => undefined); // reported when its turn comes
    this.#waiting.push({ question, answer });
    while (this.#waiting.length >= this.#most) await this.#oldest();
  }

  /** Waits for everything asked. */
  async finish(): Promise<void> {
    while (this.#waiting.length > 0) await this.#oldest();
  }

  async #oldest(): Promise<void> {
    const { question, answer } = this.#waiting.shift()!;
    await this.#take(await answer, question);
  }
}
