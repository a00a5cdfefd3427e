/** One way to say that a labelled file cannot be used: which file, which line, what was expected. */
import { UnmaskError } from "../../base/index.ts";

/** @param place "line 12", "row 3" or "" for the whole file */
export function labelledError(
  code: `data/${string}`,
  file: string,
  place: string,
  message: string,
  hint: string,
): UnmaskError {
  const where = place === "" ? `"${file}"` : `"${file}", ${place}`;
  return new UnmaskError(code, `${where}: ${message}`, hint, { file, place });
}
