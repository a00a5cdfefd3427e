/**
 * The floors, from the same table as the lint rule: who imports whom, only through doors, and packages
 * only in the room that owns them. Reads imports from the text, so it also sees what lint does not.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, extname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { mayImport, packageOwners } from "../../scripts/floors.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const importing =
  /(?:^|[\s;}])(?:import|export)\s+(?:type\s+)?(?:[\w*{][^'"`;]*?\s+from\s+)?["']([^"']+)["']|\bimport\(\s*(?:\/\*[^*]*\*\/\s*)*["']([^"']+)["']|new URL\(\s*["']([^"']+\.(?:ts|svelte))["']\s*,\s*import\.meta\.url/g;

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && [".ts", ".svelte"].includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Without comments: they may quote imports. */
function importsOf(text: string): string[] {
  const code = text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => (comment.includes("@vite-ignore") ? "" : " "))
    .replace(/^\s*\/\/.*$/gm, "");
  return [...code.matchAll(importing)].map((match) => match[1] ?? match[2] ?? match[3]!);
}

/** "src/data/read/x.ts" -> "data"; "workers/x.ts" -> "workers". */
function roomOf(path: string): string {
  const parts = relative(root, path).split(sep);
  return parts[0] === "src" ? (parts[1] ?? "") : (parts[0] ?? "");
}

/** What is wrong with one import, or "". */
function problem(file: string, target: string): string {
  const room = roomOf(file);
  if (!target.startsWith(".")) {
    const owner = Object.entries(packageOwners).find(([name]) => target === name || target.startsWith(`${name}/`));
    return owner !== undefined && owner[1] !== room ? `only ${owner[1]} imports ${owner[0]}` : "";
  }
  const there = resolve(dirname(file), target);
  const other = roomOf(there);
  if (other === room) return "";
  // The page starts a worker by its address; the worker's code is not in the page.
  if (other === "workers" && room === "client" && there.endsWith(".worker.ts")) return "";
  if (!(other in mayImport)) return extname(target) === ".css" ? "" : `${other} is no room`;
  if (!mayImport[room]?.includes(other)) return `${room} may not import ${other}`;
  return there.endsWith(`${sep}index.ts`) ? "" : "rooms are entered by their door, index.ts";
}

const files = [...sources("src"), ...sources("workers")];

describe("floors", () => {
  test("every import of src and workers obeys the table", () => {
    expect(files.length).toBeGreaterThan(200); // the scan found the tree
    const problems = files.flatMap((file) =>
      importsOf(readFileSync(file, "utf8")).flatMap((target) => {
        const found = problem(file, target);
        return found === "" ? [] : [`${relative(root, file)} imports ${target}: ${found}`];
      }),
    );
    expect(problems).toEqual([]);
  });

  test("every folder of src is a room of the table, and every room has its door", () => {
    const folders = readdirSync(join(root, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.filter((name) => !(name in mayImport))).toEqual([]);
    const doors = files.map((file) => relative(root, file).split(sep).join("/"));
    // app is the top floor: nobody enters it.
    expect(folders.filter((name) => name !== "app" && !doors.includes(`src/${name}/index.ts`))).toEqual([]);
  });

  test("the table itself has no circle", () => {
    const below = (room: string, path: string[] = []): void => {
      expect(path).not.toContain(room);
      for (const next of mayImport[room] ?? []) below(next, [...path, room]);
    };
    for (const room of Object.keys(mayImport)) below(room);
  });

  test("the scan sees what it should", () => {
    expect(
      importsOf(`import "./a.css";
import type { A } from "./b.ts";
import {
  c,
} from "../c/index.ts";
export * from "./d.ts";
// import "./no.ts";
/* import "./no.ts"; */
const e = await import("./e.ts");
const f = new Worker(new URL("../f.worker.ts", import.meta.url));`),
    ).toEqual(["./a.css", "./b.ts", "../c/index.ts", "./d.ts", "./e.ts", "../f.worker.ts"]);
    const file = join(root, "src", "training", "x.ts");
    expect(problem(file, "../storage/index.ts")).toBe("training may not import storage");
    expect(problem(file, "../models/graphs/x.ts")).toContain("door");
    expect(problem(file, "../models/index.ts")).toBe("");
    expect(problem(file, "onnxruntime-web/wasm")).toBe("only runtime imports onnxruntime-web");
  });
});
