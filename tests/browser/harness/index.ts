/**
 * The door of the browser tests: Playwright's `test` with our servers and rooms.
 *   const room = await openRoom("storage", { in: "worker" });
 *   expect(await room.call("roundTrip", 3)).toEqual(...)
 * A room's test module is tests/browser/pages/NAME.ts: every exported function can be called by name,
 * with plain values; a thrown UnmaskError arrives here as one, so that `code` can be asserted.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright";
import { expect, test as base } from "playwright/test";
import { startServer } from "../../../scripts/serve.mjs";
import { fromWire, UnmaskError } from "../../../src/base/index.ts";
import { mounts, outDir, repository } from "./build.ts";
import type { Answer } from "./protocol.ts";

export interface Server {
  url: string;
  port: number;
  close(): Promise<void>;
}
export interface Room {
  page: Page;
  /** Calls an exported function of the room's test module. */
  call<T = unknown>(name: string, ...args: unknown[]): Promise<T>;
}
export interface RoomOptions {
  in?: "page" | "worker";
  /** A page of one's own (a second tab); default: a new tab of the test's browser context. */
  page?: Page;
}

interface Fixtures {
  openRoom: (name: string, options?: RoomOptions) => Promise<Room>;
}
interface WorkerFixtures {
  /** Serves the test pages, with the product's headers. */
  roomServer: Server;
  /** Serves the built product, with its headers. */
  productServer: Server;
}

/** The built page's folder; another build can be named, to be tested beside this one. */
export const builtPage = process.env["UNMASK_DIST"] ?? join(repository, "dist");

export async function callRoom<T>(page: Page, name: string, args: unknown[]): Promise<T> {
  const answer = await page.evaluate(
    ([job, given]) =>
      (globalThis as unknown as { callRoom(name: string, args: unknown[]): Promise<Answer> }).callRoom(job, given),
    [name, args] as [string, unknown[]],
  );
  if (answer.ok) return answer.value as T;
  throw fromWire(answer.error);
}

/** The code of the error that `job` throws; fails the test when it throws none. */
export async function errorOf(job: Promise<unknown>): Promise<UnmaskError> {
  const outcome = await job.then(
    (value) => new Error(`It succeeded with ${JSON.stringify(value)?.slice(0, 200)}`),
    (error: unknown) => error,
  );
  if (outcome instanceof UnmaskError) return outcome;
  throw outcome;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  roomServer: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the fixtures wanted from this pattern
    async ({}, use) => {
      const server = await startServer({ root: outDir, mounts, cors: true });
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  productServer: [
    // eslint-disable-next-line no-empty-pattern -- as above
    async ({}, use) => {
      if (!existsSync(join(builtPage, "index.html")))
        throw new Error("There is no built page: run `npm test` or a build.");
      const server = await startServer({ root: builtPage });
      await use(server);
      await server.close();
    },
    { scope: "worker" },
  ],
  openRoom: async ({ context, roomServer }, use) => {
    await use(async (name, options = {}) => {
      const page = options.page ?? (await context.newPage());
      page.on("pageerror", (error) => console.error(`In the page: ${error.stack ?? error.message}`));
      await page.goto(`${roomServer.url}room.html?room=${name}&in=${options.in ?? "page"}`);
      await page.waitForFunction(() => "callRoom" in globalThis);
      return { page, call: (job, ...args) => callRoom(page, job, args) };
    });
  },
});

export { expect };
