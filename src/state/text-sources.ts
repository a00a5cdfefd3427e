/** What was dropped, as sources with a path each: two files of one name stay two. Pure. */
import type { TextSource } from "../contract/index.ts";

type Dropped = File & { webkitRelativePath?: string };

export function fileSources(files: readonly Dropped[]): TextSource[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const wanted = file.webkitRelativePath || file.name;
    let path = wanted;
    for (let again = 2; taken.has(path); again++) path = `${wanted} (${again})`;
    taken.add(path);
    return { kind: "file", path, file };
  });
}

/** Bytes of the files among them: a dataset's are known when it is listed. */
export const sizeOf = (sources: readonly TextSource[]): number =>
  sources.reduce((sum, source) => sum + (source.kind === "file" ? source.file.size : 0), 0);

/** "notes" for notes.txt, "lake" for a folder of that name; "notes and 3 more" for several. */
export function suggestedName(sources: readonly TextSource[]): string {
  const [first] = sources;
  if (first === undefined) return "";
  if (first.kind === "hub") return first.path;
  const [folder, ...rest] = first.path.split("/");
  if (rest.length > 0 && sources.every(({ path }) => path.startsWith(`${folder!}/`))) return folder!;
  const name = rest.at(-1) ?? first.path;
  const stem = name.replace(/(\.tar)?\.[^.]+$/, "") || name;
  return sources.length === 1 ? stem : `${stem} and ${sources.length - 1} more`;
}
