/**
 * The service worker: gives documents and scripts the security headers that a static host does not send
 * (workers are bound by the policy on their own response), and makes the page work offline after first
 * use. Imports nothing; the build puts its tables in (scripts/vite/service-worker.mjs).
 *
 * Files are kept by content hash, so a new version downloads only what changed, and what no version in
 * use names is removed. Answers of other origins (the Hub) are never touched and never kept.
 */
interface BuildTables {
  /** Hash over all of it: a new build is a new script, so the browser notices it. */
  version: string;
  headers: Record<string, string>;
  /** Path from the scope -> SHA-256 (hex) of the file. */
  files: Record<string, string>;
  /** What the page needs to start: fetched at install. The rest is kept when first used. */
  core: string[];
}
declare const __UNMASK_BUILD__: BuildTables;
const build = __UNMASK_BUILD__;
const scope = self as unknown as ServiceWorkerGlobalScope;

/** Raised only when keys change their meaning. */
const cacheName = "unmask-files-1";
const home = new URL(scope.registration.scope);
const keyOf = (path: string, hash: string): string => new URL(`${path}?sha256=${hash}`, home).href;

function secured(response: Response): Response {
  // A network error, or an opaque answer: nothing of it can be changed.
  if (response.status === 0) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(build.headers)) headers.set(name, value);
  // `fetch` has decoded the body already.
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  const { status, statusText } = response;
  const empty = status === 204 || status === 205 || status === 304;
  return new Response(empty ? null : response.body, { status, statusText, headers });
}

async function sha256(bytes: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Keeps a file only when it is the one that this build names: a host may be in the middle of an update. */
async function keep(path: string, hash: string, response: Response): Promise<boolean> {
  const { headers } = response;
  const bytes = await response.arrayBuffer();
  if ((await sha256(bytes)) !== hash) return false;
  const cache = await caches.open(cacheName);
  await cache.put(
    keyOf(path, hash),
    new Response(bytes, { headers: { "Content-Type": headers.get("Content-Type") ?? "" } }),
  );
  return true;
}

async function kept(path: string, hash: string): Promise<Response | undefined> {
  const cache = await caches.open(cacheName);
  return cache.match(keyOf(path, hash));
}

async function install(): Promise<void> {
  for (const path of build.core) {
    const hash = build.files[path]!;
    if ((await kept(path, hash)) !== undefined) continue;
    const response = await fetch(new URL(path, home), { cache: "no-cache" });
    if (!response.ok || !(await keep(path, hash, response)))
      throw new Error(`${path} is not the file of this build: the host has not finished its update.`);
  }
}

/** Removes what this version does not name. */
async function activate(): Promise<void> {
  const wanted = new Set(Object.entries(build.files).map(([path, hash]) => keyOf(path, hash)));
  const cache = await caches.open(cacheName);
  for (const request of await cache.keys()) if (!wanted.has(request.url)) await cache.delete(request);
  for (const name of await caches.keys())
    if (name.startsWith("unmask-files-") && name !== cacheName) await caches.delete(name);
}

async function answer(event: FetchEvent, path: string, hash: string): Promise<Response> {
  const found = await kept(path, hash);
  if (found !== undefined) return secured(found);
  // "no-cache": an old copy in the browser's cache is asked about before it is taken for this build's file.
  const response = await fetch(new URL(path, home), { cache: "no-cache" });
  if (response.status === 200)
    event.waitUntil(
      // Not kept (another version, no room): the page works all the same, only not offline.
      keep(path, hash, response.clone()).catch(() => false),
    );
  return secured(response);
}

scope.addEventListener("install", (event) => event.waitUntil(install()));
scope.addEventListener("activate", (event) => event.waitUntil(activate()));
scope.addEventListener("message", (event) => {
  if ((event.data as { type?: string } | null)?.type === "take-over") event.waitUntil(scope.skipWaiting());
});
scope.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== home.origin || !url.pathname.startsWith(home.pathname)) return;
  let path = decodeURIComponent(url.pathname.slice(home.pathname.length));
  if (request.mode === "navigate" && path === "") path = "index.html";
  const hash = request.method === "GET" && !request.headers.has("Range") ? build.files[path] : undefined;
  event.respondWith(hash === undefined ? fetch(request).then(secured) : answer(event, path, hash));
});
