/**
 * The model that comes with the page: plain files beside it, fetched from the page's own origin. The
 * service worker keeps them, so there is no cache here.
 */
import { UnmaskError } from "../../base/index.ts";
import { storableTensors } from "../formats/floats.ts";
import { inMemory } from "../weight-source.ts";
import { readSafetensors } from "../formats/safetensors.ts";
import {
  assembleTokenizer,
  stopIfAborted,
  weightsFile,
  type LoadedModel,
  type OnProgress,
  type TokenizerFiles,
} from "./loaded-model.ts";
import { readBody } from "./read-body.ts";

const origin = "Bundled with Unmask, Apache-2.0, pretrained by this project";
const texts = ["config.json", "tokenizer.json", "tokenizer_config.json"];

async function get(url: string, signal: AbortSignal | undefined): Promise<Response> {
  stopIfAborted(signal);
  let response: Response;
  try {
    response = await fetch(url, signal === undefined ? {} : { signal });
  } catch (cause) {
    stopIfAborted(signal);
    throw new UnmaskError(
      "models/bundled-unreachable",
      "The bundled model could not be fetched from the page's own address.",
      "Check the connection, or the server that the page came from, and try again.",
      { url },
      cause,
    );
  }
  if (response.ok) return response;
  throw new UnmaskError(
    "models/bundled-missing",
    `The bundled model's files must lie beside the page; the server answered ${response.status}.`,
    "Build the page again, or publish the folder models/base with it.",
    { url, status: response.status },
  );
}

async function getTexts(baseUrl: string, signal: AbortSignal | undefined): Promise<Record<string, string>> {
  const bodies = await Promise.all(texts.map(async (file) => (await get(`${baseUrl}${file}`, signal)).text()));
  return Object.fromEntries(texts.map((file, i) => [file, bodies[i]!]));
}

const withSlash = (url: string): string => (url.endsWith("/") ? url : `${url}/`);

/** The bundled model's configuration and tokenizer, without its weights. `baseUrl` is the folder of its files. */
export async function loadBundledTokenizer(
  baseUrl: string,
  name = "Bundled model",
  signal?: AbortSignal,
): Promise<TokenizerFiles> {
  return assembleTokenizer({ name, origin, texts: await getTexts(withSlash(baseUrl), signal) });
}

/** @throws models/bundled-missing, models/bundled-unreachable, base/aborted */
export async function loadBundled(
  baseUrl: string,
  name: string,
  onProgress: OnProgress,
  signal?: AbortSignal,
): Promise<LoadedModel> {
  const folder = withSlash(baseUrl);
  const tokenizer = await loadBundledTokenizer(folder, name, signal);
  const response = await get(`${folder}${weightsFile}`, signal);
  // A compressed body's length is not the file's: better no total than a wrong one.
  const total = response.headers.has("content-encoding") ? 0 : Number(response.headers.get("content-length") ?? 0);
  const report = (done: number): void => onProgress({ phase: "Loading the model", done, total, unit: "bytes" });
  const bytes = await readBody(response, total, report, signal);
  const { tensors } = readSafetensors(bytes, weightsFile);
  const kept = [...storableTensors(tensors)].map(([at, tensor]) => [at, inMemory(tensor)] as const);
  return { ...tokenizer, tensors: new Map(kept), sizeBytes: bytes.length };
}
