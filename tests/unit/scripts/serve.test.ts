/** The static server, asked over real sockets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { securityHeaders } from "../../../scripts/policy.mjs";
import { startServer } from "../../../scripts/serve.mjs";

const folder = mkdtempSync(join(tmpdir(), "unmask-serve-"));
const root = join(folder, "public");
const other = join(folder, "other");
const wasm = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 7));
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  mkdirSync(join(root, "assets"), { recursive: true });
  mkdirSync(other);
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(root, "index.html"), "<p>home");
  writeFileSync(join(root, "x.mjs"), "export {}");
  writeFileSync(join(root, "empty.txt"), "");
  writeFileSync(join(root, "assets", "main-AbCd1234.js"), "1");
  writeFileSync(join(root, "x.wasm"), wasm);
  writeFileSync(join(root, "x.wasm.br"), brotliCompressSync(wasm));
  writeFileSync(join(root, "x.wasm.gz"), gzipSync(wasm));
  writeFileSync(join(other, "ort.mjs"), "mounted");
  server = await startServer({ root, mounts: { "/ort/": other } });
});
afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** The raw answer: fetch would tidy the path and decode the body. */
function raw(path: string, lines: string[] = []): Promise<{ head: string; body: Buffer }> {
  return new Promise((done, fail) => {
    const socket = connect(server.port, "127.0.0.1");
    const parts: Buffer[] = [];
    socket.on("data", (part) => parts.push(Buffer.from(part)));
    socket.on("error", fail);
    socket.on("end", () => {
      const all = Buffer.concat(parts);
      const border = all.indexOf("\r\n\r\n");
      done({ head: all.subarray(0, border).toString(), body: all.subarray(border + 4) });
    });
    socket.write([`GET ${path} HTTP/1.1`, "Host: x", "Connection: close", ...lines, "", ""].join("\r\n"));
  });
}
const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers });

describe("the server", () => {
  test("sends types that modules and WebAssembly need, and the security headers", async () => {
    for (const [path, type] of [
      ["", "text/html; charset=utf-8"],
      ["x.mjs", "text/javascript; charset=utf-8"],
      ["x.wasm", "application/wasm"],
      ["ort/ort.mjs", "text/javascript; charset=utf-8"],
    ] as const) {
      const response = await get(path);
      expect([path, response.status, response.headers.get("content-type")]).toEqual([path, 200, type]);
      for (const [name, value] of Object.entries(securityHeaders())) expect(response.headers.get(name)).toBe(value);
      await response.arrayBuffer();
    }
    expect(await (await get("ort/ort.mjs")).text()).toBe("mounted");
    expect(await (await get("empty.txt")).text()).toBe("");
  });

  test("leaves them out when asked to be a plain host", async () => {
    const plain = await startServer({ root, headers: false, cors: true });
    const { headers } = await fetch(plain.url);
    expect(headers.get("content-security-policy")).toBeNull();
    expect(headers.get("access-control-allow-origin")).toBe("*");
    await plain.close();
  });

  test.each([
    ["br, gzip", "br", brotliCompressSync(wasm)],
    ["gzip", "gzip", gzipSync(wasm)],
    ["gzip, br;q=0", "gzip", gzipSync(wasm)],
    ["identity", undefined, wasm],
  ])("for %s the copy is %s", async (accepts, encoding, expected) => {
    const { head, body } = await raw("/x.wasm", [`Accept-Encoding: ${accepts}`]);
    expect(/content-encoding: (\S+)/i.exec(head)?.[1]).toBe(encoding);
    expect(body.equals(expected)).toBe(true);
  });

  test.each([
    ["bytes=0-9", 206, "bytes 0-9/5000", wasm.subarray(0, 10)],
    ["bytes=4990-", 206, "bytes 4990-4999/5000", wasm.subarray(4990)],
    ["bytes=-5", 206, "bytes 4995-4999/5000", wasm.subarray(4995)],
    ["bytes=4999-9999", 206, "bytes 4999-4999/5000", wasm.subarray(4999)],
    ["bytes=5000-", 416, "bytes */5000", undefined],
    ["bytes=9-3", 416, "bytes */5000", undefined],
    ["lines=1-2", 200, null, wasm],
  ])("range %s: %i", async (range, status, shown, expected) => {
    const response = await get("x.wasm", { Range: range, "Accept-Encoding": "identity" });
    expect([response.status, response.headers.get("content-range")]).toEqual([status, shown]);
    const body = Buffer.from(await response.arrayBuffer());
    if (expected !== undefined) expect(body.equals(expected)).toBe(true);
  });

  test.each([
    "/../secret.txt",
    "/..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/ort/../../secret.txt",
    "/..\\secret.txt",
    "/%00",
    "/%zz",
    "/nothing",
    "/assets",
  ])("%s is not found", async (path) => {
    const { head, body } = await raw(path);
    expect(head).toContain("404");
    expect(body.toString()).not.toContain("secret");
  });

  test("asks again for what may change and never for what has a hash; unchanged is 304", async () => {
    expect((await get("assets/main-AbCd1234.js")).headers.get("cache-control")).toContain("immutable");
    const first = await get("x.mjs");
    expect(first.headers.get("cache-control")).toBe("no-cache");
    const again = await get("x.mjs", { "If-None-Match": first.headers.get("etag")! });
    expect(again.status).toBe(304);
  });

  test("serves reading only", async () => {
    expect((await fetch(server.url, { method: "POST", body: "x" })).status).toBe(405);
    const head = await fetch(`${server.url}x.wasm`, { method: "HEAD", headers: { "Accept-Encoding": "identity" } });
    expect([head.status, head.headers.get("content-length"), await head.text()]).toEqual([200, "5000", ""]);
  });

  test("takes another port when its own is busy", async () => {
    const second = await startServer({ root, port: server.port });
    expect(second.port).not.toBe(server.port);
    expect((await fetch(second.url)).status).toBe(200);
    await second.close();
  });
});
