/**
 * One request to a Hub: tried again while that can help, and every failure turned into a coded error.
 * Only simple requests are sent (a plain GET or HEAD, with a single-range header at most): anything more would
 * need a CORS preflight, which the Hub's redirect hosts refuse (huggingface/datasets issue 7931, 2026).
 * Source of the status codes' meaning: huggingface_hub's hf_raise_for_status.
 */
import { UnmaskError } from "../../base/index.ts";
import { hostAllowed, hostNotAllowed } from "./hub-address.ts";
import { stopIfAborted } from "./loaded-model.ts";

export interface HubNetwork {
  fetch: typeof fetch;
  allowedHosts: readonly string[];
  /** Waiting times before the second, third, ... try. */
  retryDelaysMs: readonly number[];
  /** A body that gives nothing for so long counts as broken. */
  stallMs: number;
}

export interface HubRequest {
  method?: "GET" | "HEAD";
  /** First byte wanted. */
  from?: number;
  /** Where to stop: the first byte not wanted. */
  to?: number;
  signal?: AbortSignal | undefined;
  /** What is asked for, in messages: "model owner/name", "tokenizer.json of owner/name". */
  subject: string;
}

export const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => (clearTimeout(timer), resolve()), { once: true });
  });

const retryable = (status: number): boolean => status === 408 || status >= 500;

/**
 * @throws models/hub-unreachable, models/hub-not-found, models/hub-gated, models/hub-rate-limited,
 * models/hub-failed, models/hub-host-not-allowed, base/aborted
 */
export async function hubRequest(url: string, request: HubRequest, network: HubNetwork): Promise<Response> {
  const { signal, method = "GET", from = 0, to, subject } = request;
  const init: RequestInit = { method, cache: "no-store", credentials: "omit", referrerPolicy: "no-referrer" };
  if (from > 0 || to !== undefined) init.headers = { Range: `bytes=${from}-${to === undefined ? "" : to - 1}` };
  if (signal !== undefined) init.signal = signal;
  const call = network.fetch; // a browser's fetch must not be called as a method
  for (let attempt = 0; ; attempt++) {
    stopIfAborted(signal);
    const delay = network.retryDelaysMs[attempt];
    let response: Response;
    try {
      response = await call(url, init);
    } catch (cause) {
      stopIfAborted(signal);
      if (delay === undefined || offline()) throw unreachable(url, cause);
      await wait(delay, signal);
      continue;
    }
    const final = response.url === "" ? url : response.url;
    if (!hostAllowed(new URL(final), network.allowedHosts)) {
      await response.body?.cancel();
      throw hostNotAllowed(new URL(final).origin, network.allowedHosts);
    }
    if (response.ok || response.status === 416) return response;
    await response.body?.cancel();
    if (delay === undefined || !retryable(response.status)) throw statusError(response, subject);
    await wait(delay, signal);
  }
}

const offline = (): boolean => (globalThis as { navigator?: { onLine?: boolean } }).navigator?.onLine === false;

function unreachable(url: string, cause: unknown): UnmaskError {
  return new UnmaskError(
    "models/hub-unreachable",
    offline()
      ? "The download needs a connection; this browser is offline."
      : `${new URL(url).host} must be reachable; no answer came.`,
    "Check the connection, a firewall or a content blocker, and try again: what has arrived is kept. The bundled model needs no download.",
    { host: new URL(url).host, offline: offline() },
    cause,
  );
}

function statusError(response: Response, subject: string): UnmaskError {
  const { status } = response;
  const code = response.headers.get("x-error-code") ?? "";
  const details = { status, code: code.slice(0, 40) };
  if (code === "GatedRepo" || status === 403)
    return new UnmaskError(
      "models/hub-gated",
      `The ${subject} must be open to everyone; the Hub asks for permission (${status}).`,
      "Download it where you are logged in and drop its folder here, or choose an open model.",
      details,
    );
  if (status === 401)
    return new UnmaskError(
      code === "RepoNotFound" ? "models/hub-not-found" : "models/hub-gated",
      `The ${subject} must exist and be open to everyone; the Hub says that it does not exist or is private (401).`,
      "Check the spelling; for a private model, download it where you are logged in and drop its folder here.",
      details,
    );
  if (status === 404 || status === 410)
    return new UnmaskError(
      "models/hub-not-found",
      `The ${subject} was not found on the Hub${code === "RevisionNotFound" ? " in this revision" : ""} (${status}).`,
      "Check the spelling of owner, name and revision on the model's page.",
      details,
    );
  if (status === 429) {
    const seconds = Number(response.headers.get("retry-after") ?? NaN);
    return new UnmaskError(
      "models/hub-rate-limited",
      `The Hub takes no more requests from this address for now (429).`,
      `Wait ${seconds > 0 ? `${seconds} seconds` : "some minutes"} and try again: what has arrived is kept.`,
      { ...details, retryAfterSeconds: seconds > 0 ? seconds : null },
    );
  }
  return new UnmaskError(
    "models/hub-failed",
    `The Hub could not give the ${subject}: it answered ${status}.`,
    "Try again later: what has arrived is kept.",
    details,
  );
}
