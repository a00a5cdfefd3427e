/**
 * A Hub on this machine: the Hub's addresses, redirects, headers and error codes, a second origin for large files as
 * the Hub has, and faults on demand. Serves what it is given; logs what was asked.
 * Source of the behaviour: huggingface_hub's hf_raise_for_status and file_download; answers of the Hub quoted in
 * ngxson/wllama pull 248 and huggingface/datasets issue 7931.
 */
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface HubModel {
  files: Record<string, Uint8Array>;
  licence?: string;
  gated?: boolean;
}
export interface HubDataset {
  /** The files as they were uploaded. */
  files: Record<string, Uint8Array>;
  /** The converted copy: config -> split -> files. */
  parquet?: Record<string, Record<string, Uint8Array[]>>;
  licence?: string;
}
export interface HubFaults {
  /** Break the connection after so many bytes of a large file; so many times. */
  cutAfter?: number;
  cuts?: number;
  /** Resolves when whoever downloads has taken what came before the cut; else a cut comes a moment later. */
  cutWhen?: () => Promise<unknown>;
  /** Stop giving bytes, but keep the connection, after so many bytes of a large file; once. */
  stallAfter?: number;
  /** Ignore Range and send the whole. */
  noRanges?: boolean;
  /** Break every request that has a Range header: what a page sees where a preflight is refused. */
  breakRanges?: boolean;
  /** Change a byte of every large file on its way. */
  damage?: boolean;
  /** Answer everything with this status. */
  status?: number;
  headers?: Record<string, string>;
  /** A file server without the Hub's API. */
  plain?: boolean;
  /** Redirect large files to this origin. */
  redirectTo?: string;
}
export interface HubServer {
  /** The Hub's origin, and that of its large files. */
  host: string;
  storage: string;
  commit: string;
  faults: HubFaults;
  models: Record<string, HubModel>;
  datasets: Record<string, HubDataset>;
  /** "GET /path", in order; `ranges` and `headers` go with them. */
  requests: { line: string; range: string; headers: string[]; sent: number }[];
  close(): Promise<void>;
}

const exposed =
  "X-Repo-Commit,X-Error-Code,X-Error-Message,ETag,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag";
const large = (path: string): boolean => path.endsWith(".safetensors") || path.endsWith(".bin");
const sha = (kind: string, ...parts: (string | Uint8Array)[]): string => {
  const hash = createHash(kind);
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
};

