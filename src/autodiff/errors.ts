/**
 * The one error class of this library. It has the same fields as the house's base error (code, hint,
 * details), but is its own class: this room imports nothing outside itself.
 */
export type AutodiffErrorDetails = Record<string, string | number | boolean | null>;

export class AutodiffError extends Error {
  override readonly name: string = "AutodiffError";
  readonly code: string;
  readonly hint: string;
  readonly details: AutodiffErrorDetails;

  constructor(code: string, message: string, hint = "", details: AutodiffErrorDetails = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** For faults of this library itself: the message says so. */
export function internal(message: string, details: AutodiffErrorDetails = {}): AutodiffError {
  return new AutodiffError("autodiff/internal", `internal: ${message}`, "This is a fault of the library.", details);
}
