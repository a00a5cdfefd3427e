/**
 * Text datasets of the Hub, or of any host with its address layout: what there is, and each file as one that can be
 * cut anywhere, so that only what is read is fetched. The Hub's Parquet copy is taken where there is one, else the
 * files as they were uploaded. Nothing is kept: the corpus made of it is.
 * Source: the Hub's API, /api/datasets/{id}/parquet and /api/datasets/{id}/revision/{revision}, in 2026.
 */
import { hasCode, UnmaskError } from "../../base/index.ts";
import type { HubDatasetFile, HubDatasetListing, HubDatasetRef } from "../../contract/index.ts";
import { isObject, parseObject, type JsonObject } from "../formats/json.ts";
import { hubHosts } from "../hub-hosts.ts";
import { checkHubSource, hostAllowed, hostNotAllowed } from "./hub-address.ts";
import { hubRequest, type HubNetwork } from "./hub-request.ts";
import { readBody } from "./read-body.ts";

export interface HubDatasetOptions {
  fetch?: typeof fetch;
  allowedHosts?: readonly string[];
  retryDelaysMs?: readonly number[];
  stallMs?: number;
  signal?: AbortSignal | undefined;
  /** Asked when a part did not arrive, after the tries: resolves when it may be fetched again, rejects to give up. */
  onBroken?: (error: UnmaskError) => Promise<void>;
}
/** Failures of the connection, not of what was asked for. */
const broken = ["models/hub-unreachable", "models/hub-broken-off", "models/hub-failed", "models/hub-rate-limited"];

const textFile =
  /\.(txt|md|csv|tsv|json|jsonl|ndjson|parquet|html?|xml|docx|odt|epub|pdf|rtf|eml|mbox|ipynb|srt|zip|tar|gz|zst)$/i;
/** Descriptions of the dataset, not its text. */
const aboutFile = /(^|\/)(readme\.md|dataset_infos?\.json|state\.json|\.[^/]*|licen[cs]e[^/]*)$/i;
const splitName = /(?:^|[^a-z])(train|test|validation|valid|val|dev)(?:[^a-z]|$)/i;
/** Files of one dataset that are listed; more are said to be there. */
const maxFiles = 2000;

const networkOf = (options: HubDatasetOptions): HubNetwork => ({
  fetch: options.fetch ?? globalThis.fetch,
  allowedHosts: options.allowedHosts ?? hubHosts,
  retryDelaysMs: options.retryDelaysMs ?? [500, 2000, 5000],
  stallMs: options.stallMs ?? 30_000,
});

