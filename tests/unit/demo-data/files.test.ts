import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { demoDomains, demoFiles } from "../../../scripts/demo-data/files.ts";
import type { DemoDomain } from "../../../scripts/demo-data/domain.ts";
import type { DemoIndex } from "../../../src/contract/index.ts";

let domains: DemoDomain[] = [];
let files = new Map<string, string>();
beforeAll(() => {
  domains = demoDomains();
  files = demoFiles(domains);
});

describe("public/demo", () => {
  it("is what the generator makes, byte for byte, and nothing else lies there", () => {
    const committed = readdirSync("public/demo", { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).replaceAll("\\", "/").replace("public/demo/", ""));
    expect(committed.sort()).toEqual([...files.keys()].sort());
    for (const [path, text] of files) {
      const found = readFileSync(join("public/demo", path), "utf8");
      // Not toEqual on the texts: a difference of 400 kB tells nobody anything.
      expect(found === text, `${path} differs: run npm run demo-data`).toBe(true);
    }
  });

  it("holds the sizes that were promised", () => {
    for (const { corpus, ner, classification, similarity } of domains) {
      expect(Buffer.byteLength(corpus)).toBeGreaterThan(300_000);
      expect(Buffer.byteLength(corpus)).toBeLessThan(500_000);
      expect([ner.train.length, ner.test.length]).toEqual([300, 200]);
      expect([classification.train.length, classification.test.length]).toEqual([300, 300]);
      expect(similarity.test).toHaveLength(300);
    }
  });

  it("names every file in the index, and the sets that adaptation is built not to help, with their lessons", () => {
    const index = JSON.parse(files.get("index.json")!) as DemoIndex;
    expect(index.label).toBe("labelled synthetic");
    const named = index.domains.flatMap((domain) => [
      domain.corpus.file,
      ...domain.sets.flatMap((set) => Object.values(set.files)),
    ]);
    expect([...named, "index.json"].sort()).toEqual([...files.keys()].sort());
    expect(named.every((path) => existsSync(join("public/demo", path)))).toBe(true);
    const lessons = index.domains.flatMap(({ id, sets }) =>
      sets
        .filter((set) => set.adaptation === "should not help")
        .map((set) => [id, set.task, (set.lesson ?? "").length]),
    );
    expect(lessons.map(([id, task]) => `${id} ${task}`)).toEqual([
      "tidehollow similarity",
      "wenlow classification",
      "wenlow similarity",
    ]);
    expect(Math.min(...lessons.map(([, , length]) => Number(length)))).toBeGreaterThan(80);
  });
});

describe("demo sets are not circular", () => {
  const words = (text: string): string =>
    ` ${text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)!
      .join(" ")} `;

  it("shares no name between training and test", () => {
    for (const { names, ner, classification } of domains) {
      const entities = (lines: typeof ner.train): Set<string> =>
        new Set(
          lines.flatMap(({ text, entities }) => entities.map(({ start, end }) => text.slice(start, end).toLowerCase())),
        );
      const [train, test] = [entities(ner.train), entities(ner.test)];
      expect(test.size).toBeGreaterThan(80);
      expect([...test].filter((name) => train.has(name))).toEqual([]);
      const asked = new Set(classification.train.flatMap((item) => item.names));
      expect(classification.test.filter((item) => item.names.some((name) => asked.has(name)))).toEqual([]);
      // Names are dealt out once, so a test name cannot stand in any training text either, marked or not.
      const trainText = words([...ner.train, ...classification.train].map(({ text }) => text).join(" . "));
      const testNames = names.filter((name) => name.side === "test").map((name) => words(name.text));
      expect(testNames.filter((name) => trainText.includes(name))).toEqual([]);
      expect(new Set(names.map((name) => name.text.toLowerCase())).size).toBe(names.length);
    }
  });

  it("shares no template and no sentence pattern between training and test", () => {
    for (const { ner, classification } of domains) {
      const trained = new Set(ner.train.map((line) => line.template));
      expect(ner.test.filter((line) => trained.has(line.template))).toEqual([]);
      const pattern = ({ text, entities }: (typeof ner.train)[number]): string =>
        words(
          [...entities].reverse().reduce((out, { start, end }) => `${out.slice(0, start)}NAME${out.slice(end)}`, text),
        );
      const patterns = new Set(ner.train.map(pattern));
      expect(ner.test.map(pattern).filter((one) => patterns.has(one))).toEqual([]);
      const asked = new Set(classification.train.flatMap((item) => item.templates));
      expect(classification.test.filter((item) => item.templates.some((one) => asked.has(one)))).toEqual([]);
    }
  });

  it("has no test sentence in the corpus, but every name in it often", () => {
    for (const { names, corpus, ner, classification, similarity } of domains) {
      const text = words(corpus);
      const sentences = [
        ...ner.test.map((line) => line.text),
        ...classification.test.flatMap((item) => item.text.split(/(?<=[.!?]) /)),
        ...similarity.test.flatMap(({ first, second }) => [first, second]),
      ];
      // Pieces of one or two words ("Come soon.") are no sentences that could give anything away.
      const found = sentences.filter(
        (sentence) => words(sentence).split(" ").length > 4 && text.includes(words(sentence)),
      );
      expect(found).toEqual([]);
      const counts = new Map<string, number>();
      for (const word of text.split(" ")) counts.set(word, (counts.get(word) ?? 0) + 1);
      const coined = names.filter((name) => name.coined).map((name) => counts.get(name.text.toLowerCase()) ?? 0);
      expect(Math.min(...coined)).toBeGreaterThan(25);
    }
  });

  it("keeps the words of feeling out of the herbal, where adaptation is built not to help", async () => {
    const { feelingWords } = await import("../../../scripts/demo-data/herbal/letters.ts");
    const herbal = domains.find((domain) => domain.id === "wenlow")!;
    const seen = new Set(words(herbal.corpus).split(" "));
    const feelings = Object.values(feelingWords).flatMap((side) =>
      Object.values(side).flatMap(({ x, y }) => `${x} ${y}`.split(" ")),
    );
    expect(feelings.length).toBeGreaterThan(60);
    expect([...new Set(feelings)].filter((word) => seen.has(word))).toEqual([]);
  });
});
