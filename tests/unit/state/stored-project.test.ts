import { describe, expect, it } from "vitest";
import { defaultPlan, defaultRecipe, type CorpusSummary, type Project } from "../../../src/contract/index.ts";
import { completeProject } from "../../../src/state/stored-project.ts";

/** As the first version of the page stored it: no sources, no cleaning, a recipe of that time. */
const corpusOfThen = {
  id: "c1",
  createdAt: 1,
  name: "Notes",
  documents: 3,
  words: 9,
  characters: 50,
  sizeBytes: 53,
  files: ["notes.txt"],
  split: "auto",
  skipped: [],
  skippedCount: 0,
  origin: "files",
};
const projectOfThen = {
  id: "p",
  screen: "corpus",
  model: null,
  corpus: corpusOfThen,
  tokenized: { id: "t1" },
  recipe: { maxSteps: 77, seed: 3 },
  device: "auto",
  run: null,
  heldOut: null,
  evaluations: [],
  sentence: "",
} as unknown as Project;
const source = { path: "notes.txt", format: "text", documents: 3, words: 9, characters: 50 } as const;
const stored = { ...corpusOfThen, sources: [source] } as CorpusSummary;

describe("a project of an earlier version", () => {
  it("takes its corpus from what is stored now, with sources, and settings that came later by their defaults", () => {
    const project = completeProject(projectOfThen, [stored]);
    expect(project.corpus?.sources).toEqual([source]);
    expect(project.tokenized?.id).toBe("t1");
    expect(project.recipe).toEqual({ ...defaultRecipe(), maxSteps: 77, seed: 3 });
    expect(project.cleaning).toBeNull();
  });
  it("forgets a corpus that was deleted meanwhile, and its tokens", () => {
    const { corpus, tokenized } = completeProject(projectOfThen, []);
    expect([corpus, tokenized]).toEqual([null, null]);
  });
  it("fills up a cleaning plan, and leaves one with unknown rules", () => {
    const { version, profile, rules } = defaultPlan("long");
    const { email, ...rest } = rules;
    const older = { ...projectOfThen, cleaning: { version, profile, rules: rest } } as unknown as Project;
    expect(completeProject(older, [stored]).cleaning?.rules.email).toEqual(email);
    const newer = { ...rules, "a-rule-to-come": { on: true, threshold: null } };
    const strange = { ...projectOfThen, cleaning: { version, profile, rules: newer } } as unknown as Project;
    expect(completeProject(strange, [stored]).cleaning).toBeNull();
  });
});
