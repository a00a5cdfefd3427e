/**
 * The built page behind a host that sends no headers of its own: the service worker alone must bring
 * isolation, the policy (on the page and on workers) and offline use; our own server must send the same.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright";
import { securityHeaders } from "../../scripts/policy.mjs";
import { startServer } from "../../scripts/serve.mjs";
import { repository } from "./harness/build.ts";
import { expect, test as base, type Server } from "./harness/index.ts";

const dist = join(repository, "dist");
const ready = '[data-service-worker="controlled"] [data-ready="true"]';

/** The built page on a plain static host, in a folder of it, as on GitHub Pages. */
const test = base.extend<{ plainHost: Server }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from this pattern
  plainHost: async ({}, use) => {
    const server = await startServer({ root: dist, headers: false, mounts: { "/some/folder/": dist } });
    let open = true;
    const close = async (): Promise<void> => {
      if (open) await server.close();
      open = false;
    };
    await use({ ...server, close, url: `${server.url}some/folder/` });
    await close();
  },
});

async function open(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator(ready).waitFor();
}

/** What a fetch from the page, or from a worker of the page's own script, comes to. */
async function fetchFrom(page: Page, where: "page" | "worker", url: string): Promise<string> {
  if (where === "page")
    return page.evaluate(async (address) => {
      try {
        return `answered ${(await fetch(address)).status}`;
      } catch (error) {
        return String(error);
      }
    }, url);
  const worker = page.workers()[0];
  if (worker === undefined) return "no worker runs";
  return worker.evaluate(async (address) => {
    try {
      return `answered ${(await fetch(address)).status}`;
    } catch (error) {
      return String(error);
    }
  }, url);
}

