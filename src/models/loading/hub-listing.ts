/**
 * Which files a Hub model has, how large they are, and the commit that pins them. From the Hub's API;
 * from a plain mirror without one, by asking for each file's headers. The last answer is kept, so that a
 * downloaded model opens offline.
 */
import { hasCode, UnmaskError } from "../../base/index.ts";
import { familiesText } from "../../contract/index.ts";
import { isObject, parseObject, type JsonObject } from "../formats/json.ts";
import { fileUrl, isHubId, listingUrl, type HubAddress } from "./hub-address.ts";
import type { ByteCache } from "./hub-cache.ts";
import { hubRequest, type HubNetwork } from "./hub-request.ts";
import { neededTokenizerFiles, noWeights, tokenizerFileNames, weightsFile, weightsIndexFile } from "./loaded-model.ts";

export interface HubFile {
  path: string;
  /** 0 when the host does not say. */
  sizeBytes: number;
  /** Names the content: a checksum of the Hub, or a host's entity tag. "" when unknown. */
  identity: string;
}
export interface HubListing {
  /** The address with the commit in place of the branch, so that every file is of one state. */
  pinned: HubAddress;
  /** "" when the host does not say. */
  commit: string;
  licence: string;
  files: HubFile[];
}
/** The files that a load needs. */
export interface HubSelection {
  config: HubFile;
  tokenizer: HubFile[];
  index: HubFile | undefined;
  weights: HubFile[];
}

const commitForm = /^[0-9a-f]{40,64}$/;
const shardForm = /^model-\d{5}-of-\d{5}\.safetensors$/;
const count = (value: unknown): number =>
  Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0;

function readFile(entry: unknown): HubFile[] {
  if (!isObject(entry) || typeof entry["rfilename"] !== "string") return [];
  const lfs = isObject(entry["lfs"]) ? entry["lfs"] : {};
  // Git names a file by SHA-1; for a large one that is only its pointer, and SHA-256 names the content.
  const [large, small] = [lfs["sha256"], entry["blobId"]];
  const identity =
    typeof large === "string" && /^[0-9a-f]{64}$/.test(large)
      ? `sha256-${large}`
      : typeof small === "string" &&
          /^[0-9a-f]{40}$/.test(small) &&
          entry["lfs"] === undefined &&
          entry["xetHash"] === undefined
        ? `git-${small}`
        : "";
  return [{ path: entry["rfilename"], sizeBytes: count(entry["size"] ?? lfs["size"]), identity }];
}

function readListing(json: JsonObject, address: HubAddress): HubListing {
  const { id, sha, siblings, cardData: card } = json;
  const commit = typeof sha === "string" && commitForm.test(sha) ? sha : "";
  const licence = isObject(card) && typeof card["license"] === "string" ? card["license"].slice(0, 60) : "";
  const files = Array.isArray(siblings) ? siblings.flatMap(readFile) : [];
  // Old names redirect: with the new one, every file is one request less and kept once.
  const pinned = { ...address, id: isHubId(id) ? id : address.id, revision: commit || address.revision };
  return { pinned, commit, licence, files };
}

/** A mirror that only serves files: their headers tell what there is. */
async function probeFiles(address: HubAddress, network: HubNetwork, signal?: AbortSignal): Promise<HubListing> {
  const files: HubFile[] = [];
  for (const path of ["config.json", ...tokenizerFileNames, weightsFile, weightsIndexFile]) {
    const subject = `${path} of ${address.id}`;
    try {
      const { headers } = await hubRequest(fileUrl(address, path), { method: "HEAD", signal, subject }, network);
      const size =
        headers.get("x-linked-size") ?? (headers.has("content-encoding") ? null : headers.get("content-length"));
      const tag = headers.get("x-linked-etag") ?? headers.get("etag");
      files.push({ path, sizeBytes: count(Number(size ?? 0)), identity: tag === null ? "" : `etag-${tag}` });
    } catch (error) {
      if (!hasCode(error, "models/hub-not-found")) throw error;
    }
  }
  return { pinned: address, commit: "", licence: "", files };
}

async function askHub(address: HubAddress, network: HubNetwork, signal?: AbortSignal): Promise<[HubListing, string]> {
  const subject = `model ${address.id}`;
  try {
    const response = await hubRequest(listingUrl(address), { signal, subject }, network);
    const text = await response.text();
    return [readListing(parseObject(text, "The Hub's answer", "models/hub-failed"), address), text];
  } catch (error) {
    // The Hub says which part it did not find; a plain file server only says 404.
    if (!hasCode(error, "models/hub-not-found") || error.details["code"] !== "" || error.details["status"] !== 404)
      throw error;
    const listing = await probeFiles(address, network, signal);
    if (listing.files.length === 0) throw error;
    return [listing, ""];
  }
}

/**
 * @throws what `hubRequest` throws; when the Hub cannot be reached, the answer kept from last time is
 * used instead, with a warning.
 */
export async function hubListing(
  address: HubAddress,
  network: HubNetwork,
  cache: ByteCache,
  warn: (sentence: string) => void,
  signal?: AbortSignal,
): Promise<HubListing> {
  const key = listingUrl(address);
  try {
    const [listing, text] = await askHub(address, network, signal);
    if (text !== "") await cache.put(key, new TextEncoder().encode(text));
    return listing;
  } catch (error) {
    const passing = ["models/hub-unreachable", "models/hub-rate-limited", "models/hub-failed"];
    if (!(error instanceof UnmaskError) || !passing.includes(error.code)) throw error;
    const kept = await cache.get(key);
    if (kept === undefined) throw error;
    warn("The Hub did not answer: the model's state at the last visit is used.");
    return readListing(parseObject(new TextDecoder().decode(kept), "The kept listing", "models/hub-failed"), address);
  }
}

/** @throws models/no-config, models/no-safetensors, models/pickle-refused */
export function selectFiles({ files, pinned }: HubListing): HubSelection {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const config = byPath.get("config.json");
  if (config === undefined)
    throw new UnmaskError(
      "models/no-config",
      `The model ${pinned.id} must have config.json; it was not found.`,
      `Choose a model of the transformers library with config.json and model.safetensors: ${familiesText}.`,
    );
  const whole = byPath.get(weightsFile);
  const index = whole === undefined ? byPath.get(weightsIndexFile) : undefined;
  if (whole === undefined && index === undefined) throw noWeights(`The model ${pinned.id}`, [...byPath.keys()]);
  const tokenizer = neededTokenizerFiles(new Set(byPath.keys())).map((name) => byPath.get(name)!);
  const weights = whole === undefined ? files.filter((file) => shardForm.test(file.path)) : [whole];
  return { config, tokenizer, index, weights };
}
