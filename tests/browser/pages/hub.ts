/** The Hub's loader in a real page or worker, for hub.spec.ts: with the browser's own fetch and Cache Storage. */
import { crc32 } from "../../../src/base/index.ts";
import { hubCacheName, hubSize, loadHub, type HubOptions } from "../../../src/models/index.ts";

export interface HubSetting {
  host: string;
  id: string;
  options: HubOptions;
}

/** What a load gave, as plain values: bytes counted, tensors by name with their checksums. */
export async function load({ host, id, options }: HubSetting) {
  let reported = 0;
  const model = await loadHub({ host, id }, ({ done }) => (reported = done), options);
  const checksums = Object.fromEntries(
    await Promise.all([...model.tensors].map(async ([name, { read }]) => [name, crc32(await read())] as const)),
  );
  return { sizeBytes: model.sizeBytes, reported, warnings: model.warnings, checksums };
}

export const size = ({ host, id, options }: HubSetting) => hubSize({ host, id }, options);

export async function cacheKeys(): Promise<string[]> {
  return (await (await caches.open(hubCacheName)).keys()).map(({ url }) => url);
}
