/**
 * `npm run bench -- tokenize`: our encoder beside @huggingface/transformers' tokenizer, which is called once a
 * text (a filled line of a real corpus, read once). One thread each, in CPU time of the process, so that a busy
 * machine changes little; every round opens both anew, so that neither remembers a word. Both have run on
 * another text before: the compiler is warm, the caches are not. Without ../shared: our demo texts.
 * Options: --bytes N (of each corpus, 1,000,000), --rounds N (3); --train MB: training of tokenizers instead.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { PreTrainedTokenizer } from "@huggingface/transformers";
import { createEncoder, IdBuffer } from "../../src/data/index.ts";
import { sharedAbsent } from "../../tests/shared-data.ts";
import { corpusLines, realCorpora, realFolders, realTokenizers } from "../../tests/unit/data/real-tokenizers.ts";
import { trainingContest } from "./train.ts";
import { median, printTable, shown } from "../support/print.ts";

export const needs = { build: false, browser: false };

interface Contest {
  figure: string;
  name: string;
  json: () => object;
}
interface Round {
  ours: number;
  library: number;
  openOurs: number;
  openLibrary: number;
  differing: number;
  tokens: number;
}

const fixture = (name: string) => (): object =>
  JSON.parse(readFileSync(`tests/fixtures/data/tokenizers/${name}.json`, "utf8")) as object;

function contests(real: boolean): Contest[] {
  const bpe = real
    ? [
        { figure: "bpe_x_library", name: "roberta-base", json: realTokenizers["roberta-base"] },
        { figure: "bpe_x_library", name: "gpt2", json: realTokenizers.gpt2 },
      ]
    : [{ figure: "bpe_x_library", name: "tiny byte-level BPE", json: fixture("roberta") }];
  const bert = { figure: "wordpiece_x_library", name: "bert-base-uncased", json: realTokenizers["bert-base-uncased"] };
  return [
    ...(real ? [bert] : []),
    { figure: "wordpiece_x_library", name: "ours (WordPiece)", json: realTokenizers.ours },
    ...bpe,
    { figure: "unigram_x_library", name: "Unigram fixture", json: fixture("unigram") },
  ];
}

function texts(real: boolean, bytes: number): string[] {
  if (real) return realCorpora.flatMap((path) => corpusLines(path, bytes));
  const demos = readdirSync("public/demo")
    .map((name) => `public/demo/${name}/corpus.txt`)
    .filter((path) => existsSync(path));
  const lines = demos.flatMap((path) => readFileSync(path, "utf8").slice(0, bytes).split("\n"));
  return lines.filter((line) => line.trim() !== "");
}

/** Milliseconds of CPU that this process has used. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function round(json: object, lines: readonly string[]): Round {
  const start = cpu();
  const encoder = createEncoder(json);
  if ("missing" in encoder) throw new Error(`Not accelerated: ${encoder.missing}`);
  const opened = cpu();
  const ids = new IdBuffer();
  const ends: number[] = [];
  for (const line of lines) {
    encoder.encodeInto(line, ids);
    ends.push(ids.length);
  }
  const encoded = cpu();
  const library = new PreTrainedTokenizer(json, {});
  const libraryOpened = cpu();
  const expected: number[][] = [];
  for (const line of lines) expected.push(library.encode(line, { add_special_tokens: false }));
  const libraryEncoded = cpu();
  let [differing, from] = [0, 0];
  expected.forEach((wanted, i) => {
    const end = ends[i]!;
    const same = wanted.length === end - from && wanted.every((id, k) => id === ids.ids[from + k]);
    if (!same) differing += Math.max(wanted.length, end - from);
    from = end;
  });
  return {
    ours: encoded - opened,
    library: libraryEncoded - libraryOpened,
    openOurs: opened - start,
    openLibrary: libraryOpened - encoded,
    differing,
    tokens: ids.length,
  };
}

export async function run(args: string[]): Promise<Record<string, number>> {
  const option = (name: string, byDefault: number): number => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? byDefault : Number(args[at + 1]);
  };
  if (args.includes("--train")) return trainingContest(option("train", 100));
  const [bytes, rounds] = [option("bytes", 1_000_000), option("rounds", 3)];
  const missing = sharedAbsent(...realFolders, ...realCorpora);
  const real = missing === "";
  if (!real) console.log(`Our own tokenizers and demo texts only${missing}`);
  const lines = texts(real, bytes);
  const warm = texts(real, 200_000).map((line) => line.toUpperCase());
  const megabytes = lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0) / 1e6;
  const figures: Record<string, number> = { differing_ids: 0 };
  const rows: string[][] = [];
  for (const { figure, name, json } of contests(real)) {
    const parsed = json();
    round(parsed, warm);
    const results = Array.from({ length: rounds }, () => round(parsed, lines));
    const of = (key: keyof Round): number => median(results.map((result) => result[key]));
    const ratio = median(results.map(({ ours, library }) => library / ours));
    figures[figure] = Math.min(figures[figure] ?? Infinity, ratio);
    figures["differing_ids"]! += results[0]!.differing;
    rows.push([
      name,
      shown((megabytes / of("ours")) * 1000),
      shown((megabytes / of("library")) * 1000),
      `${shown(ratio)}x`,
      shown(of("openOurs")),
      shown(of("openLibrary")),
      String(results[0]!.tokens),
      String(results[0]!.differing),
    ]);
    await Promise.resolve();
  }
  const size = `${shown(megabytes)} MB in ${lines.length} texts, median of ${rounds} rounds, CPU time`;
  const head = [
    "tokenizer",
    "ours MB/s",
    "library MB/s",
    "ratio",
    "open ms",
    "library open ms",
    "tokens",
    "differing ids",
  ];
  printTable(`Tokenizing ${size}`, head, rows);
  return figures;
}
