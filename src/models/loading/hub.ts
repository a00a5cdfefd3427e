/**
 * Models from the Hub, or from any host with its address layout: what they cost, then config, tokenizer
 * and weights, in the order that finds an unsuitable model soonest.
 */
import type { Progress } from "../../contract/index.ts";
import { readConfig } from "../formats/config.ts";
import { storableWeights } from "../formats/floats.ts";
import { openSafetensors, type RawSource } from "../formats/safetensors.ts";
import { hubHosts } from "../hub-hosts.ts";
import { checkHubSource, type HubSource } from "./hub-address.ts";
import { browserCache, hubCacheName, tolerant, type ByteCache } from "./hub-cache.ts";
import { cachedBytes, downloadFile, keptFile, type Download } from "./hub-download.ts";
import { hubListing, selectFiles, type HubFile, type HubListing, type HubSelection } from "./hub-listing.ts";
import { assembleTokenizer, type LoadedModel, type TokenizerFiles, type OnProgress } from "./loaded-model.ts";
import { joinShards, readShardIndex } from "./shards.ts";

export interface HubOptions {
  fetch?: typeof fetch;
  /** Default: the browser's Cache Storage, where there is one. */
  cache?: ByteCache;
  cacheName?: string;
  /** Default: the build's table. */
  allowedHosts?: readonly string[];
  retryDelaysMs?: readonly number[];
  stallMs?: number;
  /** Size of the pieces that large files are kept in. */
  pieceBytes?: number;
  signal?: AbortSignal;
}

/** Posts at most so often: each crosses a worker's wall. */
const progressEveryMs = 100;

interface Session {
  listing: HubListing;
  selection: HubSelection;
  job: Download;
  warnings: string[];
}

async function open(source: HubSource, options: HubOptions): Promise<Session> {
  const { signal } = options;
  const allowedHosts = options.allowedHosts ?? hubHosts;
  const address = checkHubSource(source, allowedHosts);
  const network = {
    fetch: options.fetch ?? globalThis.fetch,
    allowedHosts,
    retryDelaysMs: options.retryDelaysMs ?? [500, 2000, 5000],
    stallMs: options.stallMs ?? 30_000,
  };
  const warnings: string[] = [];
  const warn = (sentence: string): void => void warnings.push(sentence);
  const cache = tolerant(options.cache ?? browserCache(options.cacheName ?? hubCacheName), warn);
  const listing = await hubListing(address, network, cache, warn, signal);
  const job = { address: listing.pinned, network, cache, pieceBytes: options.pieceBytes ?? 4 * 2 ** 20, signal };
  return { listing, selection: selectFiles(listing), job, warnings };
}

const filesOf = ({ config, tokenizer, index, weights }: HubSelection): HubFile[] => [
  config,
  ...tokenizer,
  ...(index === undefined ? [] : [index]),
  ...weights,
];

/** What a load would download, before it starts: bytes in all, and those that are here already. */
export async function hubSize(
  source: HubSource,
  options: HubOptions = {},
): Promise<{ totalBytes: number; cachedBytes: number; commit: string; licence: string }> {
  const { listing, selection, job } = await open(source, options);
  let [totalBytes, kept] = [0, 0];
  for (const file of filesOf(selection)) {
    totalBytes += file.sizeBytes;
    kept += await cachedBytes(file, job);
  }
  return { totalBytes, cachedBytes: kept, commit: listing.commit, licence: listing.licence };
}

/** Adds up the bytes of several files and reports the sum, not too often. */
function counter(files: readonly HubFile[], phase: string, onProgress: OnProgress) {
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  const done = new Map<string, number>();
  let last = 0;
  return (file: HubFile) =>
    (bytes: number): void => {
      done.set(file.path, bytes);
      const sum = [...done.values()].reduce((a, b) => a + b, 0);
      const now = Date.now();
      if (now - last < progressEveryMs && sum < total) return;
      last = now;
      onProgress({ phase, done: sum, total: Math.max(total, sum), unit: "bytes" } satisfies Progress);
    };
}

type Count = (file: HubFile) => (bytes: number) => void;

const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

async function tokenizerOf({ listing, selection, job, warnings }: Session, count: Count): Promise<TokenizerFiles> {
  const text = async (file: HubFile): Promise<string> => decode(await downloadFile(file, job, count(file)));
  const texts: Record<string, string> = { "config.json": await text(selection.config) };
  readConfig(texts["config.json"]!); // refuses an unsupported architecture before anything large is fetched
  for (const file of selection.tokenizer) texts[file.path] = await text(file);
  const { pinned, commit, licence } = listing;
  const at = commit === "" ? "" : ` at commit ${commit.slice(0, 12)}`;
  const origin = `${pinned.id}${at}, from ${new URL(pinned.host).host}, licence: ${licence || "see its page"}`;
  return assembleTokenizer({ name: pinned.id, origin, texts, warnings, ...(commit === "" ? {} : { commit }) });
}

const silent: Count = () => () => {};

/** Configuration and tokenizer only: for who tokenizes. @throws as `loadHub` */
export async function loadHubTokenizer(source: HubSource, options: HubOptions = {}): Promise<TokenizerFiles> {
  return tokenizerOf(await open(source, options), silent);
}

/**
 * Downloads a model, or opens it from the cache, also offline. A broken download goes on where it stopped.
 * @throws models/bad-hub-id, models/hub-host-not-allowed, models/hub-not-found, models/hub-gated,
 * models/hub-rate-limited, models/hub-unreachable, models/hub-failed, models/hub-broken-off,
 * models/hub-damaged, models/no-safetensors, models/pickle-refused, models/unsupported-architecture,
 * models/bad-safetensors, models/out-of-memory, base/aborted
 */
export async function loadHub(
  source: HubSource,
  onProgress: OnProgress,
  options: HubOptions = {},
): Promise<LoadedModel> {
  const session = await open(source, options);
  const { listing, selection, job } = session;
  const count = counter(filesOf(selection), `Downloading ${listing.pinned.id}`, onProgress);
  const tokenizer = await tokenizerOf(session, count);
  const read = async (file: HubFile): Promise<{ tensors: Map<string, RawSource>; size: number }> => {
    const kept = await keptFile(file, job, count(file));
    return { tensors: (await openSafetensors(kept, file.path)).tensors, size: kept.sizeBytes };
  };
  if (selection.index === undefined) {
    const { tensors, size } = await read(selection.weights[0]!);
    return { ...tokenizer, tensors: storableWeights(tensors), sizeBytes: size };
  }
  const index = readShardIndex(decode(await downloadFile(selection.index, job, count(selection.index))));
  const shards = new Map<string, Map<string, RawSource>>();
  let sizeBytes = 0;
  for (const path of index.files) {
    const listed = selection.weights.find((file) => file.path === path);
    const { tensors, size } = await read(listed ?? { path, sizeBytes: 0, identity: "" });
    shards.set(path, tensors);
    sizeBytes += size;
  }
  return { ...tokenizer, tensors: storableWeights(joinShards(index, shards)), sizeBytes };
}
