/**
 * PDF pages from a worker of their own: a hostile file can keep the parser busy for ever, and only a worker can be
 * ended. Started with the first PDF, ended after a silence or with the job.
 */
import { fromWire, UnmaskError, type WireError } from "../../src/base/index.ts";
import type { ReadLimits } from "../../src/contract/index.ts";
import type { PdfPage } from "../../src/data/index.ts";

export type PdfAnswer = { kind: "page"; page: PdfPage } | { kind: "end" } | { kind: "error"; error: WireError };
export interface PdfRequest {
  bytes: Uint8Array<ArrayBuffer>;
  limits: ReadLimits;
  /** Where the answers go: the parser itself posts messages of its own to the worker's owner. */
  port: MessagePort;
}

export class PdfHost {
  #worker: Worker | undefined;
  #turn: Promise<void> = Promise.resolve();

  /** As `ReadServices` wants it; one file at a time. */
  readonly pages = (
    bytes: Uint8Array<ArrayBuffer>,
    limits: ReadLimits,
    signal?: AbortSignal,
  ): AsyncGenerator<PdfPage> => this.#read(bytes, limits, signal);

  end(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  async *#read(bytes: Uint8Array<ArrayBuffer>, limits: ReadLimits, signal?: AbortSignal): AsyncGenerator<PdfPage> {
    const before = this.#turn;
    let pass!: () => void;
    this.#turn = new Promise((resolve) => (pass = resolve));
    await before;
    let whole = false;
    const { port1, port2 } = new MessageChannel();
    try {
      this.#worker ??= new Worker(new URL("../pdf.worker.ts", import.meta.url), { type: "module" });
      const answers = new Answers(this.#worker, port1, limits.pdfSilenceMs.value, signal);
      this.#worker.postMessage({ bytes, limits, port: port2 } satisfies PdfRequest, [bytes.buffer, port2]);
      for (;;) {
        const answer = await answers.next();
        if (answer.kind === "end" || answer.kind === "error") whole = true;
        if (answer.kind === "error") throw asOurs(answer.error);
        if (answer.kind === "end") return;
        yield answer.page;
      }
    } finally {
      port1.close();
      if (!whole) this.end(); // silent, cancelled, dead, or left in the middle of a file
      pass();
    }
  }
}

/** What the parser threw is a damaged file; our own errors stay. */
const asOurs = (error: WireError): UnmaskError =>
  error.code === "internal/unexpected" ? damaged("it could not be read to its end") : fromWire(error);

const damaged = (fact: string, code = "data/damaged-file"): UnmaskError =>
  new UnmaskError(
    code,
    `The PDF is damaged, or made to do harm: ${fact}.`,
    "Open it in a PDF reader and save its text as .txt.",
  );

/** The worker's messages, one at a time, with a limit on the silence between them. */
class Answers {
  readonly #silenceMs: number;
  readonly #signal: AbortSignal | undefined;
  readonly #waiting: PdfAnswer[] = [];
  #wake: (() => void) | undefined;
  #dead: UnmaskError | undefined;

  constructor(worker: Worker, port: MessagePort, silenceMs: number, signal: AbortSignal | undefined) {
    this.#silenceMs = silenceMs;
    this.#signal = signal;
    port.onmessage = ({ data }: MessageEvent<PdfAnswer>) => {
      this.#waiting.push(data);
      this.#wake?.();
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.#dead = damaged("its parser ended unexpectedly");
      this.#wake?.();
    };
  }

  async next(): Promise<PdfAnswer> {
    const stopped = (): void => this.#wake?.();
    this.#signal?.addEventListener("abort", stopped, { once: true });
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      if (this.#waiting.length === 0 && this.#dead === undefined)
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
          timer = setTimeout(resolve, this.#silenceMs);
        });
    } finally {
      clearTimeout(timer);
      this.#signal?.removeEventListener("abort", stopped);
    }
    this.#signal?.throwIfAborted();
    const answer = this.#waiting.shift();
    if (answer !== undefined) return answer;
    throw this.#dead ?? damaged(`one page took over ${this.#silenceMs / 1000} s`, "data/took-too-long");
  }
}
