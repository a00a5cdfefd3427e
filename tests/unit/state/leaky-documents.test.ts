/** Which documents of a leak report are meant, and how a choice is asked in ascending order. */
import { expect, test } from "vitest";
import { leakyDocuments } from "../../../src/state/leaky-documents.ts";

const leaky = {
  document: Uint32Array.of(3, 5, 8, 13),
  any: Float32Array.of(0.2, 0.5, 1, 0.95),
  test: Float32Array.of(0, 0.1, 1, 0.6),
};

test("by items and by how much of one is there", () => {
  const chosen = (items: "test" | "all", threshold: "any" | "half" | "whole"): number[] => [
    ...leakyDocuments(leaky, items, threshold),
  ];
  expect(chosen("all", "any")).toEqual([3, 5, 8, 13]);
  expect(chosen("all", "half")).toEqual([5, 8, 13]);
  expect(chosen("all", "whole")).toEqual([8, 13]);
  expect(chosen("test", "any")).toEqual([5, 8, 13]);
  expect(chosen("test", "half")).toEqual([8, 13]);
  expect(chosen("test", "whole")).toEqual([8]);
});
