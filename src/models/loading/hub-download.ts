/**
 * One file of a Hub model, with what has arrived kept in pieces: a connection that breaks goes on at the
 * byte where it stopped, a page that is reloaded goes on after the last whole piece. Files are pinned to a commit and
 * checked against the Hub's checksum, so no If-Range header is needed: it would force a CORS preflight.
 */
import { hasCode, UnmaskError } from "../../base/index.ts";
import { fileUrl, type HubAddress } from "./hub-address.ts";
import type { RandomAccess } from "../formats/safetensors.ts";
import type { ByteCache } from "./hub-cache.ts";
import type { HubFile } from "./hub-listing.ts";
import { hubRequest, wait, type HubNetwork } from "./hub-request.ts";
import { stopIfAborted } from "./loaded-model.ts";
import { readBody, withDeadline } from "./read-body.ts";

export interface Download {
  address: HubAddress;
  network: HubNetwork;
  cache: ByteCache;
  pieceBytes: number;
  signal?: AbortSignal | undefined;
}

/** By content, not by revision: a commit that only changes the model card downloads nothing again. */
function cacheKey({ address }: Download, file: HubFile, part: number | "whole"): string {
  const content = file.identity === "" ? `${address.revision}-${file.sizeBytes}` : file.identity;
  return `${fileUrl({ ...address, revision: "kept" }, file.path)}?content=${encodeURIComponent(content)}&part=${part}`;
}

const inPieces = (file: HubFile, { pieceBytes }: Download): boolean => file.sizeBytes > pieceBytes;

function pieces(file: HubFile, job: Download): { key: string; start: number; end: number }[] {
  if (!inPieces(file, job)) return [{ key: cacheKey(job, file, "whole"), start: 0, end: file.sizeBytes }];
  return Array.from({ length: Math.ceil(file.sizeBytes / job.pieceBytes) }, (_, i) => ({
    key: cacheKey(job, file, i),
    start: i * job.pieceBytes,
    end: Math.min(file.sizeBytes, (i + 1) * job.pieceBytes),
  }));
}

/** How much of the file a download would not need to fetch. */
export async function cachedBytes(file: HubFile, job: Download): Promise<number> {
  let sum = 0;
  for (const { key, start, end } of pieces(file, job)) {
    const size = await job.cache.sizeOf(key);
    if (size === 0 || (file.sizeBytes > 0 && size !== end - start)) break; // what follows a gap is fetched anyway
    sum += size;
  }
  return sum;
}

function damaged(file: HubFile, fact: string): UnmaskError {
  return new UnmaskError(
    "models/hub-damaged",
    `${file.path} must arrive as the Hub lists it; ${fact}.`,
    "Try again: the damaged part is not kept. If it happens again, a proxy changes the file on its way.",
    { file: file.path },
  );
}

const hex = (digest: ArrayBuffer): string =>
  Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Compares with the Hub's checksum where there is one and the platform can (secure contexts). */
async function isGenuine(bytes: Uint8Array<ArrayBuffer>, file: HubFile): Promise<boolean> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  if (subtle === undefined) return true;
  if (file.identity.startsWith("sha256-"))
    return `sha256-${hex(await subtle.digest("SHA-256", bytes))}` === file.identity;
  if (!file.identity.startsWith("git-")) return true;
  const label = new TextEncoder().encode(`blob ${bytes.length}\0`);
  const blob = new Uint8Array(label.length + bytes.length);
  blob.set(label);
  blob.set(bytes, label.length);
  return `git-${hex(await subtle.digest("SHA-1", blob))}` === file.identity;
}

/**
 * The file's bytes, out of the cache as far as they are there. `onBytes` hears how many are there, and may
 * hear less than before when a host changed the file and it begins anew.
 * @throws models/hub-damaged, models/out-of-memory, and what `hubRequest` throws
 */
export async function downloadFile(
  file: HubFile,
  job: Download,
  onBytes: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    const bytes = inPieces(file, job) ? await inParts(file, job, onBytes) : await atOnce(file, job, onBytes);
    onBytes(bytes.length);
    if (await isGenuine(bytes, file)) return bytes;
    throw damaged(file, "its checksum differs");
  } catch (error) {
    if (hasCode(error, "models/hub-damaged")) for (const { key } of pieces(file, job)) await job.cache.remove(key);
    throw error;
  }
}

/**
 * As `downloadFile`, but once every piece is in the cache the bytes are let go of, and read from there. Where there is
 * no cache they stay in memory; a piece that the browser has thrown away since is fetched again with its file.
 */
export async function keptFile(file: HubFile, job: Download, onBytes: (done: number) => void): Promise<RandomAccess> {
  const bytes = await downloadFile(file, job, onBytes);
  const sizeBytes = bytes.length;
  if (!inPieces(file, job) || (await cachedBytes(file, job)) !== sizeBytes)
    return { sizeBytes, read: (start, end) => Promise.resolve(bytes.subarray(start, end)) };
  const parts = pieces(file, job);
  const again: Download = { ...job, signal: undefined }; // what stopped the load does not concern its readers
  return {
    sizeBytes,
    async read(start, end) {
      const result = new Uint8Array(end - start);
      for (const part of parts) {
        if (part.end <= start || part.start >= end) continue;
        const kept = await job.cache.get(part.key);
        if (kept?.length !== part.end - part.start)
          return (await downloadFile(file, again, () => undefined)).slice(start, end);
        const piece = kept.subarray(Math.max(0, start - part.start), end - part.start);
        result.set(piece, Math.max(0, part.start - start));
      }
      return result;
    },
  };
}

