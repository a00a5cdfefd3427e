/** The page around the workers: starts them by name and passes messages on. */
import type { Call, Reply } from "../station.ts";

const workers = new Map<number, Worker>();
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
let last = 0;

function startStation(): number {
  const key = ++last;
  const worker = new Worker("./worker.js", { type: "module" });
  worker.addEventListener("message", ({ data }: MessageEvent<Reply>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ("error" in data) call?.reject(new Error(data.error));
    else call?.resolve(data.value);
  });
  worker.addEventListener("error", (event) => {
    for (const { reject } of waiting.values()) reject(new Error(`The worker failed: ${event.message}`));
    waiting.clear();
  });
  workers.set(key, worker);
  return key;
}

function callStation(key: number, method: Call["method"], args: unknown[]): Promise<unknown> {
  const id = ++last;
  return new Promise((resolve, reject) => {
    waiting.set(id, { resolve, reject });
    workers.get(key)!.postMessage({ id, method, args } satisfies Call);
  });
}

function endStation(key: number): void {
  workers.get(key)?.terminate();
  workers.delete(key);
}

Object.assign(globalThis, { startStation, callStation, endStation });
