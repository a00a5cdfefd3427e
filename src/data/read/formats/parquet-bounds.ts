/**
 * What a Parquet file says of itself, before it is believed: footer, row groups and page headers are held against
 * the limits and against each other, because its reader makes arrays as long as they say.
 * Source: parquet-format 2.10, "File format" and "Page header".
 */
import type { AsyncBuffer, ColumnMetaData, FileMetaData } from "hyparquet";
import { parquetHeader } from "hyparquet/src/column.js";
import { formatBytes, UnmaskError } from "../../../base/index.ts";
import type { ReadLimits } from "../../../contract/index.ts";

/** Rows of one group: published files have up to a million; beyond this the arrays alone are a danger. */
const maxRowsInGroup = 20_000_000;
/** Repeated values of one column in one group, for the same reason. */
const maxValuesInGroup = 40_000_000;

export function liar(fact: string): UnmaskError {
  return new UnmaskError(
    "data/damaged-file",
    `The Parquet file is damaged: ${fact}.`,
    "Download it again, or write it anew.",
  );
}

/** @throws data/damaged-file when the description at the end is missing or larger than it may be */
export async function checkFooter(file: AsyncBuffer, limits: ReadLimits): Promise<void> {
  if (file.byteLength < 12) throw liar("it is too short to be one");
  const end = new DataView(await file.slice(file.byteLength - 8, file.byteLength));
  if (end.byteLength < 8 || end.getUint32(4, true) !== 0x31524150) throw liar("its end is missing");
  const size = end.getUint32(0, true);
  if (size > file.byteLength - 12) throw liar("its description is longer than the file");
  if (size > limits.parquetFooterBytes.value) throw liar("its description is larger than it may be");
}

export type RowGroup = FileMetaData["row_groups"][number];
export interface ColumnChunk {
  meta: ColumnMetaData;
  from: number;
  to: number;
}

/** The bytes of a column in a row group. @throws data/damaged-file, data/row-group-too-large */
export function chunkOf(group: RowGroup, meta: ColumnMetaData, fileBytes: number, limits: ReadLimits): ColumnChunk {
  const from = Number(meta.dictionary_page_offset ?? 0n) || Number(meta.data_page_offset);
  const to = from + Number(meta.total_compressed_size);
  const most = limits.parquetColumnBytes.value;
  if (from < 4 || to < from || to > fileBytes) throw liar("a column lies outside the file");
  if (Number(group.num_rows) > maxRowsInGroup || Number(meta.num_values) > maxValuesInGroup)
    throw liar("a group says it has more rows than it can have");
  const unpacked = Number(meta.total_uncompressed_size);
  if (to - from > most || unpacked > most)
    throw new UnmaskError(
      "data/row-group-too-large",
      `One column of one row group may have at most ${formatBytes(most)}; here it has ${formatBytes(Math.max(to - from, unpacked))}. It was left out.`,
      "Write the file with smaller row groups (row_group_size).",
    );
  return { meta, from, to };
}

/** Walks the page headers of a column's bytes. @throws data/damaged-file */
export function checkPages(bytes: ArrayBuffer, { meta }: ColumnChunk, limits: ReadLimits): void {
  const reader = { view: new DataView(bytes), offset: 0 };
  const declared = Number(meta.num_values);
  let [values, unpacked] = [0, 0];
  while (reader.offset < bytes.byteLength - 1) {
    const header = parquetHeader(reader);
    const packedSize = Number(header.compressed_page_size);
    const size = Number(header.uncompressed_page_size);
    if (!(packedSize >= 0) || !(size >= 0) || reader.offset + packedSize > bytes.byteLength)
      throw liar("a page reaches beyond its column");
    unpacked += size;
    const count =
      header.data_page_header?.num_values ??
      header.data_page_header_v2?.num_values ??
      header.dictionary_page_header?.num_values ??
      0;
    if (!(count >= 0) || count > Math.max(declared, 1)) throw liar("a page says it has more values than its column");
    if (header.type !== "DICTIONARY_PAGE") values += count;
    reader.offset += packedSize;
    if (unpacked > limits.parquetColumnBytes.value) throw liar("its pages are larger than they may be");
  }
  if (values > declared) throw liar("its pages have more values than it says");
}
