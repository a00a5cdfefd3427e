/** Sessions that lie ready are let go of, each of them, whatever one of them says. */
import { expect, test } from "vitest";
import { PreparedSessions } from "../../../src/runtime/prepared-sessions.ts";

test("a session that cannot be released keeps no other", async () => {
  const released: number[] = [];
  const sessions = new PreparedSessions(([id]) =>
    Promise.resolve({
      release: () => {
        released.push(id!);
        return id === 2 ? Promise.reject(new Error("stuck")) : Promise.resolve();
      },
    } as never),
  );
  for (const id of [1, 2, 3]) await sessions.add(Uint8Array.of(id));
  await expect(sessions.release()).rejects.toThrow("stuck");
  expect(released.sort()).toEqual([1, 2, 3]);
  expect(sessions.count).toBe(0);
});
