/** Which of the formats written as text a text is in: by its first part, then by its name. */
import type { TextFormat } from "../../contract/index.ts";

const extensionFormat: Record<string, TextFormat> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
  html: "html",
  htm: "html",
  xhtml: "html",
  xml: "xml",
  eml: "eml",
  mht: "eml",
  mhtml: "eml",
  mbox: "mbox",
  mbx: "mbox",
  ipynb: "ipynb",
  srt: "srt",
  vtt: "srt",
};

/** True when the first two whole lines are each a JSON object or string of their own. */
function looksLikeJsonLines(text: string, wholeFile: boolean): boolean {
  const lines = text.split(/\r?\n/);
  if (!wholeFile && lines.length > 1) lines.pop();
  const filled = lines.filter((line) => line.trim() !== "");
  // One broken line must not hide what the file is: two of the first five are enough.
  const good = filled.slice(0, 5).filter((line) => /^\s*\{/.test(line) && isJson(line)).length;
  return good >= Math.min(2, filled.length) && good > 0;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

/** Header lines of a message that no ordinary text begins with, two of them at least. */
function looksLikeMessage(start: string): boolean {
  const header = start.split(/\r?\n\r?\n/, 1)[0]!;
  const names = [...header.matchAll(/^([A-Za-z][A-Za-z0-9-]{1,40}):[ \t]?\S/gm)].map(([, name]) => name!.toLowerCase());
  const known = names.filter((name) => messageHeaders.has(name));
  const lines = header.split(/\r?\n/).filter((line) => !/^[ \t]/.test(line)).length;
  return new Set(known).size >= 2 && names.length >= lines * 0.9;
}
const messageHeaders = new Set(
  "from to subject date message-id mime-version received return-path content-type delivered-to".split(" "),
);

const mboxStart = /^From \S+ +\S.*\d{4}(?: [+-]\d{4})?\r?\n[A-Za-z-]+:/;
const subtitleTimes = /^\s*(?:\d+\s*\r?\n)?\d{1,2}:\d\d:\d\d[,.]\d{1,3}\s*-->\s*\d{1,2}:\d\d:\d\d[,.]\d{1,3}/;
const htmlStart = /^<(?:!doctype\s+html|html|head|body)[\s>]/i;
const notebookMarks = [/"cells"\s*:/, /"nbformat(?:_minor)?"\s*:|"cell_type"\s*:/];

/** Without the comments before it. No pattern: one that may end a comment at each of many places tries them all. */
function afterComments(text: string): string {
  let rest = text;
  while (rest.startsWith("<!--")) {
    const end = rest.indexOf("-->", 4);
    if (end < 0) return rest;
    rest = rest.slice(end + 3).trimStart();
  }
  return rest;
}

export function textFormatOf(text: string, name: string, wholeFile: boolean): TextFormat {
  const extension = /\.([a-z0-9]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";
  const byName = extensionFormat[extension] ?? "text";
  const trimmed = text.trimStart();
  const start = trimmed.slice(0, 16_000);
  const firstCharacter = trimmed[0] ?? "";
  if (firstCharacter === "<") {
    if (htmlStart.test(afterComments(start)) || (/^<\?xml/i.test(start) && /<html[\s>]/i.test(start.slice(0, 2000))))
      return "html";
    if (/^<\?xml\s/i.test(start) || (byName === "xml" && /^<[A-Za-z!_:]/.test(start))) return "xml";
    return byName;
  }
  if (mboxStart.test(start)) return "mbox";
  if (/^WEBVTT\b/.test(start) || subtitleTimes.test(start)) return "srt";
  if (firstCharacter === "{" && byName !== "jsonl" && notebookMarks.every((mark) => mark.test(trimmed))) return "ipynb";
  if (byName === "jsonl") {
    // A .jsonl that is one array over many lines is plain JSON.
    return firstCharacter === "[" && !isJson(trimmed.split(/\r?\n/, 1)[0]!) ? "json" : "jsonl";
  }
  // Several objects, one a line, whatever the name says (a single object alone is JSON).
  const several = text.trim().includes("\n");
  if (firstCharacter === "{" && several && looksLikeJsonLines(text, wholeFile)) return "jsonl";
  if (looksLikeMessage(start)) return "eml";
  if (byName === "csv") {
    const [first = ""] = text.split(/\r?\n/, 1);
    const count = (character: string): number => first.split(character).length - 1;
    return count("\t") > 0 && count("\t") >= count(",") ? "tsv" : "csv";
  }
  // Named so, but nothing in it looks so: read as what it then is.
  return byName === "mbox" || byName === "srt" || byName === "ipynb"
    ? firstCharacter === "{"
      ? "json"
      : "text"
    : byName;
}
