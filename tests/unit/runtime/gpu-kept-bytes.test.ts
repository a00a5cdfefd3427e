/** The count of what a GPU keeps, on a real device: weights come and go, what the runtime keeps for a shape stays. */
import { expect, test } from "vitest";
import { buildEncoder, initialize, parametersOf } from "../../../src/models/index.ts";
import type { Feed } from "../../../src/runtime/index.ts";
import { tinyBert } from "../../support/tiny-bert.ts";
import { webgpuDevice } from "../../support/webgpu-device.ts";

const deviceFor = webgpuDevice();
const config = tinyBert();

test("grows with every new shape, and not with one that was there before", async (t) => {
  const device = deviceFor(t);
  const before = device.keptBytes;
  const parameters = parametersOf(config, "none");
  const weights = await device.upload(parameters, initialize(parameters, config, 1));
  const held = device.keptBytes;
  const values = parameters.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0);
  expect(held - before).toBeGreaterThanOrEqual(4 * values);

  const run = async (B: number, T: number): Promise<number> => {
    const zeros: Feed = { type: "int32", shape: [B * T], data: new Int32Array(B * T) };
    const program = await device.compile(buildEncoder(config, { B, T }, { padding: false }).bytes);
    const feeds = new Map([
      ["input_ids", zeros],
      ["position_ids", zeros],
      ["token_type_ids", zeros],
    ]);
    await program.run(weights, feeds, ["last_hidden_state"]);
    await program.dispose();
    return device.keptBytes;
  };
  const first = await run(2, 8);
  expect(first).toBeGreaterThan(held);
  expect((await run(2, 8)) - first).toBeLessThan(0.1 * (first - held)); // a setting or two of shaders
  expect(await run(3, 16)).toBeGreaterThan(first);

  const after = device.keptBytes;
  weights.dispose();
  expect(after - device.keptBytes).toBe(held - before);
});
