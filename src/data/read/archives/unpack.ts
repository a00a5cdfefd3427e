/**
 * Packed streams to plain ones, piece by piece: deflate (as in zip), gzip with several members, Zstandard. Pieces
 * in are small, because a library gives all that a piece unpacks to at once (deflate: up to 1,032 times).
 */
import type { ReadLimits } from "../../../contract/index.ts";
import { crc32, formatBytes, UnmaskError } from "../../../base/index.ts";
import { joinBytes } from "../source.ts";
import { damagedArchive, type ArchiveBudget } from "./budget.ts";

/** Small while nothing is known or much comes out, larger for ordinary files: each piece costs a copy of the window. */
const SMALL_PIECE_BYTES = 4 * 1024;
const PIECE_BYTES = 64 * 1024;
const ORDINARY_RATIO = 16;

type Push = (piece: Uint8Array, last: boolean) => void;
type Take = (bytes: Uint8Array) => void;

/** Feeds a library that pushes, gives what it gave, and keeps to the budget. */
async function* pump(
  packed: AsyncIterable<Uint8Array>,
  what: string,
  budget: ArchiveBudget,
  start: (take: Take) => Push,
): AsyncGenerator<Uint8Array> {
  const watch = budget.watch();
  let given: Uint8Array[] = [];
  let [bytesIn, bytesOut] = [0, 0];
  const take: Take = (bytes) => {
    if (bytes.length === 0) return;
    given.push(bytes);
    bytesOut += bytes.length;
    watch(bytesIn, bytesOut);
  };
  const push = start(take);
  const fed = (piece: Uint8Array, last: boolean): Uint8Array | undefined => {
    bytesIn += piece.length;
    try {
      push(piece, last);
    } catch (error) {
      if (error instanceof UnmaskError) throw error;
      throw damagedArchive(what, "it does not unpack", error);
    }
    const bytes = given.length === 1 ? given[0] : given.length === 0 ? undefined : joinBytes(given);
    given = [];
    return bytes;
  };
  for await (const slice of packed)
    for (let at = 0; at < slice.length;) {
      const ordinary = bytesIn > 0 && bytesOut < bytesIn * ORDINARY_RATIO;
      // A copy: the libraries keep pieces, and a view would keep its whole slice.
      const piece = slice.slice(at, at + (ordinary ? PIECE_BYTES : SMALL_PIECE_BYTES));
      at += piece.length;
      const bytes = fed(piece, false);
      if (bytes !== undefined) yield bytes;
    }
  const bytes = fed(new Uint8Array(0), true);
  if (bytes !== undefined) yield bytes;
}

export async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  what: string,
  budget: ArchiveBudget,
): AsyncGenerator<Uint8Array> {
  const { Inflate } = await import("./fflate.ts");
  yield* pump(packed, what, budget, (take) => {
    const stream = new Inflate((bytes) => take(bytes));
    return (piece, last) => stream.push(piece, last);
  });
}

/** RFC 1952; the checksum of the last member is held against its trailer. */
export async function* gunzip(packed: AsyncIterable<Uint8Array>, budget: ArchiveBudget): AsyncGenerator<Uint8Array> {
  const { Gunzip } = await import("./fflate.ts");
  let sum = 0;
  let tail: Uint8Array = new Uint8Array(0);
  const watched = (async function* (): AsyncGenerator<Uint8Array> {
    for await (const slice of packed) {
      tail = joinBytes([tail, slice.subarray(-8)]).slice(-8);
      yield slice;
    }
  })();
  yield* pump(watched, "gzip file", budget, (take) => {
    const stream = new Gunzip((bytes) => {
      sum = crc32(bytes, sum);
      take(bytes);
    });
    stream.onmember = () => (sum = 0);
    return (piece, last) => stream.push(piece, last);
  });
  const told = tail.length < 8 ? undefined : new DataView(tail.buffer).getUint32(0, true);
  if (told !== sum >>> 0) throw damagedArchive("gzip file", "its checksum differs");
}

/** RFC 8878. The window is the memory that a frame asks for, so it is looked at before the library sees it. */
export async function* unzstd(packed: AsyncIterable<Uint8Array>, budget: ArchiveBudget): AsyncGenerator<Uint8Array> {
  const { Decompress } = await import("./fzstd.ts");
  let first = true;
  yield* pump(packed, "Zstandard file", budget, (take) => {
    const work = new ZstdWork(budget.limits);
    const stream: InstanceType<typeof Decompress> = new Decompress((bytes) => {
      work.block((stream as object as OpenFrame).s?.e ?? 0, bytes.length);
      take(bytes.slice());
    });
    return (piece, last) => {
      if (first) checkZstdWindow(piece, budget.limits);
      first = false;
      stream.push(piece, last);
    };
  });
}

/** The frame that fzstd 0.1.1 is in, by the names it has there; `e` is its window. */
interface OpenFrame {
  s?: { e?: number };
}

/**
 * The library moves its whole window for every block, so blocks of a few bytes in a large window would take minutes for
 * kilobytes. And a file may have several frames: the first one's window says nothing of the others'.
 */
class ZstdWork {
  readonly #limits: ReadLimits;
  #moved = 0;
  #given = 0;

  constructor(limits: ReadLimits) {
    this.#limits = limits;
  }

  /** Before the library moves its window. @throws data/zstd-window, data/damaged-archive */
  block(window: number, bytes: number): void {
    if (window > this.#limits.zstdWindowBytes.value) throw tooLargeWindow(window, this.#limits);
    this.#moved += window;
    this.#given += bytes;
    // Whole blocks have 128 KiB: 1,024 moves a byte in the largest window that is allowed.
    if (this.#moved > FREE_MOVES + this.#given * MOVES_A_BYTE)
      throw damagedArchive("Zstandard file", "its blocks are far too small for the memory that it asks for");
  }
}
const FREE_MOVES = 8 * 2 ** 30;
const MOVES_A_BYTE = 4096;

const tooLargeWindow = (window: number, limits: ReadLimits): UnmaskError =>
  new UnmaskError(
    "data/zstd-window",
    `A .zst file may ask for at most ${formatBytes(limits.zstdWindowBytes.value)} of memory; this one asks for ${formatBytes(window)}.`,
    "Pack it again without --ultra or --long, or as .gz.",
    { window },
  );

/** @throws data/zstd-window, data/damaged-archive */
export function checkZstdWindow(start: Uint8Array, limits: ReadLimits): void {
  const flags = start[4] ?? 0;
  const single = (flags & 0x20) !== 0;
  let window: number;
  if (single) {
    const at = 5 + [0, 1, 2, 4][flags & 3]!;
    const bytes = [1, 2, 4, 8][flags >> 6]!;
    window = flags >> 6 === 1 ? 256 : 0;
    for (let i = 0; i < bytes; i++) window += (start[at + i] ?? 0) * 256 ** i;
  } else {
    const base = 2 ** (10 + ((start[5] ?? 0) >> 3));
    window = base + (base / 8) * ((start[5] ?? 0) & 7);
  }
  const most = limits.zstdWindowBytes.value;
  if (!single && window > most) throw tooLargeWindow(window, limits);
  if (single && window > most)
    throw new UnmaskError(
      "data/zstd-window",
      `A .zst file in one segment may hold at most ${formatBytes(most)}; this one says ${formatBytes(window)}.`,
      "Pack it again as a stream (cat FILE | zstd > FILE.zst), or as .gz.",
      { window },
    );
}
