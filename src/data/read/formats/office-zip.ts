/** The zip archive inside a Word, OpenDocument or EPUB file: its parts by name, their text within bounds. */
import { UnmaskError } from "../../../base/index.ts";
import { ArchiveBudget } from "../archives/budget.ts";
import { openZip, type ZipArchive } from "../archives/zip.ts";
import type { ReaderInput } from "../reader.ts";
import { fileOf } from "../source.ts";
import { xmlSlices } from "./xml-events.ts";

export interface OfficeZip {
  paths: readonly string[];
  /** Text of a part, slice by slice; undefined when there is none of that name. */
  part(path: string): AsyncGenerator<string> | undefined;
}

export async function openOffice(input: ReaderInput, what: string): Promise<OfficeZip> {
  const limits = { ...input.limits, archiveBytes: input.limits.officeBytes };
  const file = await fileOf(input.source, limits.nestedBytes.value, what, input.signal);
  const zip: ZipArchive = await openZip(file, new ArchiveBudget(limits));
  const entries = new Map(zip.entries.map((entry) => [entry.path, entry]));
  return {
    paths: [...entries.keys()],
    part: (path) => {
      const entry = entries.get(path);
      return entry === undefined ? undefined : xmlSlices(zip.bytes(entry));
    },
  };
}

export function missingPart(what: string, part: string): UnmaskError {
  return new UnmaskError(
    "data/damaged-file",
    `The ${what} is damaged: its part ${part} is missing.`,
    "Check that it opens in its own program, and save it again from there.",
  );
}
