/**
 * Streams a pretraining corpus: a folder of part-*.txt.gz (or .txt), one paragraph a line, an empty
 * line between documents, and heldout.txt. Knows nothing of tokens.
 */
import { createReadStream, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { UnmaskError } from "../../src/base/index.ts";

export interface CorpusFiles {
  train: string[];
  heldOut: string;
}

/** The files of several folders as one corpus; the first one's held-out text counts. */
export function findCorpora(folders: readonly string[]): CorpusFiles {
  const found = folders.map(findCorpus);
  return { train: found.flatMap(({ train }) => train), heldOut: found[0]!.heldOut };
}

/** @throws pretrain/no-corpus when the folder does not hold such files. */
export function findCorpus(folder: string): CorpusFiles {
  const heldOut = join(folder, "heldout.txt");
  const names = existsSync(folder) ? readdirSync(folder).sort() : [];
  const train = names.filter((name) => /^(part-.*|train)\.txt(\.gz)?$/.test(name)).map((name) => join(folder, name));
  if (train.length === 0 || !existsSync(heldOut)) {
    throw new UnmaskError(
      "pretrain/no-corpus",
      "A pretraining corpus is a folder with part-*.txt.gz (or train.txt) and heldout.txt, but these were not found.",
      "Name the folder: npm run pretrain -- --corpus FOLDER",
      { folder, trainFiles: train.length },
    );
  }
  return { train, heldOut };
}

/** Lines in batches, so that the caller's loop is not paid a promise a line. */
export async function* readLines(file: string, batch = 2000): AsyncGenerator<string[]> {
  const raw = createReadStream(file);
  const input = file.endsWith(".gz") ? raw.pipe(createGunzip()) : raw;
  let lines: string[] = [];
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    lines.push(line);
    if (lines.length === batch) {
      yield lines;
      lines = [];
    }
  }
  yield lines;
}
