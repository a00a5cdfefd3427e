/** The reading room in a real worker, under the product's policy: hostile files, and the Hub's datasets. */
import type { HubDatasetRef } from "../../../src/contract/index.ts";
import { previewFile, readSource } from "../../../src/data/index.ts";
import { hubDatasetFiles, hubDatasetListing, type HubDatasetOptions } from "../../../src/models/index.ts";
import { PdfHost } from "../../../workers/data/pdf-host.ts";
import { sampleFiles } from "../../support/reading/sample-files.ts";
import { readHostile, type Outcome } from "../../support/reading/read-hostile.ts";

const pdf = new PdfHost();
const services = { pdfPages: pdf.pages };

/** Files `from` to `to` of the seed, one after another. */
export async function hostile(seed: number, from: number, to: number): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (let i = from; i < to; i++) outcomes.push(await readHostile(seed, i, services));
  return outcomes;
}

/** Every sample's preview and documents: format by name, number of documents, codes of reports. */
export async function samples(): Promise<Record<string, { format: string; documents: number; codes: string[] }>> {
  const found: Record<string, { format: string; documents: number; codes: string[] }> = {};
  for (const [name, bytes] of Object.entries(sampleFiles(12))) {
    const file = new File([Uint8Array.from(bytes)], name);
    const { format } = await previewFile(file, "auto", { services });
    const codes: string[] = [];
    let documents = 0;
    const report = ({ code }: { code: string }): void => void codes.push(code);
    for await (const { texts } of readSource(file, name, { field: "", split: "auto", report, services }))
      documents += texts.length;
    found[name] = { format, documents, codes };
  }
  return found;
}

export const listDataset = (ref: Pick<HubDatasetRef, "id" | "host">, options: HubDatasetOptions) =>
  hubDatasetListing(ref, options);

/** The texts of a dataset, as an import reads them. */
export async function readDataset(ref: HubDatasetRef, field: string, options: HubDatasetOptions): Promise<string[]> {
  const documents: string[] = [];
  for (const file of await hubDatasetFiles(ref, options))
    for await (const { texts } of readSource(file, file.name, { field, split: "auto", report: () => undefined }))
      documents.push(...texts);
  return documents;
}
