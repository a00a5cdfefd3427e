/**
 * Broken and hostile files, made by rule from the good ones: cut off, bits flipped, sizes that lie, bombs, deep
 * nesting, entities, huge declared lengths. File i of a seed is always the same. Runs in Node and in a worker.
 */
import { gzipSync, strToU8, zipSync } from "fflate";
import { random } from "../../../src/base/index.ts";
import { docx, sampleFiles, tar } from "./sample-files.ts";

export interface HostileFile {
  name: string;
  kind: string;
  bytes: Uint8Array<ArrayBuffer>;
}
type Chance = ReturnType<typeof random>;
type Breaker = (bytes: Uint8Array<ArrayBuffer>, chance: Chance) => Uint8Array<ArrayBuffer>;

const own = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => Uint8Array.from(bytes);

/** Ways to break any file. */
const breakers: Record<string, Breaker> = {
  truncated: (bytes, chance) => bytes.slice(0, chance.below(bytes.length)),
  "beginning lost": (bytes, chance) => bytes.slice(chance.below(bytes.length)),
  "bits flipped": (bytes, chance) => {
    const flips = 1 + chance.below(20);
    for (let i = 0; i < flips; i++) bytes[chance.below(bytes.length)]! ^= 1 << chance.below(8);
    return bytes;
  },
  "bytes set high": (bytes, chance) => {
    // Lengths and counts become huge: 0xFF and 0x7F in runs.
    const at = chance.below(bytes.length);
    bytes.fill(chance.below(2) === 0 ? 0xff : 0x7f, at, at + 1 + chance.below(8));
    return bytes;
  },
  "end set high": (bytes, chance) => {
    // Directories and footers stand at the end.
    const at = Math.max(0, bytes.length - 1 - chance.below(400));
    bytes.fill(chance.below(2) === 0 ? 0xff : 0, at, at + 1 + chance.below(4));
    return bytes;
  },
  "piece repeated": (bytes, chance) => {
    const from = chance.below(bytes.length);
    const piece = bytes.slice(from, from + 1 + chance.below(2000));
    const times = 1 + chance.below(50);
    const joined = new Uint8Array(bytes.length + piece.length * times);
    joined.set(bytes.subarray(0, from));
    for (let i = 0; i < times; i++) joined.set(piece, from + i * piece.length);
    joined.set(bytes.subarray(from), from + times * piece.length);
    return joined;
  },
  "noise inside": (bytes, chance) => {
    const at = chance.below(bytes.length);
    for (let i = at; i < Math.min(bytes.length, at + 64); i++) bytes[i] = chance.below(256);
    return bytes;
  },
};

const letters = (count: number): Uint8Array => new Uint8Array(count).fill(65);
const nestedZip = (levels: number, inside: Record<string, Uint8Array>): Uint8Array => {
  let zip = zipSync(inside);
  for (let level = 0; level < levels; level++) zip = zipSync({ "n.zip": zip });
  return zip;
};
/** A number of at most `most`, so that runs of one kind differ. */
const some = (chance: Chance, most: number): number => Math.ceil(most / 2) + chance.below(Math.ceil(most / 2));

