/**
 * The one error base class. Every room subclasses nothing but this: it picks a `code` with its own
 * prefix (`data/no-text`, `models/bad-header`). Wording of a message: subject, expectation, fact;
 * the `hint` holds the remedy. Never put document text into a message: corpora are private.
 */
export type ErrorDetails = Record<string, string | number | boolean | null>;

export interface WireError {
  code: string;
  message: string;
  hint: string;
  details: ErrorDetails;
  stack?: string;
}

export class UnmaskError extends Error {
  override readonly name: string = "UnmaskError";
  readonly code: string;
  readonly hint: string;
  readonly details: ErrorDetails;

  constructor(code: string, message: string, hint = "", details: ErrorDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.hint = hint;
    this.details = details;
  }
}

/** True when `error` is one of ours with that code. */
export function hasCode(error: unknown, code: string): error is UnmaskError {
  return error instanceof UnmaskError && error.code === code;
}

/** The plain value that crosses the worker wall; foreign errors get the code `internal/unexpected`. */
export function toWire(error: unknown): WireError {
  if (error instanceof UnmaskError || isAlike(error)) {
    const { code, message, hint, details, stack } = error;
    return stack === undefined ? { code, message, hint, details } : { code, message, hint, details, stack };
  }
  const message = error instanceof Error ? error.message : String(error);
  const wire: WireError = {
    code: "internal/unexpected",
    message,
    hint: "This is a fault of ours. Your checkpoints are safe; reload the page and try again.",
    details: {},
  };
  if (error instanceof Error && error.stack !== undefined) wire.stack = error.stack;
  return wire;
}

/** The same fields under another class: `src/autodiff` imports nothing of ours, so it has its own. */
function isAlike(error: unknown): error is WireError {
  if (!(error instanceof Error)) return false;
  const { code, hint, details } = error as Partial<WireError>;
  return typeof code === "string" && typeof hint === "string" && typeof details === "object";
}

/** Inverse of `toWire`. */
export function fromWire(wire: WireError): UnmaskError {
  const error = new UnmaskError(wire.code, wire.message, wire.hint, wire.details);
  if (wire.stack !== undefined) error.stack = wire.stack;
  return error;
}

/** Wraps anything thrown as an UnmaskError, keeping ours as they are. */
export function asUnmaskError(error: unknown): UnmaskError {
  return error instanceof UnmaskError ? error : fromWire(toWire(error));
}
