/** Plain words for the contract's values, in one place, so that every screen says them alike. Pure. */
import { formatCount, formatNumber } from "../../base/index.ts";
import { familyFacts } from "../../contract/index.ts";
import type {
  ArchiveFormat,
  DeviceReport,
  DeviceSetting,
  DocumentSplit,
  ModelSummary,
  TaskKind,
  TextFormat,
} from "../../contract/index.ts";
import type { RunPhase } from "../../state/index.ts";

/** "3.2 million" */
export function formatMillions(count: number): string {
  if (count >= 1e6) return `${formatNumber(count / 1e6)} million`;
  return formatCount(count);
}

export const familyName = (model: ModelSummary): string => familyFacts(model.config).label;

export const describeModel = (model: ModelSummary): string =>
  `${familyName(model)}, ${formatMillions(model.parameters)} parameters`;

export const deviceOptions: readonly { value: DeviceSetting; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "webgpu", label: "WebGPU" },
  { value: "wasm", label: "WASM" },
  { value: "wasm-single", label: "WASM, one thread" },
];

export function deviceName(device: DeviceReport): string {
  if (device.kind === "webgpu") return `Graphics processor (WebGPU${device.adapter ? `, ${device.adapter}` : ""})`;
  return `Main processor (WASM, ${device.threads === 1 ? "one thread" : `${device.threads} threads`})`;
}

export const taskNames: Record<TaskKind, string> = {
  ner: "Names in text (NER)",
  classification: "Text classification",
  similarity: "Sentence similarity",
  qa: "Question answering",
};

export const formatNames: Record<TextFormat | ArchiveFormat, string> = {
  text: "plain text",
  csv: "table (CSV)",
  tsv: "table (TSV)",
  json: "JSON",
  jsonl: "JSON lines",
  parquet: "table (Parquet)",
  html: "web page (HTML)",
  xml: "XML",
  docx: "Word document",
  odt: "OpenDocument text",
  epub: "e-book (EPUB)",
  pdf: "PDF",
  rtf: "rich text (RTF)",
  eml: "e-mail",
  mbox: "mailbox",
  ipynb: "Jupyter notebook",
  srt: "subtitles",
  zip: "zip archive",
  tar: "tar archive",
  gzip: "gzip",
  zstd: "Zstandard",
};

/** Formats whose files may be cut into lines, paragraphs or documents; the others have rows. */
export const isSplittable = (format: TextFormat | ArchiveFormat): boolean =>
  !["csv", "tsv", "json", "jsonl", "parquet", "zip", "tar", "gzip", "zstd"].includes(format);

export const splitOptions: readonly { value: DocumentSplit; label: string }[] = [
  { value: "auto", label: "Automatic" },
  { value: "paragraphs", label: "Paragraphs" },
  { value: "lines", label: "Lines" },
  { value: "file", label: "Documents" },
];

export const phaseNames: Record<RunPhase, string> = {
  idle: "Not started",
  preparing: "Preparing",
  running: "Training",
  pausing: "Pausing after this step",
  paused: "Paused",
  stopping: "Stopping after this step",
  completed: "Completed",
  stopped: "Stopped",
  failed: "Failed",
};

const dateFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });
export const formatDate = (ms: number): string => dateFormat.format(new Date(ms));

/** "+0.031", "−0.012", "0" */
export function formatSigned(value: number, digits = 3): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return "0";
  return `${value > 0 ? "+" : "−"}${text}`;
}

/** "+12 %", "−3.4 %" */
export function formatPercentChange(ratio: number): string {
  const percent = (ratio - 1) * 100;
  const digits = Math.abs(percent) < 10 ? 1 : 0;
  const text = Math.abs(percent).toFixed(digits);
  if (Number(text) === 0) return "0 %";
  return `${percent > 0 ? "+" : "−"}${text} %`;
}
