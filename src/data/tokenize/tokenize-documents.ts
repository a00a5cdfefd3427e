/**
 * Documents to two token streams, training and held-out: document = [start] pieces [end]. Gives chunks to
 * a sink as it goes, so that neither the text nor the streams are ever in memory as a whole.
 */
import { UnmaskError } from "../../base/index.ts";
import type { StreamSize } from "../../contract/index.ts";
import { breather, throwIfStopped } from "../stop.ts";
import { encodeBatch, type EncodedBatch, type EncodeLane } from "./encode-batch.ts";
import { HoldOut, splitDocument, type Side } from "./hold-out.ts";
import { OrderedPool } from "./ordered-pool.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** Takes whole documents of one side, joined, with the length of each. */
export type TokenSink = (side: Side, ids: Int32Array, documentLengths: Uint32Array) => void | Promise<void>;

export interface TokenizeResult {
  train: StreamSize;
  heldOut: StreamSize;
  unknownTokens: number;
  /** Plain sentences on what is not as one might think. */
  notices: string[];
}

/** Tokens a chunk: 1 MB of ids. */
const CHUNK_TOKENS = 256 * 1024;
/** Characters that go to a lane at once: some 10 ms of work. */
const BATCH_CHARACTERS = 256 * 1024;

/** Texts on their way to a lane, and where each belongs. */
interface Batch {
  texts: string[];
  places: { side: Side; copies: number }[];
  characters: number;
  /** Documents of the corpus taken up to here. */
  taken: number;
}

class StreamWriter {
  readonly size: StreamSize = { documents: 0, tokens: 0 };
  readonly #side: Side;
  readonly #sink: TokenSink;
  #ids = new Int32Array(CHUNK_TOKENS);
  #used = 0;
  #lengths: number[] = [];

  constructor(side: Side, sink: TokenSink) {
    this.#side = side;
    this.#sink = sink;
  }

  async write(document: Int32Array): Promise<void> {
    if (this.#used + document.length > this.#ids.length) {
      await this.flush();
      if (document.length > this.#ids.length) this.#ids = new Int32Array(document.length);
    }
    this.#ids.set(document, this.#used);
    this.#used += document.length;
    this.#lengths.push(document.length);
    this.size.documents++;
    this.size.tokens += document.length;
  }

  async flush(): Promise<void> {
    if (this.#lengths.length === 0) return;
    await this.#sink(this.#side, this.#ids.slice(0, this.#used), Uint32Array.from(this.#lengths));
    this.#used = 0;
    this.#lengths = [];
  }
}

/**
 * @param plan heldOutShare of the documents, chosen by (seed, text): equal documents share a side. With two
 *   or more different documents each side gets at least one; a single one is cut in two, and a notice says so.
 * @param onProgress documents written so far
 * @param lanes threads that cut texts; one, this thread, unless told
 * @throws data/no-text when no document has a token; base/aborted when stopped
 */
export async function tokenizeDocuments(
  documents: AsyncIterable<string> | Iterable<string>,
  tokenizer: Tokenizer,
  plan: { heldOutShare: number; seed: number },
  sink: TokenSink,
  onProgress: (documents: number, tokens: number) => void = () => undefined,
  signal?: AbortSignal,
  lanes: readonly EncodeLane[] = [(texts) => encodeBatch(tokenizer, texts)],
): Promise<TokenizeResult> {
  const writers = { train: new StreamWriter("train", sink), heldOut: new StreamWriter("heldOut", sink) };
  const holdOut = new HoldOut(plan.heldOutShare, plan.seed);
  const breathe = breather(signal);
  const notices: string[] = tokenizer.notice === "" ? [] : [tokenizer.notice];
  let [taken, unknownTokens, empty, tokens] = [0, 0, 0, 0];

  const pool = new OrderedPool<Batch, EncodedBatch>(
    lanes.map(
      (lane) =>
        ({ texts }) =>
          lane(texts),
    ),
    async ({ ids, lengths }, { places, taken: done }) => {
      let at = 0;
      for (const [i, length] of lengths.entries()) {
        const { side, copies } = places[i]!;
        const document = ids.subarray(at, (at += length));
        if (length === 0) {
          empty += copies;
          continue;
        }
        for (const id of document) if (id === tokenizer.special.unknown) unknownTokens += copies;
        for (let copy = 0; copy < copies; copy++) await writers[side].write(document);
        tokens += length * copies;
      }
      onProgress(done, tokens);
    },
  );
  let batch: Batch = { texts: [], places: [], characters: 0, taken: 0 };
  const send = async (): Promise<void> => {
    const full = { ...batch, taken };
    batch = { texts: [], places: [], characters: 0, taken: 0 };
    if (full.texts.length > 0) await pool.ask(full);
  };
  const place = (side: Side, text: string, copies: number): void => {
    batch.texts.push(text);
    batch.places.push({ side, copies });
    batch.characters += text.length;
  };

  for await (const text of documents) {
    throwIfStopped(signal);
    for (const placed of holdOut.take(text)) place(placed.side, placed.text, placed.copies);
    taken++;
    if (batch.characters >= BATCH_CHARACTERS) await send();
    const pause = breathe();
    if (pause !== undefined) await pause;
  }
  const last = holdOut.finish();
  if (last.placed !== undefined) place(last.placed.side, last.placed.text, last.placed.copies);
  if (last.split !== undefined) await placeOnly(last.split);
  await send();
  await pool.finish();

  /** One document (or copies of one): its end is held out. */
  async function placeOnly(text: string): Promise<void> {
    const halves = splitDocument(text, plan.heldOutShare);
    if (halves === undefined) return place("train", text, 1);
    place("train", halves.train, 1);
    place("heldOut", halves.heldOut, 1);
    await send();
    await pool.finish();
    notices.push(
      `The corpus is a single document${taken > 1 ? ` (${taken} copies; one is used)` : ""}, so its end was held out for measuring: ` +
        `${writers.heldOut.size.tokens} of ${tokens} tokens. The two parts are about the same thing, so the held-out loss will look better than on new text.`,
    );
  }

  if (tokens === 0)
    throw new UnmaskError(
      "data/no-text",
      `The corpus should hold text, but its ${taken} documents gave no tokens.`,
      "Choose other files, or another column or field in the preview.",
      { documents: taken },
    );
  if (last.split === undefined) notices.push(...farFromShare(writers, plan.heldOutShare));
  if (empty > 0) notices.push(`${empty} documents held no character that this tokenizer knows and were left out.`);
  await writers.train.flush();
  await writers.heldOut.flush();
  onProgress(taken, tokens);
  return { train: writers.train.size, heldOut: writers.heldOut.size, unknownTokens, notices };
}

/** Whole documents are kept together, so with few or very unequal ones the share can be far from what was asked. */
function farFromShare({ train, heldOut }: Record<Side, StreamWriter>, asked: number): string[] {
  const total = train.size.tokens + heldOut.size.tokens;
  const share = heldOut.size.tokens / total;
  if (share <= 2 * asked + 0.02 && share >= asked / 4) return [];
  const percent = (part: number): string => `${Number((100 * part).toPrecision(2))} %`;
  return [
    `${percent(share)} of the tokens are held out instead of ${percent(asked)}: whole documents are kept together, and there are only ` +
      `${train.size.documents + heldOut.size.documents}. Another seed, or reading the files by paragraphs or lines, changes that.`,
  ];
}
