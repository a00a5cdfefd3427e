/** Stations in Node: one child process each, so that a library's globals and a driver's crash stay its own. */
import { fork } from "node:child_process";
import { join } from "node:path";
import { root } from "../../../scripts/setup.mjs";
import type { Reply } from "../station.ts";
import { remoteOf, type Remote } from "./remote.ts";

/**
 * V8 optimises WebAssembly that ran long enough, in the background: of ONNX Runtime's WebGPU build some functions are so
 * large that Node 20 needs a minute of two cores for them (10 times that without its quick register allocator), in which
 * nothing can be timed. This many bytes executed before it begins are enough for what a step runs: the same steps after it.
 */
const TIERING = "--wasm-tiering-budget=50000000";

/** @param driver the Vulkan driver's description file, for WebGPU. */
export function startChild(driver?: string): Remote & { pid: number } {
  const child = fork(join(root, "scripts", "run-ts.mjs"), ["bench/step/hosts/child.ts"], {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    execArgv: [...process.execArgv, ...(driver === undefined ? [] : [TIERING])],
    env: { ...process.env, ...(driver === undefined ? {} : { VK_ICD_FILENAMES: driver }) },
  });
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let last = 0;
  let ended = false;
  child.on("message", (reply: Reply) => {
    const call = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ("error" in reply) call?.reject(new Error(reply.error));
    else call?.resolve(reply.value);
  });
  child.on("exit", (code, signal) => {
    ended = true;
    for (const { reject } of waiting.values()) reject(new Error(`The process ended early (${signal ?? code}).`));
    waiting.clear();
  });
  const call = (method: string, args: unknown[]): Promise<unknown> =>
    new Promise((resolve, reject) => {
      if (ended) return reject(new Error("The process has ended."));
      waiting.set(++last, { resolve, reject });
      child.send({ id: last, method, args });
    });
  const remote = remoteOf(call, async () => {
    if (ended) return;
    const over = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.disconnect();
    await over;
  });
  return { ...remote, pid: child.pid! };
}