/** A pasted address of the dataset's page is taken for its id. */
function addressOf(ref: Pick<HubDatasetRef, "id" | "host">, allowed: readonly string[]): { host: string; id: string } {
  const id = ref.id
    .trim()
    .replace(/^https?:\/\/[^/]+\/datasets\//, "")
    .replace(/^datasets\//, "")
    .replace(/[?#].*$/, "")
    .replace(/\/(viewer|tree|blob)\/.*$/, "");
  try {
    return checkHubSource({ id, ...(ref.host === undefined || ref.host === "" ? {} : { host: ref.host }) }, allowed);
  } catch (error) {
    if (!hasCode(error, "models/bad-hub-id")) throw error;
    throw new UnmaskError(
      "models/bad-dataset-id",
      'A dataset\'s id must be "owner/name" or "name", of letters, digits, dashes, dots and underscores.',
      "Copy the id from the top of the dataset's page, such as stanfordnlp/imdb.",
    );
  }
}

async function json(url: string, subject: string, network: HubNetwork, signal?: AbortSignal): Promise<JsonObject> {
  const response = await hubRequest(url, { signal, subject }, network);
  return parseObject(await response.text(), "The Hub's answer", "models/hub-failed");
}

async function sizeOf(url: string, path: string, network: HubNetwork, signal?: AbortSignal): Promise<number> {
  const { headers } = await hubRequest(url, { method: "HEAD", signal, subject: path }, network);
  const size = Number(headers.get("x-linked-size") ?? headers.get("content-length") ?? NaN);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new UnmaskError(
    "models/hub-failed",
    `The host does not say how large ${path} is.`,
    "Download the file and drop it here.",
  );
}

/** @throws models/bad-dataset-id, models/hub-host-not-allowed, models/hub-not-found, models/hub-gated and the like */
export async function hubDatasetListing(
  ref: Pick<HubDatasetRef, "id" | "host">,
  options: HubDatasetOptions = {},
): Promise<HubDatasetListing> {
  const network = networkOf(options);
  const { signal } = options;
  const { host, id } = addressOf(ref, network.allowedHosts);
  const subject = `dataset ${id}`;
  const about = await json(`${host}/api/datasets/${id}/revision/main?blobs=true`, subject, network, signal);
  const card = isObject(about["cardData"]) ? about["cardData"] : {};
  const licence = card["license"];
  const listing: HubDatasetListing = {
    id,
    commit: typeof about["sha"] === "string" ? about["sha"] : "",
    licence: (Array.isArray(licence) ? licence.join(", ") : typeof licence === "string" ? licence : "").slice(0, 60),
    kind: "parquet",
    parts: [],
  };
  try {
    listing.parts = await parquetParts(`${host}/api/datasets/${id}/parquet`, subject, network, signal);
  } catch (error) {
    // Not every dataset has been converted, and plain hosts convert none.
    if (!hasCode(error, "models/hub-not-found") && !hasCode(error, "models/hub-failed")) throw error;
  }
  if (listing.parts.length === 0) {
    listing.kind = "files";
    listing.parts = uploadedParts(about, `${host}/datasets/${id}/resolve/${listing.commit || "main"}`);
  }
  if (listing.parts.length > 0) return listing;
  throw new UnmaskError(
    "models/no-text-files",
    `The ${subject} has no files that can be read as text.`,
    "Choose a dataset with Parquet, CSV, JSON or text files.",
  );
}

async function parquetParts(
  url: string,
  subject: string,
  network: HubNetwork,
  signal?: AbortSignal,
): Promise<HubDatasetListing["parts"]> {
  const configs = await json(url, subject, network, signal);
  const parts: HubDatasetListing["parts"] = [];
  let left = maxFiles;
  for (const [config, splits] of Object.entries(configs)) {
    if (!isObject(splits)) continue;
    for (const [split, urls] of Object.entries(splits)) {
      const listed = (Array.isArray(urls) ? urls : []).filter(
        (one): one is string => typeof one === "string" && URL.canParse(one),
      );
      const files: HubDatasetFile[] = [];
      for (const [i, fileUrl] of listed.slice(0, left).entries()) {
        if (!hostAllowed(new URL(fileUrl), network.allowedHosts))
          throw hostNotAllowed(new URL(fileUrl).origin, network.allowedHosts);
        // Sizes are asked for when a part is chosen: a large dataset has hundreds of files.
        files.push({ path: `${config}/${split}/${i}.parquet`, sizeBytes: 0, url: fileUrl });
      }
      left -= files.length;
      if (files.length > 0) parts.push({ config, split, files });
    }
  }
  return parts;
}

function uploadedParts(about: JsonObject, base: string): HubDatasetListing["parts"] {
  const siblings = Array.isArray(about["siblings"]) ? (about["siblings"] as unknown[]) : [];
  const parts = new Map<string, HubDatasetListing["parts"][number]>();
  for (const sibling of siblings.slice(0, maxFiles)) {
    if (!isObject(sibling) || typeof sibling["rfilename"] !== "string") continue;
    const path = sibling["rfilename"];
    if (!textFile.test(path) || aboutFile.test(path)) continue;
    const split = splitName.exec(path)?.[1]?.toLowerCase() ?? "";
    const part = parts.get(split) ?? { config: "", split, files: [] };
    const size = Number(sibling["size"] ?? 0);
    part.files.push({
      path,
      sizeBytes: Number.isSafeInteger(size) && size > 0 ? size : 0,
      url: `${base}/${path.split("/").map(encodeURIComponent).join("/")}`,
    });
    parts.set(split, part);
  }
  return [...parts.values()];
}

/** A file of the Hub as the readers take one: size known, every part fetched when it is asked for. */
export interface HubFileSource {
  name: string;
  size: number;
  slice(start?: number, end?: number): { arrayBuffer(): Promise<ArrayBuffer> };
}

/** The files of the chosen subset and split. @throws models/no-such-split, and as `hubDatasetListing` */
export async function hubDatasetFiles(ref: HubDatasetRef, options: HubDatasetOptions = {}): Promise<HubFileSource[]> {
  const network = networkOf(options);
  const { parts, id } = await hubDatasetListing(ref, options);
  const config = ref.config || parts[0]!.config;
  const chosen = parts.filter((part) => part.config === config && (ref.split === "" || part.split === ref.split));
  if (chosen.length === 0)
    throw new UnmaskError(
      "models/no-such-split",
      `The dataset ${id} has no such subset or split.`,
      `Choose one of ${parts.map((part) => `${part.config} ${part.split}`.trim()).join(", ")}.`,
    );
  const files: HubFileSource[] = [];
  for (const { path, sizeBytes, url } of chosen.flatMap((part) => part.files)) {
    const size = sizeBytes || (await sizeOf(url, path, network, options.signal));
    files.push(hubFile(path, size, url, network, options));
  }
  return files;
}

function hubFile(
  path: string,
  size: number,
  url: string,
  network: HubNetwork,
  { signal, onBroken }: Pick<HubDatasetOptions, "signal" | "onBroken">,
): HubFileSource {
  const brokenOff = (cause?: unknown): UnmaskError =>
    new UnmaskError(
      "models/hub-broken-off",
      `${path} did not arrive whole.`,
      "Check the connection and try again.",
      {},
      cause,
    );
  const fetchRange = async (from: number, to: number): Promise<ArrayBuffer> => {
    for (;;) {
      try {
        return await fetchOnce(from, to);
      } catch (error) {
        const isBroken = error instanceof UnmaskError && broken.includes(error.code);
        if (!isBroken || onBroken === undefined) throw error;
        await onBroken(error);
      }
    }
  };
  const bodyOf = async (response: Response, length: number): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return await readBody(response, length, () => undefined, signal, network.stallMs);
    } catch (cause) {
      if (cause instanceof UnmaskError) throw cause;
      throw brokenOff(cause);
    }
  };
  const fetchOnce = async (from: number, to: number): Promise<ArrayBuffer> => {
    if (to <= from) return new ArrayBuffer(0);
    const response = await hubRequest(url, { from, to, signal, subject: path }, network);
    // A host that knows no ranges sends everything: reading on would fetch the whole file for each part.
    if (response.status !== 206 && !(from === 0 && to === size)) {
      await response.body?.cancel();
      throw new UnmaskError(
        "models/hub-no-ranges",
        `The host sends ${path} only whole, so it cannot be read in parts.`,
        "Download the file and drop it here.",
      );
    }
    const bytes = await bodyOf(response, to - from);
    if (bytes.length !== to - from) throw brokenOff();
    return bytes.buffer;
  };
  return {
    name: path,
    size,
    slice: (start = 0, end = size) => ({ arrayBuffer: () => fetchRange(Math.min(start, size), Math.min(end, size)) }),
  };
}
