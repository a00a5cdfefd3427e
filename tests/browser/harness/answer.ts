/** Calls an exported function of a room's test module by name; errors travel as values, code and hint included. */
import { toWire } from "../../../src/base/index.ts";
import type { Answer, RoomFunctions } from "./protocol.ts";

export async function answer(functions: RoomFunctions, name: string, args: unknown[]): Promise<Answer> {
  try {
    const job = functions[name];
    if (job === undefined) throw new Error(`The test page has no function "${name}".`);
    return { ok: true, value: await (job as (...given: unknown[]) => unknown)(...args) };
  } catch (error) {
    return { ok: false, error: toWire(error) };
  }
}
