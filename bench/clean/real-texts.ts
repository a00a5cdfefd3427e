/** Documents of the corpora in ../shared/data (UNMASK_SHARED), 2,000 at most, evenly over all of them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const mostTexts = 2000;
const longestLine = 3000;

export function realTexts(): string[] {
  const data = join(process.env["UNMASK_SHARED"] ?? resolve("../shared"), "data");
  if (!existsSync(data)) return [];
  const texts = readdirSync(data)
    .filter((name) => name.startsWith("corpus-"))
    .flatMap((name) =>
      readdirSync(join(data, name))
        .filter((file) => /\.(txt|md)$/.test(file) && file !== "SOURCE.txt")
        .flatMap((file) => documents(readFileSync(join(data, name, file), "utf8"))),
    );
  const every = Math.max(1, Math.floor(texts.length / mostTexts));
  return texts.filter((_, i) => i % every === 0).slice(0, mostTexts);
}

/** Lines, gathered until a document has about a thousand characters, so that lines and paragraphs repeat within it. */
function documents(text: string): string[] {
  const gathered: string[] = [];
  let open = "";
  for (const line of text.split("\n")) {
    open += (open === "" ? "" : "\n") + line.slice(0, longestLine);
    if (open.length < 1000) continue;
    gathered.push(open);
    open = "";
  }
  return open.trim() === "" ? gathered : [...gathered, open];
}
