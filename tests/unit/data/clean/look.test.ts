import { describe, expect, it } from "vitest";
import { random } from "../../../../src/base/index.ts";
import { defaultPlan, readPlan, type CleaningPlan, type CleaningRuleId } from "../../../../src/contract/index.ts";
import {
  documentCleaner,
  lookAtCorpus,
  NearDuplicates,
  totalsAfter,
  WordHashes,
  type LookResult,
} from "../../../../src/data/clean/index.ts";

const seed = 11;
/** Letters only: numbers are folded into one when duplicates are looked for. */
const madeWord = (n: number): string =>
  [n, n >> 4, n >> 8].map((part) => "bdfgklmnprstvzhj"[part & 15]! + "aeiou"[part % 5]!).join("");
const sentence = (i: number, words = 12): string => {
  const source = random(seed, i);
  return Array.from({ length: words }, () => madeWord(source.below(4000))).join(" ") + ".";
};
const look = (documents: string[], plan: CleaningPlan | null = null): Promise<LookResult> =>
  lookAtCorpus({
    corpusId: "c",
    documents: documents.length,

    read: async function* () {
      yield* documents;
    },
    plan,
    onProgress: () => undefined,
  });
const documentsHit = ({ report }: LookResult, id: CleaningRuleId): number =>
  report.findings.find((one) => one.id === id)!.documents;
const cleanedBy = (result: LookResult, documents: string[], plan: CleaningPlan): string[] => {
  const clean = documentCleaner(result, plan);
  return documents.map(clean).filter((text) => text !== undefined);
};
const planOf = (...on: CleaningRuleId[]): CleaningPlan => {
  const plan = defaultPlan("short");
  for (const [id, choice] of Object.entries(plan.rules)) choice.on = on.includes(id as CleaningRuleId);
  return plan;
};