function listen(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<[Server, string]> {
  const server = createServer(handler);
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () =>
      resolve([server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`]),
    ),
  );
}

/** Starts a Hub with these models; `legacy` maps old names to the ones they redirect to. */
export async function startHub(
  models: Record<string, HubModel>,
  legacy: Record<string, string> = {},
): Promise<HubServer> {
  const state = {
    faults: {},
    models,
    datasets: {},
    requests: [],
    commit: sha("sha1", "commit"),
  } as unknown as HubServer;
  const log = (request: IncomingMessage) => {
    const { range = "" } = request.headers;
    const chosen = Object.keys(request.headers).filter((name) => !["range", "host", "connection"].includes(name));
    const entry = { line: `${request.method!} ${request.url!}`, range, headers: chosen, sent: 0 };
    state.requests.push(entry);
    return entry;
  };
  const cors = { "access-control-allow-origin": "*", "access-control-expose-headers": exposed };

  const fail = (response: ServerResponse, status: number, code = ""): void =>
    void response.writeHead(status, { ...cors, ...(code === "" ? {} : { "x-error-code": code }) }).end();

  const listing = (id: string, model: HubModel): string =>
    JSON.stringify({
      id,
      sha: state.commit,
      gated: model.gated === true ? "auto" : false,
      cardData: model.licence === undefined ? {} : { license: model.licence },
      siblings: Object.entries(model.files).map(([rfilename, bytes]) =>
        large(rfilename)
          ? {
              rfilename,
              size: bytes.length,
              blobId: sha("sha1", "pointer of ", rfilename),
              lfs: { sha256: sha("sha256", bytes), size: bytes.length, pointerSize: 134 },
            }
          : { rfilename, size: bytes.length, blobId: sha("sha1", `blob ${bytes.length}\0`, bytes) },
      ),
    });

  function send(
    request: IncomingMessage,
    response: ServerResponse,
    whole: Uint8Array,
    isLarge: boolean,
    entry: { range: string; sent: number },
  ): void {
    const { faults } = state;
    if (entry.range !== "" && faults.breakRanges === true) return void request.socket.destroy();
    const from = faults.noRanges === true ? 0 : Number(/^bytes=(\d+)-$/.exec(entry.range)?.[1] ?? 0);
    if (from >= whole.length && from > 0) return fail(response, 416);
    const body = Buffer.from(whole.subarray(from));
    if (isLarge && faults.damage === true) body[body.length - 1]! ^= 1;
    response.writeHead(from > 0 ? 206 : 200, {
      ...cors,
      etag: `"${sha("sha256", whole)}"`,
      "accept-ranges": "bytes",
      "content-length": body.length,
      ...(from > 0 ? { "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}` } : {}),
    });
    if (request.method === "HEAD") return void response.end();
    const stopAt = isLarge ? (faults.stallAfter ?? ((faults.cuts ?? 0) > 0 ? faults.cutAfter : undefined)) : undefined;
    if (stopAt === undefined || stopAt >= body.length) {
      entry.sent = body.length;
      return void response.end(body);
    }
    entry.sent = stopAt;
    if (faults.stallAfter !== undefined) {
      delete faults.stallAfter;
      return void response.write(body.subarray(0, stopAt));
    }
    faults.cuts!--;
    const taken = faults.cutWhen ?? (() => new Promise((resolve) => setTimeout(resolve, 20)));
    response.write(body.subarray(0, stopAt), () => void taken().finally(() => request.socket.destroy()));
  }

  const [hub, host] = await listen((request, response) => {
    const entry = log(request);
    const { faults } = state;
    if (request.method === "OPTIONS") return fail(response, 403); // as the Hub's redirect hosts
    if (faults.status !== undefined)
      return void response.writeHead(faults.status, { ...cors, ...faults.headers }).end();
    const url = new URL(request.url!, host);
    const path = decodeURIComponent(url.pathname);
    if (path.startsWith("/api/datasets/") || path.startsWith("/datasets/"))
      return answerDataset(
        state,
        host,
        path,
        (status, code) => fail(response, status, code),
        (body) =>
          typeof body === "string"
            ? void response.writeHead(200, { ...cors, "content-type": "application/json" }).end(body)
            : sendRange(request, response, body, cors, entry),
      );
    const api = /^\/api\/models\/(.+)\/revision\/([^/]+)$/.exec(path);
    const file = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path);
    const cached = /^\/api\/resolve-cache\/(.+?)\/[0-9a-f]{40}\/(.+)$/.exec(path);
    const id = (api ?? file ?? cached)?.[1] ?? "";
    if (faults.plain === true && file === null) return fail(response, 404);
    const renamed = legacy[id];
    if (renamed !== undefined)
      return void response.writeHead(307, { ...cors, location: request.url!.replace(`/${id}/`, `/${renamed}/`) }).end();
    const model = state.models[id];
    if (model === undefined) return fail(response, 401, "RepoNotFound");
    if (cached !== null) return send(request, response, model.files[cached[2]!]!, false, entry);
    const revision = (api ?? file)![2]!;
    if (revision !== "main" && revision !== state.commit) return fail(response, 404, "RevisionNotFound");
    if (api !== null)
      return void response.writeHead(200, { ...cors, "content-type": "application/json" }).end(listing(id, model));
    if (model.gated === true) return fail(response, 401, "GatedRepo");
    const name = file![3]!;
    const bytes = Object.hasOwn(model.files, name) ? model.files[name]! : undefined;
    if (bytes === undefined) return fail(response, 404, faults.plain === true ? "" : "EntryNotFound");
    if (faults.plain === true) return send(request, response, bytes, large(name), entry);
    const linked = {
      "x-repo-commit": state.commit,
      "x-linked-size": bytes.length,
      "x-linked-etag": `"${sha("sha256", bytes)}"`,
    };
    const location = large(name)
      ? `${faults.redirectTo ?? state.storage}/xet-bridge/${id}/${name}?Expires=1&Signature=a+b`
      : `/api/resolve-cache/${id}/${state.commit}/${encodeURIComponent(name)}?etag=x`;
    response.writeHead(large(name) ? 302 : 307, { ...cors, ...linked, location }).end();
  });
  const [storage, storageHost] = await listen((request, response) => {
    const entry = log(request);
    if (request.method === "OPTIONS") return fail(response, 403);
    const path = decodeURIComponent(new URL(request.url!, storageHost).pathname);
    const id = Object.keys(state.models).find((name) => path.startsWith(`/xet-bridge/${name}/`));
    const bytes = id === undefined ? undefined : state.models[id]!.files[path.slice(`/xet-bridge/${id}/`.length)];
    if (bytes === undefined) return fail(response, 403);
    send(request, response, bytes, true, entry);
  });
  state.host = host;
  state.storage = storageHost;
  state.close = async () => {
    for (const server of [hub, storage]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  };
  return state;
}

