/**
 * `npm run bench -- tokenize --train MB`: learning a tokenizer from so many megabytes of real text, ours in one thread
 * beside Hugging Face tokenizers in Python (UNMASK_PYTHON names one that has it), which counts words in as many
 * threads as there are cores. Speed is text over wall time and over CPU time; memory is the process's growth.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { readTokenizerSettings } from "../../src/contract/index.ts";
import { trainTokenizer } from "../../src/data/index.ts";
import { sharedAbsent, sharedData } from "../../tests/shared-data.ts";
import { printTable, shown } from "../support/print.ts";

const corpus = "corpus-general-large";
const vocabularySize = 8000;
const kinds = ["wordpiece", "bpe", "unigram"] as const;

interface Spent {
  wallMs: number;
  cpuMs: number;
  /** MB of memory beyond what stood before. */
  grownMb: number;
}

/** Files of at most 8 MB each: both sides read one after the other. */
function writeText(folder: string, bytes: number): { files: string[]; bytes: number } {
  const files: string[] = [];
  let written = 0;
  for (const name of readdirSync(join(sharedData, corpus))
    .filter((one) => /^part-.*\.gz$/.test(one))
    .sort()) {
    const text = gunzipSync(readFileSync(join(sharedData, corpus, name)));
    for (let at = 0; at < text.length && written < bytes; at += 8e6) {
      const part = text.subarray(at, Math.min(at + 8e6, at + bytes - written, text.length));
      const path = join(folder, `${files.length}.txt`);
      const file = openSync(path, "w");
      writeSync(file, part);
      closeSync(file);
      files.push(path);
      written += part.length;
    }
  }
  return { files, bytes: written };
}

function* linesOf(files: readonly string[]): Generator<string> {
  for (const file of files) yield* readFileSync(file, "utf8").split("\n");
}

async function ours(kind: (typeof kinds)[number], files: readonly string[]): Promise<Spent & { size: number }> {
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage.rss())), 50);
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const { size } = await trainTokenizer(linesOf(files), readTokenizerSettings({ kind, vocabularySize }));
  clearInterval(watch);
  const { user, system } = process.cpuUsage(cpu);
  return { size, wallMs: performance.now() - wall, cpuMs: (user + system) / 1000, grownMb: (most - before) / 1e6 };
}

const oracle = `
import json, resource, sys, time
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, trainers
kind, size, files = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
if kind == "wordpiece":
    t = Tokenizer(models.WordPiece(unk_token="[UNK]")); t.normalizer = normalizers.BertNormalizer(lowercase=True, strip_accents=False)
    t.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(vocab_size=size, min_frequency=2, limit_alphabet=1000, show_progress=False)
elif kind == "bpe":
    t = Tokenizer(models.BPE()); t.normalizer = normalizers.Lowercase(); t.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(vocab_size=size, min_frequency=2, show_progress=False, initial_alphabet=pre_tokenizers.ByteLevel.alphabet())
else:
    t = Tokenizer(models.Unigram()); t.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Lowercase()])
    t.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace()])
    trainer = trainers.UnigramTrainer(vocab_size=size, show_progress=False, unk_token="<unk>", special_tokens=["<unk>"])
memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
wall, cpu = time.perf_counter(), time.process_time()
t.train_from_iterator((line for f in files for line in open(f, encoding="utf-8", errors="replace").read().split("\\n")), trainer)
print(json.dumps(dict(wallMs=1000 * (time.perf_counter() - wall), cpuMs=1000 * (time.process_time() - cpu),
    grownMb=(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) / 1000)))
`;

function python(): string | undefined {
  for (const name of [process.env["UNMASK_PYTHON"], "python3", "python"])
    if (name !== undefined && spawnSync(name, ["-c", "import tokenizers"], { stdio: "ignore" }).status === 0)
      return name;
  console.log("absent: a Python with tokenizers (UNMASK_PYTHON names one)");
  return undefined;
}

export async function trainingContest(megabytes: number): Promise<Record<string, number>> {
  const missing = sharedAbsent(corpus);
  if (missing !== "") {
    console.log(`Not run${missing}`);
    return {};
  }
  const folder = mkdtempSync(join(tmpdir(), "unmask-train-"));
  try {
    const { files, bytes } = writeText(folder, megabytes * 1e6);
    const reference = python();
    const figures: Record<string, number> = {};
    const rows: string[][] = [];
    for (const kind of kinds) {
      const mine = await ours(kind, files);
      const run =
        reference && spawnSync(reference, ["-c", oracle, kind, String(vocabularySize), ...files], { encoding: "utf8" });
      if (run && run.status !== 0)
        throw new Error(`Python's ${kind} trainer ended with ${run.status}: ${run.stderr.slice(-400)}`);
      const theirs = run ? (JSON.parse(run.stdout) as Spent) : undefined;
      const speed = (ms: number | undefined): string => (ms === undefined ? "-" : shown(bytes / 1e3 / ms));
      rows.push([
        kind,
        speed(mine.wallMs),
        speed(theirs?.wallMs),
        speed(mine.cpuMs),
        speed(theirs?.cpuMs),
        shown(mine.grownMb),
        theirs ? shown(theirs.grownMb) : "-",
      ]);
      figures[`train_${kind}_mb_s`] = bytes / 1e3 / mine.wallMs;
      figures[`train_${kind}_grown_mb`] = mine.grownMb;
      if (theirs) figures[`train_${kind}_x_python_cpu`] = theirs.cpuMs / mine.cpuMs;
    }
    printTable(
      `Learning ${vocabularySize} pieces from ${shown(bytes / 1e6)} MB; MB/s by wall time and by CPU time, memory in MB`,
      ["kind", "ours", "Python", "ours, CPU", "Python, CPU", "ours grew", "Python grew"],
      rows,
    );
    return figures;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