/** Small files, and those of unknown size: all or nothing. */
async function atOnce(file: HubFile, job: Download, onBytes: (done: number) => void): Promise<Uint8Array<ArrayBuffer>> {
  const key = cacheKey(job, file, "whole");
  const kept = await job.cache.get(key);
  if (kept !== undefined && kept.length > 0 && (file.sizeBytes === 0 || kept.length === file.sizeBytes)) return kept;
  const subject = `${file.path} of ${job.address.id}`;
  for (let attempt = 0; ; attempt++) {
    const response = await hubRequest(fileUrl(job.address, file.path), { signal: job.signal, subject }, job.network);
    try {
      const bytes = await readBody(response, file.sizeBytes, onBytes, job.signal, job.network.stallMs);
      if (file.sizeBytes > 0 && bytes.length < file.sizeBytes) throw new Error("the body ended early");
      if (file.sizeBytes > 0 && bytes.length > file.sizeBytes) throw damaged(file, "more bytes came");
      await job.cache.put(key, bytes);
      return bytes;
    } catch (error) {
      const delay = job.network.retryDelaysMs[attempt];
      if (error instanceof UnmaskError) throw error;
      if (delay === undefined) throw broken(file, 0, error);
      await wait(delay, job.signal);
    }
  }
}

function broken(file: HubFile, done: number, cause: unknown): UnmaskError {
  return new UnmaskError(
    "models/hub-broken-off",
    `${file.path} must arrive whole; the connection broke off at byte ${done} of ${file.sizeBytes}.`,
    "Try again: the download goes on where it stopped.",
    { file: file.path, done, total: file.sizeBytes },
    cause,
  );
}

function allocate(file: HubFile): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(file.sizeBytes);
  } catch (cause) {
    throw new UnmaskError(
      "models/out-of-memory",
      `${file.path} needs ${file.sizeBytes} bytes of memory in one piece; the browser has not got them.`,
      "Close other tabs, or choose a smaller model.",
      { file: file.path, sizeBytes: file.sizeBytes },
      cause,
    );
  }
}

interface PartState {
  /** Bytes in memory, from the first on. */
  done: number;
  /** Pieces in the cache. */
  saved: number;
  /** Entity tag of the answer that the bytes came from, where the host lets it be read. */
  tag: string;
  /** Whether to ask for the rest only. */
  ranges: boolean;
}

/** Large files: every whole piece is kept as it arrives. */
async function inParts(
  file: HubFile,
  job: Download,
  onBytes: (done: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = allocate(file);
  const parts = pieces(file, job);
  const state: PartState = { done: 0, saved: 0, tag: "", ranges: true };
  for (const { key, start, end } of parts) {
    const kept = await job.cache.get(key);
    if (kept === undefined || kept.length !== end - start) break;
    bytes.set(kept, start);
    state.done = end;
    state.saved++;
  }
  onBytes(state.done);
  const onChunk = async (): Promise<void> => {
    onBytes(state.done);
    for (let part = parts[state.saved]; part !== undefined && part.end <= state.done; part = parts[++state.saved])
      await job.cache.put(part.key, bytes.slice(part.start, part.end));
  };
  let fruitless = 0;
  while (state.done < file.sizeBytes) {
    const before = state.done;
    try {
      await receive(file, job, bytes, state, onChunk);
      if (state.done < file.sizeBytes) throw new Error("the body ended early");
    } catch (error) {
      stopIfAborted(job.signal);
      if (hasCode(error, "models/hub-unreachable") && state.ranges && before > 0) {
        state.ranges = false; // the host may refuse ranges: once more without, skipping what is there
        continue;
      }
      if (error instanceof UnmaskError) throw error;
      const delay = job.network.retryDelaysMs[state.done > before ? (fruitless = 0) : fruitless++]; // while bytes come, go on
      if (delay === undefined) throw broken(file, state.done, error);
      await wait(delay, job.signal);
    }
  }
  return bytes;
}

/** Where the answer's first byte belongs. */
function startOf(response: Response, state: PartState): number {
  if (response.status !== 206) return 0;
  const range = /^bytes (\d+)-/.exec(response.headers.get("content-range") ?? "");
  return range === null ? state.done : Number(range[1]); // the header may be hidden from other origins
}

/** One request: fills `bytes` from `state.done` on, until the body ends or breaks. */
async function receive(
  file: HubFile,
  job: Download,
  bytes: Uint8Array<ArrayBuffer>,
  state: PartState,
  onChunk: () => Promise<void>,
): Promise<void> {
  const from = state.ranges ? state.done : 0;
  const subject = `${file.path} of ${job.address.id}`;
  const request = { signal: job.signal, from, subject };
  const response = await hubRequest(fileUrl(job.address, file.path), request, job.network);
  if (response.status === 416) throw damaged(file, "the host has fewer bytes than it lists");
  const tag = response.headers.get("etag") ?? "";
  const changed = state.tag !== "" && tag !== "" && tag !== state.tag;
  state.tag = tag;
  let at = startOf(response, state);
  if (at > state.done || changed) {
    state.done = state.saved = 0; // another file than the one begun: from the first byte
    if (at > 0) {
      await response.body?.cancel();
      throw new Error("the file changed on its host");
    }
  }
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  try {
    for (;;) {
      const { value, done } = await withDeadline(reader.read(), job.network.stallMs);
      stopIfAborted(job.signal);
      if (done) return;
      if (at + value.length > bytes.length) throw damaged(file, "more bytes came");
      const known = Math.max(0, Math.min(value.length, state.done - at)); // already there: skip
      bytes.set(value.subarray(known), at + known);
      at += value.length;
      if (at > state.done) state.done = at;
      await onChunk();
    }
  } finally {
    await reader.cancel().catch(() => undefined); // a broken body cannot be cancelled, and need not be
  }
}
