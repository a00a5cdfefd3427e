/**
 * What may be brought as a corpus, and how much of it: sources, formats, archives, and the one table of limits
 * that every reader keeps to. Plain values; knows no reader.
 */

/** Formats that hold text. Archives are not among them: they are opened, and their members are. */
export type TextFormat =
  | "text"
  | "csv"
  | "tsv"
  | "json"
  | "jsonl"
  | "parquet"
  | "html"
  | "xml"
  | "docx"
  | "odt"
  | "epub"
  | "pdf"
  | "rtf"
  | "eml"
  | "mbox"
  | "ipynb"
  | "srt";
export type ArchiveFormat = "zip" | "tar" | "gzip" | "zstd";

/** A dataset of the Hub, or of a host with its address layout. */
export interface HubDatasetRef {
  id: string;
  /** Subset; "" takes the first. */
  config: string;
  /** "train", "test"; "" takes all. */
  split: string;
  /** Default: the Hub. */
  host?: string;
}
export interface HubDatasetFile {
  path: string;
  sizeBytes: number;
  url: string;
}
/** What a dataset offers, before anything large is fetched. */
export interface HubDatasetListing {
  id: string;
  licence: string;
  commit: string;
  /** "parquet": the Hub's converted copy; "files": the files as they were uploaded. */
  kind: "parquet" | "files";
  parts: { config: string; split: string; files: HubDatasetFile[] }[];
}

/** One thing a person brought. `path` names it in every report: "folder/notes.txt", "owner/dataset". */
export type TextSource = { kind: "file"; path: string; file: File } | { kind: "hub"; path: string; ref: HubDatasetRef };

export interface ReadLimit {
  value: number;
  unit: string;
  /** What happens beyond it, in words. */
  help: string;
}
const limit = (value: number, unit: string, help: string): ReadLimit => ({ value, unit, help });
const MiB = 2 ** 20;

/** All limits of reading. Tests may pass others; the page has none but these. */
export const readLimits = {
  documentCharacters: limit(1_000_000, "characters", "A longer document is cut at white space; nothing is lost."),
  tableLine: limit(4_000_000, "characters", "A longer line of a table is left out."),
  jsonLine: limit(32_000_000, "characters", "A longer line of JSON Lines is left out."),
  jsonBytes: limit(64 * MiB, "bytes", "Plain JSON is parsed whole; a larger file should be JSON Lines."),
  wholeBytes: limit(64 * MiB, "bytes", "PDF, RTF and notebook files are read whole; larger ones are left out."),
  officeBytes: limit(
    256 * MiB,
    "bytes",
    "Text parts of Word, OpenDocument and EPUB files, unpacked; the rest is left out.",
  ),
  messageBytes: limit(24 * MiB, "bytes", "One e-mail with its attachments; a larger one is left out."),
  elementDepth: limit(2000, "levels", "Elements inside elements (HTML, XML); deeper files are left out from there."),
  markupStretch: limit(
    16_000_000,
    "characters",
    "One comment, tag or section of a web page or XML file; a longer one ends it.",
  ),
  pdfPages: limit(20_000, "pages", "Pages beyond these are left out."),
  pdfSilenceMs: limit(8000, "ms", "A PDF page that takes longer ends the file: it would hang."),
  parquetColumnBytes: limit(256 * MiB, "bytes", "One column of one row group, packed or unpacked; larger is left out."),
  parquetFooterBytes: limit(16 * MiB, "bytes", "Description of a Parquet file; a larger one is not believed."),
  archiveDepth: limit(6, "levels", "Archives inside archives; .tar.gz counts as two. Deeper ones are left out."),
  archiveMembers: limit(100_000, "files", "Files inside one archive, all levels; the rest is left out."),
  archiveRatio: limit(200, "times", "More bytes out than this many times the bytes in is taken for a bomb."),
  archiveRatioFrom: limit(8 * MiB, "bytes", "Below this size unpacked, the ratio is not judged."),
  archiveBytes: limit(16 * 1024 * MiB, "bytes", "One archive unpacked, all levels; the rest is left out."),
  archiveDirectoryBytes: limit(32 * MiB, "bytes", "List of files of a zip archive; a larger one is not believed."),
  nestedBytes: limit(32 * MiB, "bytes", "A zip, Word, EPUB or Parquet file inside another archive is held in memory."),
  zstdWindowBytes: limit(128 * MiB, "bytes", "Memory that a .zst file asks for; more is refused."),
} as const satisfies Record<string, ReadLimit>;
export type ReadLimits = Record<keyof typeof readLimits, ReadLimit>;
