/** Work that is asked for while it is being done: nobody is turned away, and nobody gets what was true before. */
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Client } from "../../../src/client/index.ts";
import {
  defaultRecipe,
  type CorpusSummary,
  type ModelSummary,
  type Project,
  type TokenizedSummary,
} from "../../../src/contract/index.ts";
import type * as CorpusModule from "../../../src/state/corpus.svelte.ts";
import type * as LibraryModule from "../../../src/state/library.svelte.ts";
import type * as KeeperModule from "../../../src/state/project-keeper.svelte.ts";
import { openCompiler, type Compiled } from "./compiled.ts";

let compiler: Compiled;
beforeAll(async () => void (compiler = await openCompiler()));
afterAll(() => compiler.close());

/** A data worker with this face, which Node has not; each answer comes when the test says so. */
function workerWith(api: object): { client: Client; answer: (value: unknown) => Promise<void>; asked: string[] } {
  const [asked, waiting]: [string[], ((value: unknown) => void)[]] = [[], []];
  const face = new Proxy(api, {
    get: (known, name: string) => (name in known ? known[name as keyof typeof known] : () => ask(name)),
  });
  const ask = (name: string): Promise<unknown> => {
    asked.push(name);
    return new Promise((resolve) => waiting.push(resolve));
  };
  const host = { run: (job: (a: object) => unknown) => job(face), call: (job: (a: object) => unknown) => job(face) };
  const answer = async (value: unknown): Promise<void> => {
    waiting.shift()!(value);
    await new Promise((resolve) => setTimeout(resolve, 0)); // all that follows from it without another answer
  };
  return { client: { data: host } as unknown as Client, answer, asked };
}

it("a text is cut once for all who need it, and again for another share of it", async () => {
  const { CorpusState } = await compiler.load<typeof CorpusModule>("/src/state/corpus.svelte.ts");
  const { client, answer, asked } = workerWith({});
  const corpus = new CorpusState(client);
  corpus.summary = { id: "c" } as CorpusSummary;
  const model = { ref: { kind: "bundled" }, tokenizerId: "t" } as ModelSummary;
  const recipe = defaultRecipe();
  const cutWith = ({ heldOutShare, seed }: typeof recipe, id: string): TokenizedSummary =>
    ({ id, corpusId: "c", tokenizerId: "t", heldOutShare, seed }) as TokenizedSummary;
  const other = { ...recipe, heldOutShare: 0.5 };
  const all = [corpus.tokenize(model, recipe), corpus.tokenize(model, recipe), corpus.tokenize(model, other)];
  await answer(cutWith(recipe, "first"));
  await answer(cutWith(other, "other"));
  expect((await Promise.all(all)).map((one) => one?.id)).toEqual(["first", "first", "other"]);
  expect(asked).toEqual(["tokenizeCorpus", "tokenizeCorpus"]);

  // A cutting that is given up is given up for all who waited for it.
  const left = [corpus.tokenize(model, recipe), corpus.tokenize(model, recipe)];
  await answer(undefined);
  expect(await Promise.all(left)).toEqual([undefined, undefined]);
  expect(asked).toHaveLength(3);
});

it("lists that change while they are being read are read again", async () => {
  const { LibraryState } = await compiler.load<typeof LibraryModule>("/src/state/library.svelte.ts");
  const rest = { listCorpora: () => Promise.resolve([]), storageReport: () => Promise.resolve(null) };
  const { client, answer, asked } = workerWith(rest);
  const library = new LibraryState(client);
  const first = library.reload();
  const whileReading = [library.reload(), library.reload()];
  await answer([{ id: "old" }]);
  await answer([{ id: "new" }, { id: "old" }]);
  await Promise.all([first, ...whileReading]);
  expect(library.checkpoints.map(({ id }) => id)).toEqual(["new", "old"]);
  expect(asked).toEqual(["listCheckpoints", "listCheckpoints"]);
  expect(library.reading.running).toBe(false);
});

it("a project is settled once its newest state is stored", async () => {
  const { ProjectKeeper } = await compiler.load<typeof KeeperModule>("/src/state/project-keeper.svelte.ts");
  const { client, answer } = workerWith({});
  const keeper = new ProjectKeeper(client);
  const project = { screen: "corpus", recipe: defaultRecipe() } as Project;
  expect(keeper.settled).toBe(true);
  keeper.keep(project);
  const first = keeper.flush();
  keeper.keep(project);
  const second = keeper.flush();
  await answer(undefined);
  await first;
  expect(keeper.settled).toBe(false);
  await answer(undefined);
  await second;
  expect(keeper.settled).toBe(true);
});