/** The Hub's addresses for datasets: about, the list of the converted copy, and files. */
function answerDataset(
  { datasets, commit }: HubServer,
  host: string,
  path: string,
  fail: (status: number, code: string) => void,
  give: (body: string | Uint8Array) => void,
): void {
  const [, id = "", rest = ""] = /^(?:\/api)?\/datasets\/([^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  const dataset = datasets[id];
  if (dataset === undefined) return fail(401, "RepoNotFound");
  const { files, parquet, licence } = dataset;
  if (rest.startsWith("revision/")) {
    const siblings = Object.entries(files).map(([rfilename, bytes]) => ({ rfilename, size: bytes.length }));
    return give(
      JSON.stringify({ id, sha: commit, cardData: licence === undefined ? {} : { license: licence }, siblings }),
    );
  }
  const one = /^parquet\/([^/]+)\/([^/]+)\/(\d+)\.parquet$/.exec(rest);
  const bytes =
    one === null ? files[rest.replace(/^resolve\/[^/]+\//, "")] : parquet?.[one[1]!]?.[one[2]!]?.[Number(one[3])];
  if (bytes !== undefined) return give(bytes);
  if (rest !== "parquet" || parquet === undefined) return fail(404, "EntryNotFound");
  const urls = Object.fromEntries(
    Object.entries(parquet).map(([config, splits]) => [
      config,
      Object.fromEntries(
        Object.entries(splits).map(([split, list]) => [
          split,
          list.map((_, i) => `${host}/api/datasets/${id}/parquet/${config}/${split}/${i}.parquet`),
        ]),
      ),
    ]),
  );
  give(JSON.stringify(urls));
}

/** A file with single ranges of both ends, as the readers of datasets ask for them. */
function sendRange(
  request: IncomingMessage,
  response: ServerResponse,
  whole: Uint8Array,
  headers: Record<string, string>,
  entry: { range: string; sent: number },
): void {
  const range = /^bytes=(\d+)-(\d*)$/.exec(entry.range);
  const from = Number(range?.[1] ?? 0);
  const to = range === null || range[2] === "" ? whole.length : Math.min(whole.length, Number(range[2]) + 1);
  const body = whole.subarray(from, to);
  if (request.method !== "HEAD") entry.sent = body.length;
  response.writeHead(range === null ? 200 : 206, {
    ...headers,
    "accept-ranges": "bytes",
    "content-length": body.length,
    ...(range === null ? {} : { "content-range": `bytes ${from}-${to - 1}/${whole.length}` }),
  });
  response.end(request.method === "HEAD" ? undefined : Buffer.from(body));
}