/** Files made to do harm. */
const attacks: Record<string, (chance: Chance) => { name: string; bytes: Uint8Array | string }> = {
  "zip bomb": (chance) => ({
    name: "bomb.zip",
    bytes: zipSync({ "a.txt": letters(some(chance, 18_000_000)) }, { level: 1 }),
  }),
  "gzip bomb": (chance) => ({ name: "bomb.txt.gz", bytes: gzipSync(letters(some(chance, 18_000_000)), { level: 1 }) }),
  "tar.gz bomb": (chance) => ({
    name: "bomb.tar.gz",
    bytes: gzipSync(tar({ "a.txt": letters(some(chance, 18_000_000)) }), { level: 1 }),
  }),
  "Word bomb": (chance) => ({ name: "bomb.docx", bytes: docx(["x".repeat(some(chance, 18_000_000))]) }),
  "zips in zips": (chance) => ({ name: "deep.zip", bytes: nestedZip(some(chance, 40), { "a.txt": letters(10) }) }),
  "many members": (chance) => ({
    name: "many.zip",
    bytes: zipSync(Object.fromEntries(Array.from({ length: some(chance, 3000) }, (_, i) => [`${i}.txt`, letters(1)])), {
      level: 0,
    }),
  }),
  "deep HTML": (chance) => ({ name: "deep.html", bytes: `<html>${"<div>".repeat(some(chance, 200_000))}x` }),
  "unclosed and closed HTML": (chance) => ({
    name: "mess.html",
    bytes: `<html>${"<b>".repeat(some(chance, 100_000))}x${"</i></u>".repeat(some(chance, 100_000))}`,
  }),
  "deep XML": (chance) => ({ name: "deep.xml", bytes: `<?xml version="1.0"?>${"<a>".repeat(some(chance, 200_000))}x` }),
  "billion laughs": (chance) => ({
    name: "laughs.xml",
    bytes: `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "lol">${Array.from({ length: some(chance, 60) }, (_, i) => `<!ENTITY b${i} "${`&${i === 0 ? "a" : `b${i - 1}`};`.repeat(10)}">`).join("")}]><l>&b9;</l>`,
  }),
  "external entity": () => ({
    name: "ext.xml",
    bytes: '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]><l>&x;</l>',
  }),
  "endless attribute": (chance) => ({
    name: "attr.html",
    bytes: `<html><p ${"a='1' ".repeat(some(chance, 100_000))}>x`,
  }),
  "deep JSON": (chance) => ({ name: "deep.json", bytes: "[".repeat(some(chance, 400_000)) }),
  "closed deep JSON": (chance) => {
    const depth = some(chance, 20_000);
    return { name: "deep.json", bytes: `${'{"a":'.repeat(depth)}"text of it"${"}".repeat(depth)}` };
  },
  "deep RTF": (chance) => ({ name: "deep.rtf", bytes: `{\\rtf1 ${"{".repeat(some(chance, 200_000))}x` }),
  "RTF with a huge picture": () => ({ name: "bin.rtf", bytes: "{\\rtf1 a{\\pict\\bin2147483647 }b\\bin-5 c}" }),
  "deep e-mail": (chance) => ({
    name: "deep.eml",
    bytes: `From: a@b.example\nSubject: x\nMIME-Version: 1.0\n${Array.from({ length: some(chance, 400) }, (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`).join("")}Content-Type: text/plain\n\nx`,
  }),
  "e-mail with endless headers": (chance) => ({
    name: "head.eml",
    bytes: `From: a@b.example\nSubject: x\n${"X-A: b\n".repeat(some(chance, 100_000))}\nx`,
  }),
  "folded e-mail header": (chance) => ({
    name: "fold.eml",
    bytes: `From: a@b.example\nSubject: ${"=?utf-8?Q?=41?=\n ".repeat(some(chance, 10_000))}\n\nx`,
  }),
  "endless line": (chance) => ({ name: "line.csv", bytes: `id,text\n1,${"word ".repeat(some(chance, 1_000_000))}` }),
  "endless blanks": (chance) => ({
    name: "blanks.jsonl",
    bytes: ["text", "body", "x"]
      .map((name) => JSON.stringify({ [name]: `a${" ".repeat(some(chance, 200_000))}b` }))
      .join("\n"),
  }),
  "blanks in XML": (chance) => ({
    name: "blanks.xml",
    bytes: `<?xml version="1.0"?><a><b>x${" ".repeat(some(chance, 200_000))}y</b></a>`,
  }),
  "blanks in HTML": (chance) => ({
    name: "blanks.html",
    bytes: `<html><p>x${"\t ".repeat(some(chance, 200_000))}y<pre>${" \n".repeat(some(chance, 200_000))}`,
  }),
  digits: (chance) => ({ name: "digits.csv", bytes: `id,text\n${"1".repeat(some(chance, 200_000))}x,a b\n2,c d\n` }),
  "unclosed quotes": (chance) => ({ name: "quotes.csv", bytes: `id,text\n${'1,"a\n'.repeat(some(chance, 40_000))}` }),
  "wide table": (chance) => ({ name: "wide.csv", bytes: `${"a,".repeat(some(chance, 20_000))}b\n`.repeat(3) }),
  zeros: (chance) => ({ name: "zeros.txt", bytes: new Uint8Array(some(chance, 100_000)) }),
  "odd Unicode": (chance) => ({
    name: "odd.txt",
    bytes: "\ud800\u202e\u0000\ufeff\u{10ffff}".repeat(some(chance, 2000)),
  }),
  "PDF that refers to itself": () => ({
    name: "loop.pdf",
    bytes:
      "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>endobj\ntrailer<</Root 1 0 R/Size 3/Prev 5>>\nstartxref\n5\n%%EOF",
  }),
  "PDF with endless lengths": (chance) => ({
    name: "length.pdf",
    bytes: `%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 1e30 1e30]>>endobj\n4 0 obj<</Length 4294967295/Filter[${"/ASCIIHexDecode".repeat(some(chance, 500))}]>>stream\n${"q ".repeat(some(chance, 50_000))}\nendstream endobj\nxref\n0 4294967295\ntrailer<</Root 1 0 R/Size 4294967295>>\nstartxref\n9\n%%EOF`,
  }),
  "Zstandard window": () => ({ name: "w.zst", bytes: Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 0x04, 0xf8, 1, 0, 0, 0) }),
  "Parquet footer": (chance) => ({
    name: "lie.parquet",
    bytes: Uint8Array.of(
      0x50,
      0x41,
      0x52,
      0x31,
      ...Array.from({ length: 40 }, () => chance.below(256)),
      0xff,
      0xff,
      0xff,
      0x0f,
      0x50,
      0x41,
      0x52,
      0x31,
    ),
  }),
  "subtitles without end": (chance) => ({
    name: "s.srt",
    bytes: `1\n00:00:01,000 --> 00:00:02,000\n${"<i>".repeat(some(chance, 200_000))}`,
  }),
  "notebook of nothing": (chance) => ({
    name: "n.ipynb",
    bytes: `{"nbformat":4,"cells":[${"{},".repeat(some(chance, 100_000))}null]}`,
  }),
  "mailbox of nothing": (chance) => ({
    name: "m.mbox",
    bytes: "From a@b.example Mon Jan  1 00:00:00 2024\nX: y\n\n".repeat(some(chance, 4000)),
  }),
};

const kinds = Object.keys(attacks);
const ways = Object.keys(breakers);
let samples: [string, Uint8Array][] | undefined;

/** Every fifth file is an attack, the others are broken samples, each format and way in turn. */
export function hostileFile(seed: number, i: number): HostileFile {
  const chance = random(seed, i);
  if (i % 5 === 0) {
    const kind = kinds[(i / 5) % kinds.length]!;
    const { name, bytes } = attacks[kind]!(chance);
    return { name, kind, bytes: own(typeof bytes === "string" ? strToU8(bytes) : bytes) };
  }
  samples ??= Object.entries(sampleFiles(12));
  const at = i - Math.floor(i / 5) - 1;
  const [name, good] = samples[at % samples.length]!;
  const kind = ways[Math.floor(at / samples.length) % ways.length]!;
  return { name, kind: `${kind}: ${name}`, bytes: breakers[kind]!(own(good), chance) };
}
