/**
 * Comlink behind our own types: the worker's interface as it stands in the contract, callbacks
 * turned into proxies on the way out. Only this file of the page imports comlink.
 */
import { proxy, releaseProxy, wrap, type Endpoint } from "comlink";
import { installWire } from "../contract/index.ts";

export interface Wrapped<Api> {
  api: Api;
  release: () => void;
}
type Method = (...given: unknown[]) => Promise<unknown>;

/** `Api` must hold only methods that return promises: true of both worker interfaces. */
export function typedWrap<Api extends object>(endpoint: Endpoint): Wrapped<Api> {
  installWire();
  const remote = wrap<Record<string, Method>>(endpoint);
  const api = new Proxy({} as Api, {
    get(_, name) {
      // A promise resolved with the api must not take it for a thenable.
      if (typeof name !== "string" || name === "then") return undefined;
      return (...given: unknown[]): Promise<unknown> => {
        const method = (remote as unknown as Record<string, Method>)[name]!;
        return method(...given.map((one) => (typeof one === "function" ? proxy(one as object) : one)));
      };
    },
  });
  return { api, release: () => remote[releaseProxy]() };
}
