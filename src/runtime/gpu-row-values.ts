/** What dispatches that work place by place or row by row compute, as values: see gpu-row-program.ts. */

/** A buffer as a dispatch binds it. */
export interface Bound {
  buffer: GPUBuffer;
  at: number;
  size: number;
}
/**
 * "full": (rows, width); "row": (rows); "column": (width); "one": one number; "picked": row `index[row]` of a table.
 * "map" is a function of other values at each place, "rowMap" of one a row; "sum" and "most" are over a full value's rows.
 */
export type Value =
  | { kind: "full" | "row" | "column" | "one"; from: Bound }
  | { kind: "picked"; from: Bound; index: Bound; tableRows: number }
  | { kind: "map"; code: string; helper: string; args: readonly Value[] }
  | { kind: "rowMap"; code: string; args: readonly Value[] }
  | { kind: "sum" | "most"; of: Value };

export interface Shape {
  rows: number;
  width: number;
}
/** What one dispatch computes. Without a shape it is one of places: any rows of so many values in all will do. */
export interface RowOp {
  shape?: Shape;
  places: number;
  /** @param read what a buffer holds at this point @returns a value for each buffer that is written */
  compute(read: Read): readonly (readonly [Bound, Value])[];
}

export type Read = (kind: "full" | "row" | "column" | "one", from: Bound) => Value;

/** A value that somebody reads later, and where it has to lie. */
export interface Kept {
  to: Bound;
  value: Value;
}

export interface FusedKernel {
  code: string;
  buffers: Bound[];
  size: [number, number, number];
}

/** One value a place, not one a row. */
export const perPlace = (value: Value): boolean => !["row", "rowMap", "sum", "most"].includes(value.kind);
