/**
 * The host's policy against a comlink server on a real MessageChannel: queue, abort, death, revival,
 * and our errors with code, hint and details on the other side.
 */
import { expose } from "comlink";
import { afterEach, describe, expect, it } from "vitest";
import { UnmaskError } from "../../../src/base/index.ts";
import { isFatalForCompute, typedWrap, WorkerHost } from "../../../src/client/index.ts";
import { installWire } from "../../../src/contract/index.ts";

interface Api {
  add(a: number, b: number): Promise<number>;
  count(to: number, each: (n: number) => void): Promise<string>;
  fail(code: string): Promise<void>;
  crash(): Promise<void>;
  hang(): Promise<void>;
  cancel(): Promise<void>;
  log(): Promise<string[]>;
  slow(name: string): Promise<void>;
}

/** Node has no Web Worker: this is a port with a worker's face, served in the same process. */
class PortWorker extends EventTarget {
  readonly channel = new MessageChannel();
  terminated = false;
  readonly #log: string[] = [];

  constructor(dead = false) {
    super();
    let stop: ((error: Error) => void) | undefined;
    const log = this.#log;
    if (!dead)
      expose(
        {
          add: (a: number, b: number) => a + b,
          count: async (to: number, each: (n: number) => Promise<void>) => {
            for (let n = 1; n <= to; n++) await each(n);
            return "done";
          },
          fail: (code: string) => {
            throw new UnmaskError(code, "It failed.", "Do otherwise.", { row: 3 });
          },
          crash: () => {
            throw new RangeError("not ours");
          },
          hang: () => new Promise((_, reject) => (stop = reject)),
          cancel: () => stop?.(new UnmaskError("base/aborted", "Stopped by request.")),
          log: () => log,
          slow: async (name: string) => {
            log.push(`${name} begins`);
            await new Promise((resolve) => setTimeout(resolve, 10));
            log.push(`${name} ends`);
          },
        },
        this.channel.port2 as never,
      );
    this.channel.port1.start();
    this.channel.port2.start();
    this.channel.port1.addEventListener("message", (event) =>
      this.dispatchEvent(new MessageEvent("message", { data: event.data as unknown, ports: [...event.ports] })),
    );
  }
  postMessage(message: unknown, transfer: Transferable[] = []): void {
    this.channel.port1.postMessage(message, transfer as never);
  }
  terminate(): void {
    this.terminated = true;
    this.channel.port1.close();
    this.channel.port2.close();
  }
}

const started: PortWorker[] = [];
function makeHost(dead: (nth: number) => boolean = () => false): WorkerHost<Api> {
  return new WorkerHost<Api>({
    name: "test worker",
    start: () => {
      const worker = new PortWorker(dead(started.length));
      started.push(worker);
      return worker as unknown as Worker;
    },
    fatal: isFatalForCompute,
  });
}
afterEach(() => {
  for (const worker of started.splice(0)) worker.terminate();
});

