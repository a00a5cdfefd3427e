/** Files for the data tests, made in memory; and the way to the real data, where it is present. */
import { openAsBlob } from "node:fs";
import { basename, join } from "node:path";
import { readDocuments, type SourceFile } from "../../../src/data/index.ts";
import type { DocumentSplit, Skipped } from "../../../src/contract/index.ts";
import { sharedData } from "../../shared-data.ts";

export const textFile = (name: string, ...parts: (string | Uint8Array<ArrayBuffer>)[]): File => new File(parts, name);

/** A file in a dropped folder, as browsers give it. */
export function folderFile(path: string, text: string): SourceFile {
  const file = new File([text], path.split("/").at(-1)!);
  return Object.defineProperty(file, "webkitRelativePath", { value: path });
}

export async function readAll(
  file: SourceFile,
  split: DocumentSplit = "auto",
  field = "",
): Promise<{ documents: string[]; skipped: Skipped[]; bytes: number }> {
  const documents: string[] = [];
  const skipped: Skipped[] = [];
  let bytes = 0;
  for await (const document of readDocuments(
    file,
    { field },
    split,
    (one) => skipped.push(one),
    (n) => (bytes += n),
  ))
    documents.push(document);
  return { documents, skipped, bytes };
}

/** A real file, read from disk slice by slice. */
export async function sharedFile(path: string): Promise<SourceFile> {
  const blob = await openAsBlob(join(sharedData, path));
  return { name: basename(path), size: blob.size, slice: (start, end) => blob.slice(start, end) };
}
