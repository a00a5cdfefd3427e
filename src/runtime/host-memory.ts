/** A WebAssembly memory made to measure: one that grew would take its views away. */
import { outOfMemory } from "./ort.ts";

const PAGE_BYTES = 65_536;

/** Room for so many float32. @throws runtime/out-of-memory */
export function newMemory(values: number, doing: string): WebAssembly.Memory {
  const pages = Math.max(1, Math.ceil((4 * values) / PAGE_BYTES));
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages });
  } catch (error) {
    throw outOfMemory(doing, error);
  }
}
