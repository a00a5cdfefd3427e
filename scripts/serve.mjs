/**
 * A small static server without dependencies: the built page with its security headers, ready-compressed
 * copies, byte ranges. For people (`npm start`) and for the tests (`startServer`). Knows nothing of what
 * it serves.
 */
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream/promises";
import { fileURLToPath } from "node:url";
import { securityHeaders } from "./policy.mjs";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json; charset=utf-8",
  ".map": "application/json; charset=utf-8",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".txt": "text/plain; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".csv": "text/csv; charset=utf-8",
  ".tsv": "text/tab-separated-values; charset=utf-8",
  ".jsonl": "application/x-ndjson; charset=utf-8",
  ".conll": "text/plain; charset=utf-8",
  ".safetensors": "application/octet-stream",
};

/** The file behind a URL path, or undefined when the path leaves its folder. */
function locate(path, root, mounts) {
  let decoded;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined; // a broken %-escape names no file
  }
  if (decoded.includes("\0") || decoded.includes("\\")) return undefined;
  const [prefix, base] = Object.entries(mounts).find(([start]) => decoded.startsWith(start)) ?? ["/", root];
  const inside = decoded.slice(prefix.length);
  const file = resolve(base, `./${inside.endsWith("/") || inside === "" ? `${inside}index.html` : inside}`);
  return file.startsWith(resolve(base) + sep) ? file : undefined;
}

async function regularFile(file) {
  const info = await stat(file).catch(() => undefined); // absent: answered with 404 by the caller
  return info?.isFile() === true ? info : undefined;
}

/** The best stored copy that the client can read: FILE.br or FILE.gz beside FILE. */
async function encoded(file, accepts, info) {
  for (const [name, suffix] of [
    ["br", ".br"],
    ["gzip", ".gz"],
  ]) {
    if (!new RegExp(`\\b${name}\\b(?!;q=0(\\.0*)?\\b)`).test(accepts)) continue;
    const copy = await regularFile(file + suffix);
    if (copy !== undefined && copy.mtimeMs >= info.mtimeMs - 1000) return { file: file + suffix, info: copy, name };
  }
  return { file, info, name: "" };
}

/** "bytes=a-b" as [first, last], "bad" when it cannot be met, undefined when there is none that we serve. */
function readRange(header, size) {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return undefined;
  const first = match[1] === "" ? Math.max(0, size - Number(match[2])) : Number(match[1]);
  const last = match[1] === "" || match[2] === "" ? size - 1 : Math.min(size - 1, Number(match[2]));
  return first > last || first >= size ? "bad" : [first, last];
}

