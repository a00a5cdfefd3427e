/** A response's body, read with byte progress into one array. */
import { stopIfAborted } from "./loaded-model.ts";

/**
 * `expected` is the length if it is known, else 0: a longer or shorter body is returned as it came, for
 * the caller to judge. Network faults are thrown as the platform throws them; base/aborted on abort.
 */
export async function readBody(
  response: Response,
  expected: number,
  onBytes: (done: number) => void,
  signal?: AbortSignal,
  stallMs = Infinity,
): Promise<Uint8Array<ArrayBuffer>> {
  let buffer = new Uint8Array(expected > 0 ? expected : 65536);
  let done = 0;
  if (response.body !== null) {
    const reader = response.body.getReader();
    try {
      for (;;) {
        const { value, done: end } = await withDeadline(reader.read(), stallMs);
        stopIfAborted(signal);
        if (end) break;
        if (done + value.length > buffer.length) {
          const larger = new Uint8Array(Math.max(buffer.length * 2, done + value.length));
          larger.set(buffer.subarray(0, done));
          buffer = larger;
        }
        buffer.set(value, done);
        done += value.length;
        onBytes(done);
      }
    } catch (error) {
      stopIfAborted(signal);
      throw error;
    }
  }
  return done === buffer.length ? buffer : buffer.slice(0, done);
}

/** Rejects when the job takes longer: a connection can stay open without giving anything. */
export async function withDeadline<T>(job: Promise<T>, ms: number): Promise<T> {
  if (ms === Infinity) return job;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const stalled = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing came for ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([job, stalled]);
  } finally {
    clearTimeout(timer);
  }
}
