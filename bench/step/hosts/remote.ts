/** A station as the benchmark drives it, wherever it runs. */
import type { StationCalls } from "../station.ts";

export type Remote = StationCalls & { end(): Promise<void> };

/** Makes a remote of a function that carries one call. */
export function remoteOf(
  call: (method: keyof StationCalls, args: unknown[]) => Promise<unknown>,
  end: () => Promise<void>,
): Remote {
  const through =
    <K extends keyof StationCalls>(method: K) =>
    (...args: Parameters<StationCalls[K]>) =>
      call(method, args) as ReturnType<StationCalls[K]>;
  return {
    open: through("open"),
    visit: through("visit"),
    counts: through("counts"),
    prepareNodes: through("prepareNodes"),
    timeNodes: through("timeNodes"),
    close: through("close"),
    end,
  };
}