async function answer(request, response, { root, mounts, common }) {
  const fail = (status, text, extra = {}) =>
    response.writeHead(status, { ...common, "Content-Type": "text/plain; charset=utf-8", ...extra }).end(`${text}\n`);
  if (request.method !== "GET" && request.method !== "HEAD")
    return fail(405, "Only GET and HEAD are served here.", { Allow: "GET, HEAD" });
  // Not `new URL(...).pathname`: that would fold "/../" away before it can be refused.
  const path = (request.url ?? "/").split(/[?#]/)[0];
  const file = locate(path, root, mounts);
  const info = file === undefined ? undefined : await regularFile(file);
  if (file === undefined || info === undefined) return fail(404, "There is no such file.");

  const range = readRange(request.headers.range, info.size);
  const copy =
    range === undefined
      ? await encoded(file, String(request.headers["accept-encoding"] ?? ""), info)
      : { file, info, name: "" };
  const tag = `"${info.size.toString(36)}-${Math.floor(info.mtimeMs).toString(36)}${copy.name}"`;
  const headers = {
    ...common,
    "Content-Type": types[extname(file)] ?? "application/octet-stream",
    "Accept-Ranges": "bytes",
    ETag: tag,
    Vary: "Accept-Encoding",
    // Names with a content hash never change; everything else is asked for again each time.
    "Cache-Control":
      /[-.][\w-]{8}\.(js|css|wasm|svg|png)$/.test(path) && path.includes("/assets/")
        ? "public, max-age=31536000, immutable"
        : "no-cache",
    ...(copy.name === "" ? {} : { "Content-Encoding": copy.name }),
  };
  if (request.headers["if-none-match"] === tag) return response.writeHead(304, headers).end();
  if (range === "bad") return fail(416, "That range is outside the file.", { "Content-Range": `bytes */${info.size}` });
  const [first, last] = range ?? [0, copy.info.size - 1];
  headers["Content-Length"] = String(last - first + 1);
  if (range !== undefined) headers["Content-Range"] = `bytes ${first}-${last}/${info.size}`;
  response.writeHead(range === undefined ? 200 : 206, headers);
  if (request.method === "HEAD" || copy.info.size === 0) return response.end();
  return pipeline(createReadStream(copy.file, { start: first, end: last }), response);
}

function listen(server, port, host) {
  return new Promise((done, fail) => {
    server.once("error", fail);
    server.listen(port, host, () => {
      server.off("error", fail);
      done(server.address().port);
    });
  });
}

/**
 * Serves `root` until `close()`.
 * @param {object} options
 * @param {string} options.root folder to serve
 * @param {number} [options.port] 0 picks a free one; a busy one falls back to a free one
 * @param {string} [options.host] address to listen on: only this machine unless told otherwise
 * @param {boolean | "isolation"} [options.headers] false leaves the security headers out, as a plain static host
 *   would; "isolation" leaves only the policy out: the benchmarks' peers start threads from blobs, which it forbids
 * @param {Record<string, string>} [options.mounts] URL prefixes served from other folders: { "/ort/": folder }
 * @param {boolean} [options.cors] lets pages of other origins read the files: a sandboxed frame's origin is "null"
 * @param {string[]} [options.connect] further origins for connect-src (tests: a local Hub)
 * @returns {Promise<{ url: string, port: number, close(): Promise<void> }>}
 */
export async function startServer({
  root,
  port = 0,
  host = "127.0.0.1",
  headers = true,
  mounts = {},
  cors = false,
  connect = [],
}) {
  const common = {
    ...(headers ? securityHeaders({ connect }) : {}),
    ...(cors ? { "Access-Control-Allow-Origin": "*" } : {}),
  };
  if (headers === "isolation") delete common["Content-Security-Policy"];
  const server = createServer((request, response) => {
    answer(request, response, { root, mounts, common }).catch((error) => {
      // A client that hangs up in the middle of a file is ordinary; anything else is worth a line.
      if (error?.code !== "ERR_STREAM_PREMATURE_CLOSE" && error?.code !== "ECONNRESET") console.error(error);
      response.destroy();
    });
  });
  const real = await listen(server, port, host).catch((error) => {
    if (error?.code !== "EADDRINUSE" && error?.code !== "EACCES") throw error;
    return listen(server, 0, host);
  });
  return {
    url: `http://${host === "0.0.0.0" || host === "127.0.0.1" ? "localhost" : host}:${real}/`,
    port: real,
    close: () =>
      new Promise((done, fail) => {
        server.close((error) => (error ? fail(error) : done()));
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const root = join(fileURLToPath(new URL("..", import.meta.url)), "dist");
  if ((await regularFile(join(root, "index.html"))) === undefined) {
    console.error("There is no built page in dist. Run `npm start`, which builds it first.");
    process.exit(1);
  }
  const wanted = Number(process.env.PORT ?? 4173);
  const server = await startServer({ root, port: wanted, host: process.env.HOST ?? "127.0.0.1" });
  if (server.port !== wanted) console.log(`Port ${wanted} is busy, so another was taken.`);
  console.log(`Unmask is ready at ${server.url}  (Ctrl+C ends it)`);
}
