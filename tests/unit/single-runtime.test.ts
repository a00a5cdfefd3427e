/**
 * One onnxruntime-web in the tree, the very version that @huggingface/transformers pins: two copies would
 * be 40 MB more and two runtimes that do not know each other.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

interface Package {
  version?: string;
  dependencies?: Record<string, string>;
}
const read = (path: string): unknown =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), "utf8"));

test.each(["package-lock.json", "node_modules/.package-lock.json"])("%s has one onnxruntime-web", (file) => {
  const { packages } = read(file) as { packages: Record<string, Package> };
  const copies = Object.entries(packages).filter(([path]) => path.endsWith("node_modules/onnxruntime-web"));
  const pinned = packages["node_modules/@huggingface/transformers"]?.dependencies?.["onnxruntime-web"];
  expect(copies.map(([path, { version }]) => [path, version])).toEqual([["node_modules/onnxruntime-web", pinned]]);
});

test("package.json asks for exactly that version", () => {
  const ours = (read("package.json") as Package).dependencies;
  const theirs = (read("node_modules/@huggingface/transformers/package.json") as Package).dependencies;
  expect(ours?.["onnxruntime-web"]).toBe(theirs?.["onnxruntime-web"]);
  expect(ours?.["onnxruntime-web"]).toMatch(/^\d/); // no range
});