describe("a look at a corpus", () => {
  it("chooses the profile by the middle length and reports web rules without using them", async () => {
    const short = await look(Array.from({ length: 9 }, (_, i) => sentence(i)));
    expect(short.report).toMatchObject({ suggested: "short", medianWords: 12, before: { documents: 9, words: 108 } });
    expect(documentsHit(short, "gopher-short")).toBe(9);
    expect(short.report.plan.rules["gopher-short"].on).toBe(false);
    expect(short.report.after.documents).toBe(9);
    const page = (sentences: number): string => Array.from({ length: sentences }, (_, i) => sentence(i)).join(" ");
    expect((await look([page(12)])).report).toMatchObject({ suggested: "short", medianWords: 144 });
    expect((await look([page(13)])).report).toMatchObject({ suggested: "long", medianWords: 156 });
  });

  it("finds equal documents; the first that no rule takes stays", async () => {
    const documents = [sentence(1), sentence(2), ` ${sentence(1)} `, sentence(3), sentence(1)];
    const result = await look(documents);
    expect(documentsHit(result, "exact-duplicates")).toBe(2);
    expect(result.report.clusters).toMatchObject([{ kind: "exact", size: 3, similarity: 1 }]);
    expect(result.report.clusters[0]!.members.map(({ document }) => document)).toEqual([0, 2, 4]);
    expect(cleanedBy(result, documents, planOf("exact-duplicates"))).toEqual([
      documents[0],
      documents[1],
      documents[3],
    ]);
  });

  it("finds near-duplicates and marks what is shared", async () => {
    const base = Array.from({ length: 8 }, (_, i) => sentence(i)).join(" ");
    const result = await look([base, sentence(50, 90), base.replace(/[a-z]+\.$/, "ending.")]);
    expect(documentsHit(result, "near-duplicates")).toBe(1);
    const [sample] = result.report.findings.find(({ id }) => id === "near-duplicates")!.samples;
    expect(sample).toMatchObject({ document: 2, reason: "Near-duplicates: as document 1, which stays" });
    expect(sample!.spans).toHaveLength(1);
    expect(sample!.text.slice(sample!.spans[0]!.end)).toBe(" ending.");
  });

  it("takes boilerplate, repeated lines and C4's lines out of documents, and says before what it does", async () => {
    const footer = "This report was written by station 7 of the lake watch.";
    const documents = Array.from(
      { length: 25 },
      (_, i) =>
        `${sentence(i)}\n${sentence(900, 9)}\nPlease enable JavaScript to go on reading.\n${footer.replace("7", String(i))}`,
    );
    const plan = planOf("boilerplate", "c4-javascript", "repeated-lines");
    const result = await look(documents, plan);
    // The same line of nine words and the JavaScript line stand in all 25: they are boilerplate, too.
    expect(documentsHit(result, "boilerplate")).toBe(25);
    expect(documentsHit(result, "c4-javascript")).toBe(25);
    expect(documentsHit(result, "repeated-lines")).toBe(24);
    const after = cleanedBy(result, documents, plan);
    expect(after).toEqual(documents.map((_, i) => sentence(i)));
    const cutByOne = totalsAfter(result.look, result.second.groups, planOf("c4-javascript"));
    expect(cutByOne).toEqual({ documents: 25, words: result.report.before.words - 25 * 7, changed: 25 });
  });

  it("switches rules without another look, and every sum is what cleaning then does", async () => {
    const documents = Array.from({ length: 60 }, (_, i) =>
      i % 7 === 0 ? "cold water ".repeat(30 + i) : sentence(i % 40, 20),
    );
    const result = await look(documents);
    for (const plan of [
      planOf(),
      planOf("exact-duplicates"),
      planOf("gopher-repeated-5", "near-duplicates"),
      defaultPlan("long"),
    ]) {
      const totals = totalsAfter(result.look, result.second.groups, plan);
      const after = cleanedBy(result, documents, plan);
      expect(after).toHaveLength(totals.documents);
      expect(after.reduce((sum, text) => sum + text.trim().split(/\s+/).length, 0)).toBe(totals.words);
    }
  });

  it("knows another language than most, and leaves short texts alone", async () => {
    const english = Array.from(
      { length: 5 },
      (_, i) =>
        `The keeper of the lake wrote down what he saw in the morning, and day ${i} was like the others before it.`,
    );
    const german =
      "Der Wächter am See schrieb jeden Morgen auf, was er gesehen hatte, und kein Tag war wie der andere.";
    const result = await look([...english, german, "Ja, gut."]);
    expect(documentsHit(result, "language")).toBe(1);
    expect(result.report.languages.slice(0, 1)).toEqual([{ language: "en", documents: 5 }]);
    expect(cleanedBy(result, [...english, german, "Ja, gut."], planOf("language"))).toEqual([...english, "Ja, gut."]);
  });
});

describe("near-duplicates", () => {
  it("never joins texts that share nothing, and gives 168 bytes a document", () => {
    const near = new NearDuplicates();
    const hashes = new WordHashes();
    for (let i = 0; i < 500; i++) near.add(hashes.read(sentence(i, 60)).values);
    const { first } = near.group(0.7);
    expect([...first]).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });
  it("reads words alike whatever their case, marks and numbers", () => {
    const of = (text: string): number[] => [...new WordHashes().read(text).values];
    expect(of("Café, 12.5 KM!")).toEqual(of("cafe 7 km"));
    expect(of("日本語")).toHaveLength(3);
    expect(of("a b")).not.toEqual(of("ab"));
  });
});

describe("a plan from a file", () => {
  it("comes back as it was, and is refused with a code when it is none", () => {
    const plan = defaultPlan("long");
    expect(readPlan(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    for (const bad of [
      null,
      {},
      { ...plan, version: 2 },
      { ...plan, rules: { nonsense: { on: true } } },
      { ...plan, rules: { "gopher-short": { on: true, threshold: -1 } } },
      { ...plan, rules: { email: { on: true, threshold: 3 } } },
      { ...plan, rules: { email: { on: "yes" } } },
    ])
      expect(() => readPlan(bad)).toThrowError(expect.objectContaining({ code: "contract/bad-cleaning" }));
  });
});
