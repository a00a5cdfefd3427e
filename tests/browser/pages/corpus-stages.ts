/** The stages from a file to packed blocks, each timed by itself in a real worker (bench/corpus). */
import { packBlocks, readSource, tokenizeDocuments } from "../../../src/data/index.ts";
import { defaultPlan, defaultRecipe } from "../../../src/contract/index.ts";
import * as storage from "../../../src/storage/index.ts";
import { cleaningJobs } from "../../../workers/data/clean-jobs.ts";
import { openTokenizer } from "../../../workers/shared/open-tokenizer.ts";

export interface StageTime {
  stage: string;
  milliseconds: number;
  /** What the stage gave, in words. */
  gave: string;
}

async function timed<T>(
  stage: string,
  times: StageTime[],
  job: () => Promise<T>,
  gave: (result: T) => string,
): Promise<T> {
  const began = performance.now();
  const result = await job();
  times.push({ stage, milliseconds: performance.now() - began, gave: gave(result) });
  return result;
}

/** @param address where the text is served from */
export async function stages(address: string): Promise<{ bytes: number; times: StageTime[] }> {
  const file = new File([await (await fetch(address)).blob()], "text.txt");
  const times: StageTime[] = [];
  const tokenizer = await openTokenizer({ kind: "bundled" });
  const batches = await timed(
    "read",
    times,
    async () => {
      const read: string[][] = [];
      const options = { field: "", split: "auto" as const, report: () => undefined };
      for await (const { texts } of readSource(file, file.name, options)) read.push(texts);
      return read;
    },
    (read) => `${read.reduce((sum, texts) => sum + texts.length, 0)} documents`,
  );
  const corpus = await timed(
    "store",
    times,
    async () => {
      const writer = await storage.openCorpusWriter({ name: "bench", files: [], split: "auto", origin: "files" });
      for (const texts of batches) await writer.append(texts, { path: file.name, format: "text" });
      return writer.finish({ skipped: [], skippedCount: 0 });
    },
    ({ sizeBytes }) => `${(sizeBytes / 1e6).toFixed(1)} MB kept`,
  );
  const cleaned = await timed(
    "clean",
    times,
    () => cleaningJobs.cleanCorpus(corpus.id, defaultPlan("long"), () => undefined),
    ({ documents }) => `${documents} documents stay`,
  );
  const tokenized = await timed(
    "tokenize",
    times,
    async () => {
      const key = { corpusId: cleaned.id, tokenizerId: tokenizer.id, heldOutShare: 0.05, seed: 42 };
      const writer = await storage.openTokensWriter(key);
      const result = await tokenizeDocuments(storage.readCorpus(cleaned.id), tokenizer, key, (side, ids, lengths) =>
        writer.append(side, ids, lengths),
      );
      return writer.finish(result);
    },
    ({ train, heldOut }) => `${train.tokens + heldOut.tokens} tokens`,
  );
  await timed(
    "pack",
    times,
    async () => {
      const blocks = packBlocks(await storage.loadTokens(tokenized.id, "train"), defaultRecipe(), tokenizer.special);
      let sum = 0;
      for (let i = 0; i < blocks.count; i++) sum += blocks.block(i).ids[0]!;
      return { count: blocks.count, sum };
    },
    ({ count }) => `${count} blocks`,
  );
  for (const { id } of [corpus, cleaned]) await storage.deleteCorpus(id);
  return { bytes: file.size, times };
}
