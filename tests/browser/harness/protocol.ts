/** What the test, the test page and its worker say to each other. */
import type { WireError } from "../../../src/base/index.ts";

export type RoomFunctions = Record<string, (...args: never[]) => unknown>;
export type Answer = { ok: true; value: unknown } | { ok: false; error: WireError };

/** Which module to load, from a page's or a worker's own address. */
export function roomName(search: string): string {
  const name = new URLSearchParams(search).get("room") ?? "";
  if (!/^[\w.-]+$/.test(name)) throw new Error("The address names no room.");
  return name;
}
