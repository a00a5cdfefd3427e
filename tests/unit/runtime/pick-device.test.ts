import { describe, expect, test } from "vitest";
import { hasCode } from "../../../src/base/index.ts";
import { planDevice, wasmThreads, type Offer } from "../../../src/runtime/index.ts";

const gpu: Offer = { adapter: { description: "apple m3", software: false }, isolated: true, cores: 8 };
const software: Offer = { ...gpu, adapter: { description: "google swiftshader", software: true }, cores: 2 };
const none: Offer = { ...gpu, adapter: undefined };

describe("auto", () => {
  test("takes a real GPU", () => expect(planDevice("auto", gpu)).toMatchObject({ kind: "webgpu", software: false }));
  test("counts a software adapter as no GPU, and says so", () => {
    const plan = planDevice("auto", software);
    expect(plan).toMatchObject({ kind: "wasm", threads: 2 });
    expect(plan.reason).toContain("software");
  });
  test("takes WASM where there is no WebGPU", () => {
    const plan = planDevice("auto", none);
    expect(plan).toMatchObject({ kind: "wasm", threads: 4 });
    expect(plan.reason).toContain("no WebGPU");
  });
  test("takes one thread without cross-origin isolation, and says so", () => {
    const plan = planDevice("auto", { ...none, isolated: false });
    expect(plan).toMatchObject({ kind: "wasm", threads: 1 });
    expect(plan.reason).toContain("not cross-origin isolated");
  });
});

describe("forced", () => {
  test("a software adapter is used when WebGPU is asked for", () =>
    expect(planDevice("webgpu", software)).toMatchObject({ kind: "webgpu", software: true }));
  test("WASM beside a GPU", () => expect(planDevice("wasm", gpu)).toMatchObject({ kind: "wasm", threads: 4 }));
  test("one thread", () => expect(planDevice("wasm-single", gpu)).toMatchObject({ kind: "wasm", threads: 1 }));
  test.each([none, { ...gpu, adapter: null }])("WebGPU that is not there is a coded error", (offer) => {
    let caught: unknown;
    try {
      planDevice("webgpu", offer);
    } catch (error) {
      caught = error;
    }
    expect(hasCode(caught, "runtime/no-webgpu")).toBe(true);
  });
});

test.each([
  [1, 1],
  [2, 2],
  [4, 4],
  [8, 4],
  [16, 8],
  [64, 8],
])("%i cores use %i threads", (cores, threads) => expect(wasmThreads(cores)).toBe(threads));
