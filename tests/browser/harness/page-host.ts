/** The script of room.html: loads a room's test module in this page, or starts the worker that does. */
import { toWire } from "../../../src/base/index.ts";
import { answer } from "./answer.ts";
import { roomName, type Answer, type RoomFunctions } from "./protocol.ts";

const name = roomName(location.search);

function callsInWorker(): (name: string, args: unknown[]) => Promise<Answer> {
  const worker = new Worker(`./worker-host.js?room=${name}`, { type: "module" });
  const open = new Map<number, (answer: Answer) => void>();
  let last = 0;
  worker.addEventListener("message", ({ data }: MessageEvent<{ id: number; answer: Answer }>) => {
    open.get(data.id)?.(data.answer);
    open.delete(data.id);
  });
  worker.addEventListener("error", (event) => {
    const error = toWire(new Error(`The worker failed: ${event.message || "its script did not load"}`));
    for (const done of open.values()) done({ ok: false, error });
    open.clear();
  });
  return (job, args) =>
    new Promise((done) => {
      open.set(++last, done);
      worker.postMessage({ id: last, name: job, args });
    });
}

async function callsHere(): Promise<(name: string, args: unknown[]) => Promise<Answer>> {
  const functions = (await import(/* @vite-ignore */ `./${name}.js`)) as RoomFunctions;
  return (job, args) => answer(functions, job, args);
}

const inWorker = new URLSearchParams(location.search).get("in") === "worker";
Object.assign(globalThis, { callRoom: inWorker ? callsInWorker() : await callsHere() });