test.describe("behind a plain host", () => {
  test("the page reloads once, then is isolated and under the policy", async ({ page, plainHost }) => {
    let loads = 0;
    page.on("domcontentloaded", () => loads++);
    await open(page, plainHost.url);
    expect(loads).toBe(2);
    expect(await page.evaluate(() => self.crossOriginIsolated)).toBe(true);
    await page.reload();
    await page.locator(ready).waitFor();
    expect(loads).toBe(3); // no second reload
    const answer = await page.evaluate(async () => Object.fromEntries((await fetch("./")).headers));
    for (const [name, value] of Object.entries(securityHeaders())) expect(answer[name.toLowerCase()]).toBe(value);
  });

  test("neither page nor workers can fetch off-origin", async ({ page, plainHost }) => {
    const asked: string[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.url ?? "");
      response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" });
      response.end("got out");
    });
    await new Promise<void>((done) => elsewhere.listen(0, "127.0.0.1", done));
    const { port } = elsewhere.address() as { port: number };
    try {
      await open(page, plainHost.url);
      expect(page.workers().length).toBeGreaterThan(0);
      for (const where of ["page", "worker"] as const) {
        expect(await fetchFrom(page, where, `http://127.0.0.1:${port}/${where}`)).toContain("TypeError");
        expect(await fetchFrom(page, where, new URL("./index.html", plainHost.url).href)).toBe("answered 200");
      }
      const others = await page.evaluate(async (address) => {
        const image = new Promise((done) => {
          const element = new Image();
          element.onload = () => done("loaded");
          element.onerror = () => done("refused");
          element.src = `${address}/image`;
        });
        const socket = new Promise((done) => {
          try {
            const line = new WebSocket(address.replace("http", "ws"));
            line.onerror = () => done("refused");
            line.onopen = () => done("open");
          } catch {
            done("refused");
          }
        });
        const beacon = navigator.sendBeacon(`${address}/beacon`, "x"); // true only says that it was queued
        return [await image, await socket, typeof beacon];
      }, `http://127.0.0.1:${port}`);
      expect(others.slice(0, 2)).toEqual(["refused", "refused"]);
      expect(asked).toEqual([]);
    } finally {
      elsewhere.close();
    }
  });

  test("eval and inline scripts stay forbidden, WebAssembly works", async ({ page, plainHost }) => {
    await open(page, plainHost.url);
    const found = await page.evaluate(async () => {
      const script = document.createElement("script");
      script.textContent = "document.title = 'inline script ran'";
      document.body.append(script);
      const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
      return {
        title: document.title,
        wasm: WebAssembly.validate(empty) && (await WebAssembly.compile(empty)) instanceof WebAssembly.Module,
      };
    });
    expect(found.title).not.toContain("inline");
    expect(found.wasm).toBe(true);
    // A string handed to a timer is eval by another name; `evaluate` itself is not bound by the policy.
    const worker = page.workers()[0]!;
    const evaluated = await worker.evaluate(
      () =>
        new Promise((done) => {
          self.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
          // eslint-disable-next-line no-implied-eval -- that it does not run is what is tested
          setTimeout("self.evalRan = true", 0);
          setTimeout(() => done("evalRan" in self ? "eval ran" : "nothing happened"), 500);
        }),
    );
    expect(evaluated).toBe("script-src");
  });

  test("works offline after first use", async ({ page, plainHost }) => {
    await open(page, plainHost.url);
    await page.evaluate(async () => {
      // First use of what is fetched on demand.
      for (const path of ["ort/ort-wasm-simd-threaded.mjs", "ort/ort-wasm-simd-threaded.wasm"]) {
        const answer = await fetch(path);
        if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
        await answer.arrayBuffer();
      }
    });
    const kept = (): Promise<number> =>
      page.evaluate(
        async () => (await (await caches.open("unmask-files-1")).keys()).filter((k) => k.url.includes("/ort/")).length,
      );
    await expect.poll(kept).toBe(2);
    await plainHost.close();
    await page.reload();
    await page.locator(ready).waitFor();
    expect(await page.evaluate(() => self.crossOriginIsolated)).toBe(true);
    const size = await page.evaluate(async () => {
      const answer = await fetch("ort/ort-wasm-simd-threaded.wasm");
      return [answer.headers.get("content-type"), (await answer.arrayBuffer()).byteLength];
    });
    const file = readFileSync(join(dist, "ort", "ort-wasm-simd-threaded.wasm"));
    expect(size).toEqual(["application/wasm", file.length]);
    expect(await page.evaluate(async () => fetch("ort/never-used.wasm").catch((e: Error) => e.name))).toBe("TypeError");
  });

  test("a new version waits for the person, then takes over and drops old files", async ({ page }) => {
    const folder = mkdtempSync(join(tmpdir(), "unmask-version-"));
    const pick = (path: string): boolean => !/dist[\\/](ort|models|demo)/.test(path) && !/\.(br|gz)$/.test(path);
    cpSync(dist, folder, { recursive: true, filter: pick });
    const host = await startServer({ root: folder, headers: false });
    const files = (): Promise<string[]> =>
      page.evaluate(async () => (await (await caches.open("unmask-files-1")).keys()).map((key) => key.url));
    try {
      await open(page, host.url);
      const before = await files();
      // The next build: one file changed, so its hash in the table did too.
      const icon = readdirSync(join(folder, "icons")).find((name) => name.endsWith(".svg"))!;
      const next = "<svg xmlns='http://www.w3.org/2000/svg' data-build='next'/>";
      writeFileSync(join(folder, "icons", icon), next);
      const old = before.find((url) => url.includes(`icons/${icon}?`))!;
      const oldHash = new URL(old).searchParams.get("sha256")!;
      const { createHash } = await import("node:crypto");
      const newHash = createHash("sha256").update(next).digest("hex");
      const script = readFileSync(join(folder, "sw.js"), "utf8");
      writeFileSync(join(folder, "sw.js"), script.replaceAll(oldHash, newHash));
      await page.reload();
      await page.locator('[data-testid="new-version"]').waitFor();
      expect(await files()).toContain(old);
      const changed = page.waitForEvent("domcontentloaded");
      await page.locator('[data-testid="new-version-reload"]').click();
      await changed;
      await page.locator(ready).waitFor();
      expect(await page.evaluate(async (name) => (await fetch(`icons/${name}`)).text(), icon)).toBe(next);
      await expect.poll(files).not.toContain(old);
      expect(await page.locator('[data-testid="new-version"]').count()).toBe(0);
    } finally {
      await host.close();
      rmSync(folder, { recursive: true });
    }
  });
});

test("our own server sends the headers itself, compressed and ready for isolation", async ({ productServer }) => {
  for (const path of ["", "sw.js", "ort/ort-wasm-simd-threaded.mjs"]) {
    const response = await fetch(productServer.url + path);
    expect(response.status).toBe(200);
    for (const [name, value] of Object.entries(securityHeaders())) expect(response.headers.get(name)).toBe(value);
  }
  const wasm = await fetch(`${productServer.url}ort/ort-wasm-simd-threaded.wasm`, {
    headers: { "Accept-Encoding": "br" },
  });
  expect(wasm.headers.get("content-encoding")).toBe("br");
  expect(Number(wasm.headers.get("content-length"))).toBeLessThan(4_000_000); // of 14 MB
  await wasm.body?.cancel();
});

test("without service workers the page works with its host's headers", async ({ browser, productServer }) => {
  const context = await browser.newContext({ serviceWorkers: "block" });
  const page = await context.newPage();
  await page.goto(productServer.url);
  await page.locator('[data-ready="true"]').waitFor();
  expect(await page.evaluate(() => document.documentElement.dataset["serviceWorker"])).not.toBe("controlled");
  expect(await page.evaluate(() => self.crossOriginIsolated)).toBe(true);
  await context.close();
});
