/** A connection that breaks while a dataset is read: with somebody to ask, the part is fetched again; else it ends. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { hubDatasetFiles } from "../../../src/models/index.ts";
import { startHub, type HubServer } from "../../support/hub-server.ts";

const text = "One line of text.\n".repeat(100);
let hub: HubServer;
beforeAll(async () => {
  hub = await startHub({});
  hub.datasets["us/lines"] = { files: { "lines.txt": new TextEncoder().encode(text) } };
});
afterAll(() => hub.close());

test("a broken connection holds the reading and loses nothing", async () => {
  const ref = { id: "us/lines", host: hub.host, config: "", split: "" };
  const network = { allowedHosts: [hub.host, hub.storage], retryDelaysMs: [] };
  const asked: string[] = [];
  const onBroken = ({ code }: { code: string }): Promise<void> => {
    asked.push(code);
    delete hub.faults.status;
    return Promise.resolve();
  };
  const read = async (options: Parameters<typeof hubDatasetFiles>[1]): Promise<string> => {
    delete hub.faults.status;
    const [file] = await hubDatasetFiles(ref, { ...network, ...options });
    const first = await file!.slice(0, 500).arrayBuffer();
    hub.faults.status = 503; // nothing more comes
    const rest = await file!.slice(500).arrayBuffer();
    return new TextDecoder().decode(first) + new TextDecoder().decode(rest);
  };
  expect(await read({ onBroken })).toBe(text);
  expect(asked).toEqual(["models/hub-failed"]);
  await expect(read({})).rejects.toMatchObject({ code: "models/hub-failed" });
  await expect(read({ onBroken: (error) => Promise.reject(error) })).rejects.toThrow();
});
