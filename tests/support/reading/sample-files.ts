/**
 * One good file of every format, made by rule from our own text: what the hostile files are broken versions of, and
 * what the journeys drop. Runs in Node and in a browser's worker alike.
 */
import { gzipSync, zipSync } from "fflate";
import { random } from "../../../src/base/index.ts";
import golden from "../../golden/reading.json" with { type: "json" };

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const subjects = ["The keeper", "A young pilot", "The night crew", "Her brother", "The old clerk"];
const verbs = ["mended", "counted", "carried", "painted", "washed"];
const objects = ["the lamp", "two barrels", "the small boat", "the ropes", "the bell"];
const ends = ["before dawn", "at noon — in rain", "under the bridge", "by the cold water", "“as told”, at the pier"];

/** Plain sentences; equal arguments, equal text. */
export function sentences(count: number, seed = 1): string[] {
  return Array.from({ length: count }, (_, i) => {
    const source = random(seed, i);
    const pick = (list: readonly string[]): string => list[source.below(list.length)]!;
    return `${pick(subjects)} ${pick(verbs)} ${pick(objects)} ${pick(ends)}, entry ${i}.`;
  });
}

/** A tar archive of such files, ustar. */
export function tar(files: Record<string, Uint8Array>): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (const [path, bytes] of Object.entries(files)) {
    const header = new Uint8Array(512);
    const put = (at: number, text: string): void => header.set(utf8(text), at);
    put(0, path.slice(0, 100));
    put(100, "0000644\0");
    put(124, `${bytes.length.toString(8).padStart(11, "0")}\0`);
    put(136, "00000000000\0");
    put(156, "0");
    put(257, "ustar\0" + "00");
    put(148, "        ");
    const sum = header.reduce((total, byte) => total + byte, 0);
    put(148, `${sum.toString(8).padStart(6, "0")}\0 `);
    blocks.push(header, bytes, new Uint8Array((512 - (bytes.length % 512)) % 512));
  }
  blocks.push(new Uint8Array(1024));
  const whole = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}

const word = (paragraphs: readonly string[]): string =>
  `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs
    .map((text) => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`)
    .join("")}</w:body></w:document>`;
const page = (paragraphs: readonly string[]): string =>
  `<!DOCTYPE html><html><head><title>The log</title><style>p { color: red }</style></head><body><nav>Menu</nav>${paragraphs
    .map((text) => `<p>${text}</p>`)
    .join("\n")}<script>let x = "<p>not text</p>";</script></body></html>`;
const mail = (lines: readonly string[], i = 0): string =>
  `From: keeper@lake.example\r\nTo: pilot@lake.example\r\nSubject: Log ${i}\r\nDate: Mon, 1 Jan 2024 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n${lines.join("\r\n")}\r\n`;

export function epub(paragraphs: readonly string[]): Uint8Array {
  const half = Math.ceil(paragraphs.length / 2);
  return zipSync({
    mimetype: [utf8("application/epub+zip"), { level: 0 }],
    "META-INF/container.xml": utf8(
      '<?xml version="1.0"?><container><rootfiles><rootfile full-path="OEBPS/content.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
    ),
    "OEBPS/content.opf": utf8(
      '<?xml version="1.0"?><package><manifest><item id="two" href="text/two.xhtml" media-type="application/xhtml+xml"/><item id="one" href="text/one%20page.xhtml" media-type="application/xhtml+xml"/></manifest><spine><itemref idref="one"/><itemref idref="two"/></spine></package>',
    ),
    "OEBPS/text/one page.xhtml": utf8(page(paragraphs.slice(0, half))),
    "OEBPS/text/two.xhtml": utf8(page(paragraphs.slice(half))),
  });
}

export const docx = (paragraphs: readonly string[]): Uint8Array =>
  zipSync({ "word/document.xml": utf8(word(paragraphs)) });
const fromGolden = (name: keyof typeof golden.files): Uint8Array =>
  Uint8Array.from(atob(golden.files[name].base64), (c) => c.charCodeAt(0));
const rtfOf = (lines: readonly string[]): string =>
  `{\\rtf1\\ansi\\ansicpg1252{\\fonttbl{\\f0 Arial;}}{\\*\\generator X;}${lines
    .map((line) => [...line].map((c) => (c > "~" ? `\\u${c.charCodeAt(0)}?` : c)).join(""))
    .join("\\par\n")}\\par}`;

/** File name to bytes: all formats that are read, archives last. */
export function sampleFiles(count = 12, seed = 1): Record<string, Uint8Array> {
  const lines = sentences(count, seed);
  const records = lines.map((text, id) => ({ id, meta: { text } }));
  const notebook = {
    cells: lines.map((source, i) => ({ cell_type: i % 2 === 0 ? "markdown" : "code", source: [source], outputs: [] })),
    nbformat: 4,
    nbformat_minor: 5,
  };
  const time = (i: number): string => `00:${String(i % 60).padStart(2, "0")}:01,000`;
  const plain: Record<string, Uint8Array> = {
    "notes.txt": utf8(lines.join("\n\n")),
    "notes.md": utf8(`# The log\n\n${lines.join("\n\n")}`),
    "table.csv": utf8(`id,text\n${lines.map((line, i) => `${i},"${line.replaceAll('"', '""')}"`).join("\n")}\n`),
    "table.tsv": utf8(` id\ttext \n${lines.map((line, i) => `${i}\t${line}`).join("\n")}\n`),
    "records.jsonl": utf8(records.map((record) => JSON.stringify(record)).join("\n")),
    "records.ndjson": utf8(records.map((record) => JSON.stringify(record)).join("\n")),
    "records.json": utf8(JSON.stringify({ data: records })),
    "page.html": utf8(page(lines)),
    "feed.xml": utf8(
      `<?xml version="1.0"?><feed>${lines.map((line) => `<entry><id>1</id><content>${line}</content></entry>`).join("")}</feed>`,
    ),
    "log.rtf": utf8(rtfOf(lines)),
    "mail.eml": utf8(mail(lines)),
    "box.mbox": utf8(
      lines.map((line, i) => `From k@lake.example Mon Jan  1 10:00:00 2024\r\n${mail([line], i)}\r\n`).join(""),
    ),
    "notebook.ipynb": utf8(JSON.stringify(notebook)),
    "film.srt": utf8(
      lines.map((line, i) => `${i + 1}\n${time(i)} --> ${time(i).replace("01,", "03,")}\n<i>${line}</i>\n`).join("\n"),
    ),
    "report.docx": docx(lines),
    "report.odt": fromGolden("log.odt"),
    "book.epub": epub(lines),
    "paper.pdf": fromGolden("pages.pdf"),
    "rows.parquet": fromGolden("zstd.parquet"),
    "groups.parquet": fromGolden("groups.parquet"),
  };
  const inside = { "in/a.txt": plain["notes.txt"]!, "in/b.csv": plain["table.csv"]! };
  return {
    ...plain,
    "texts.zip": zipSync(inside),
    "texts.tar": tar(inside),
    "texts.tar.gz": gzipSync(tar(inside)),
    "notes.txt.gz": gzipSync(plain["notes.txt"]!),
    "notes.txt.zst": fromGolden("stream.txt.zst"),
  };
}
