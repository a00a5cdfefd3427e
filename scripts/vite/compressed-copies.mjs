/**
 * Vite plugin: FILE.br and FILE.gz beside every file that gets smaller by it, for servers that send such
 * copies (ours does). Large results are kept by content in .cache/compressed, so a second build is quick.
 * Brotli at 6: on ONNX Runtime's 14 and 27 MB it takes 0.7 and 1.0 s for 3.3 % more than 9's 1.7 and 3.0 s.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { filesUnder } from "./files-under.mjs";

const worthTrying = new Set([
  ".js",
  ".mjs",
  ".css",
  ".html",
  ".json",
  ".wasm",
  ".safetensors",
  ".svg",
  ".txt",
  ".tsv",
  ".csv",
  ".jsonl",
  ".conll",
  ".webmanifest",
  ".md",
]);
/** Below this a copy saves less than a packet. */
const smallestBytes = 1400;
/** A copy must be smaller than this share of the file. */
const paysBelow = 0.9;
const cachedFromBytes = 500_000;

const encoders = {
  ".br": (bytes) =>
    promisify(brotliCompress)(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: 6, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
    }),
  ".gz": (bytes) => promisify(gzip)(bytes, { level: 6 }),
};

async function compressed(bytes, suffix, cacheFolder) {
  if (bytes.length < cachedFromBytes) return encoders[suffix](bytes);
  const cached = join(cacheFolder, createHash("sha256").update(bytes).digest("hex") + suffix);
  if (existsSync(cached)) return readFileSync(cached);
  const result = await encoders[suffix](bytes);
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(cached, result);
  return result;
}

export function compressedCopies() {
  let outDir = "";
  let cacheFolder = "";
  return {
    name: "unmask:compressed-copies",
    apply: "build",
    configResolved(config) {
      outDir = join(config.root, config.build.outDir);
      cacheFolder = join(config.root, ".cache", "compressed");
    },
    closeBundle: {
      order: "post",
      sequential: true,
      async handler() {
        for (const path of filesUnder(outDir)) {
          if (!worthTrying.has(extname(path))) continue;
          const file = join(outDir, path);
          const bytes = readFileSync(file);
          if (bytes.length < smallestBytes) continue;
          const suffixes = Object.keys(encoders);
          const copies = await Promise.all(suffixes.map((suffix) => compressed(bytes, suffix, cacheFolder)));
          for (const [i, suffix] of suffixes.entries())
            if (copies[i].length < bytes.length * paysBelow) writeFileSync(file + suffix, copies[i]);
        }
      },
    },
  };
}
