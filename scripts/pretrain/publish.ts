/** Writes the model folder that the page bundles: config.json, model.safetensors as 16-bit floats, README.md. */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { formatBytes } from "../../src/base/index.ts";
import {
  parameterCount,
  parametersOf,
  toFloat16Bytes,
  toFloat32,
  toTensors,
  writeConfig,
  writeSafetensors,
} from "../../src/models/index.ts";
import { measureAdaptation } from "./adaptation.ts";
import { writeCard } from "./card.ts";
import type { PretrainOptions } from "./options.ts";
import { readPublished, tokensRead } from "./published.ts";
import { readSources } from "./sources.ts";
import { readVocabulary, type TokenFiles } from "./token-file.ts";
import { pretrainRecipe, sizes, special, type PretrainSize } from "./sizes.ts";
import type { Pretrained } from "./train.ts";
import { measure } from "./yardsticks.ts";

export async function publish(
  { config, weights, step }: Pretrained,
  files: TokenFiles,
  { size, corpus, field, out, cache, steps, decaySteps, threads }: PretrainOptions,
): Promise<void> {
  const sources = corpus.flatMap(readSources);
  const parameters = parametersOf(config, "mlm");
  const tensors = toTensors(parameters, weights).map(({ name, shape, data }) => ({
    name,
    type: "F16" as const,
    shape,
    data: toFloat16Bytes(data),
  }));
  // The loss on the card is that of the weights as people get them.
  const rounded = new Map(
    [...weights].map(([name, data]) => [name, toFloat32({ type: "F16", data: toFloat16Bytes(data) })]),
  );
  const { title, role, asRun, lastly }: PretrainSize = sizes[size];
  const vocabulary = readVocabulary(out);
  const tinyFolder = `public/models/${sizes.tiny.folder}`;
  const tiny = size === "tiny" ? undefined : readPublished(tinyFolder);
  const loss = await measure(files, vocabulary, config, rounded, threads, tiny);
  const adaptation = existsSync(field)
    ? await measureAdaptation("biomedical abstracts", field, vocabulary, config, rounded, { cache, threads })
    : undefined;
  const bytes = writeSafetensors(tensors, { format: "pt" });
  const card = writeCard({
    title,
    role,
    ...(asRun === undefined ? {} : { asRun }),
    ...(lastly === undefined ? {} : { lastly }),
    ...(tiny === undefined
      ? {}
      : {
          grownFrom: { name: "tiny", tokens: tokensRead(tinyFolder), maskUnit: pretrainRecipe("tiny", 1).maskUnit },
        }),
    config,
    recipe: pretrainRecipe(size, steps, decaySteps),
    steps: step,
    parameters: parameterCount(parameters),
    corpus: files.train,
    heldOut: files.heldOut,
    sources,
    loss,
    ...(adaptation === undefined ? {} : { adaptation }),
  });
  writeFileSync(join(out, "config.json"), writeConfig({ ...config, initializer_range: 0.02 }, "masked-lm", special));
  writeFileSync(join(out, "model.safetensors"), bytes);
  writeFileSync(join(out, "README.md"), card);
  console.log(
    `${out}: ${formatBytes(bytes.length)}; held-out loss by piece ${JSON.stringify(loss.token)}, ` +
      `by whole word ${JSON.stringify(loss.word)}`,
  );
}