describe("worker host", () => {
  it("starts the worker on first use and passes values and callbacks", async () => {
    const host = makeHost();
    expect(host.running).toBe(false);
    expect(await host.run((api) => api.add(2, 3))).toBe(5);
    const seen: number[] = [];
    expect(await host.run((api) => api.count(4, (n) => void seen.push(n)))).toBe("done");
    expect(seen).toEqual([1, 2, 3, 4]);
    expect(started.length).toBe(1);
  });

  it("carries code, hint and details of an error over the wall, and marks foreign ones", async () => {
    const host = makeHost();
    await expect(host.run((api) => api.fail("data/no-text"))).rejects.toMatchObject({
      code: "data/no-text",
      message: "It failed.",
      hint: "Do otherwise.",
      details: { row: 3 },
    });
    await expect(host.run((api) => api.crash())).rejects.toMatchObject({
      code: "internal/unexpected",
      message: "not ours",
    });
    expect(host.running).toBe(true);
  });

  it("holds the job that was meant: one at work by asking, one that waits by not beginning it", async () => {
    const host = makeHost();
    const [atWork, waiting] = [new AbortController(), new AbortController()];
    const asked: string[] = [];
    const hold = (name: string, { signal }: AbortController, held: boolean): Promise<void> =>
      host.hold(signal, held, (api) => {
        asked.push(`${name} ${held}`);
        return api.log();
      });
    const first = host.run((api) => api.slow("first"), { signal: atWork.signal });
    const second = host.run((api) => api.slow("second"), { signal: waiting.signal });
    await host.call((api) => api.log());
    await hold("first", atWork, true);
    await hold("second", waiting, true);
    expect(asked).toEqual(["first true"]);
    await first;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await host.call((api) => api.log())).toEqual(["first begins", "first ends"]);
    await hold("second", waiting, false);
    await second;
    expect(asked).toEqual(["first true"]);
    const third = new AbortController();
    await hold("third", third, true);
    const cancelled = host.run((api) => api.slow("third"), { signal: third.signal });
    const fourth = host.run((api) => api.slow("fourth"));
    third.abort();
    await expect(cancelled).rejects.toMatchObject({ code: "base/aborted" });
    await fourth; // what is held and cancelled does not stand in the way
    expect((await host.call((api) => api.log())).filter((line) => line.endsWith("begins"))).toEqual(
      ["first", "second", "fourth"].map((name) => `${name} begins`),
    );
  });

  it("runs heavy jobs one after another, also after a failed one", async () => {
    const host = makeHost();
    const first = host.run((api) => api.slow("first"));
    const broken = host.run((api) => api.fail("data/no-text"));
    const second = host.run((api) => api.slow("second"));
    await Promise.allSettled([first, broken, second]);
    expect(await host.call((api) => api.log())).toEqual(["first begins", "first ends", "second begins", "second ends"]);
  });

  it("ends the worker on abort, rejects with base/aborted and starts a fresh one next time", async () => {
    const host = makeHost();
    const control = new AbortController();
    const job = host.run((api) => api.hang(), { signal: control.signal });
    setTimeout(() => control.abort(), 5);
    await expect(job).rejects.toMatchObject({ code: "base/aborted" });
    expect(started[0]!.terminated).toBe(true);
    expect(await host.run((api) => api.add(1, 1))).toBe(2);
    expect(started.length).toBe(2);
  });

  it("asks a worker that can cancel by itself, and keeps it", async () => {
    const host = makeHost();
    const control = new AbortController();
    const job = host.run((api) => api.hang(), { signal: control.signal, cancel: (api) => api.cancel() });
    setTimeout(() => control.abort(), 5);
    await expect(job).rejects.toMatchObject({ code: "base/aborted", message: "Stopped by request." });
    expect(started[0]!.terminated).toBe(false);
    expect(await host.run((api) => api.add(1, 1))).toBe(2);
    expect(started.length).toBe(1);
  });

  it("lets a job that still waits in the queue be cancelled at once", async () => {
    const host = makeHost();
    const block = new AbortController();
    const hanging = host.run((api) => api.hang(), { signal: block.signal });
    const control = new AbortController();
    const waiting = host.run((api) => api.add(1, 2), { signal: control.signal });
    control.abort();
    await expect(waiting).rejects.toMatchObject({ code: "base/aborted" });
    block.abort();
    await expect(hanging).rejects.toMatchObject({ code: "base/aborted" });
  });

  it("replaces a compute worker that lost its device", async () => {
    const host = makeHost();
    await expect(host.run((api) => api.fail("runtime/device-lost"))).rejects.toMatchObject({
      code: "runtime/device-lost",
      hint: "Do otherwise.",
    });
    expect(started[0]!.terminated).toBe(true);
    expect(await host.run((api) => api.add(4, 4))).toBe(8);
    expect(started.length).toBe(2);
  });

  it("keeps the worker for a running job when a light call beside it fails", async () => {
    const host = makeHost();
    const job = host.run(async (api) => {
      await api.slow("job");
      return api.add(1, 1);
    });
    await expect(host.call((api) => api.fail("runtime/device-lost"))).rejects.toMatchObject({
      code: "runtime/device-lost",
    });
    expect(await job).toBe(2);
    expect(started[0]!.terminated).toBe(false);
    await expect(host.call((api) => api.fail("runtime/device-lost"))).rejects.toMatchObject({
      code: "runtime/device-lost",
    });
    expect(started[0]!.terminated).toBe(true);
  });

  it("gives everybody who waits for a worker the one reason that ended it", async () => {
    const host = makeHost();
    const waiting = host.call((api) => api.hang());
    const failing = host.run((api) => api.fail("runtime/device-lost"));
    await expect(waiting).rejects.toMatchObject({ code: "runtime/device-lost", message: "It failed." });
    await expect(failing).rejects.toMatchObject({ code: "runtime/device-lost", message: "It failed." });
    expect(host.running).toBe(false);
  });

  it("rejects instead of waiting for ever when the worker's script fails", async () => {
    const host = makeHost((nth) => nth === 0);
    const job = host.run((api) => api.add(1, 1));
    setTimeout(() => started[0]!.dispatchEvent(new Event("error")), 5);
    await expect(job).rejects.toMatchObject({ code: "client/worker-failed" });
    expect(await host.run((api) => api.add(1, 1))).toBe(2);
  });

  it("says so when no worker can be started at all", async () => {
    const host = new WorkerHost<Api>({
      name: "test worker",
      start: () => {
        throw new DOMException("Access denied", "SecurityError");
      },
      fatal: () => false,
    });
    await expect(host.run((api) => api.add(1, 1))).rejects.toMatchObject({ code: "client/no-worker" });
  });
});

describe("wire", () => {
  it("may be installed twice and is not mistaken for a promise", async () => {
    installWire();
    installWire();
    const worker = new PortWorker();
    started.push(worker);
    const { api } = typedWrap<Api>(worker as never);
    const same = await Promise.resolve(api);
    expect(await same.add(20, 22)).toBe(42);
  });
});
