/** The bundled demo domains, fetched from beside the page and read like dropped files. */
import { UnmaskError } from "../../src/base/index.ts";
import type { CorpusSummary, DemoDomain, DemoIndex, LabelledSet, OnProgress } from "../../src/contract/index.ts";
import { readLabelledSet } from "../../src/data/index.ts";
import { demoData } from "../shared/paths.ts";
import { importCorpus } from "./import-corpus.ts";

async function fetchDemo(path: string): Promise<Response> {
  const response = await fetch(new URL(path, demoData)).catch(() => undefined);
  if (response?.ok === true) return response;
  throw new UnmaskError(
    "data/no-demo",
    `The demo file ${path} could not be fetched (${response === undefined ? "no answer" : response.status}).`,
    "Check the connection once; afterwards the page works offline.",
  );
}

async function fetchFile(path: string): Promise<File> {
  return new File([await (await fetchDemo(path)).blob()], path.split("/").at(-1)!);
}

async function demoDomain(id: string): Promise<DemoDomain> {
  const { domains } = (await (await fetchDemo("index.json")).json()) as DemoIndex;
  const domain = domains.find((one) => one.id === id);
  if (domain !== undefined) return domain;
  throw new UnmaskError(
    "data/no-demo",
    `There is no demo domain "${id}".`,
    `Choose one of ${domains.map((d) => d.id).join(", ")}.`,
  );
}

export async function importDemoCorpus(id: string, onProgress: OnProgress): Promise<CorpusSummary> {
  const { title, corpus } = await demoDomain(id);
  const file = await fetchFile(corpus.file);
  return importCorpus(title, [{ kind: "file", path: file.name, file }], [], "auto", onProgress, "demo");
}

/** The note and the lesson of each set travel with it, so that the page says what to expect. */
export async function readDemoSets(id: string): Promise<LabelledSet[]> {
  const { sets } = await demoDomain(id);
  return Promise.all(
    sets.map(async ({ task, name, note, files, lesson }) => {
      const set = await readLabelledSet(task, await Promise.all(Object.values(files).map(fetchFile)), name);
      return { ...set, note: ["Synthetic.", note, lesson].filter(Boolean).join(" ") };
    }),
  );
}
