/**
 * What IndexedDB throws, as errors a person can act on. Browsers name the same trouble differently; this
 * is the one place that knows the names.
 */
import { formatBytes, UnmaskError } from "../base/index.ts";

export function unavailable(cause?: unknown): UnmaskError {
  return new UnmaskError(
    "storage/unavailable",
    "This page needs the browser's storage (IndexedDB) to keep checkpoints and corpora, but the browser refuses it.",
    "Leave private browsing, allow site data for this page, and open it in its own tab rather than inside a frame.",
    cause instanceof Error ? { cause: cause.name } : {},
    cause,
  );
}

export function notFound(what: string, id: string): UnmaskError {
  return new UnmaskError(
    `storage/no-such-${what}`,
    `There is no stored ${what} with this id.`,
    "It may have been deleted in another tab: reload the page to see what is there.",
    { id },
  );
}

/** The quota is not told: Chromium reports a made-up one (10 GB), whatever the real limit is. */
export function quotaFull(cause: unknown, usedBytes: number): UnmaskError {
  const used = usedBytes > 0 ? ` This page uses ${formatBytes(usedBytes)}.` : "";
  return new UnmaskError(
    "storage/quota-full",
    `The browser has no room left for this page's data.${used} Nothing that was saved before is lost.`,
    "Delete checkpoints or corpora that you no longer need, or free disk space; then try again.",
    { usedBytes },
    cause,
  );
}

function named(error: unknown, ...names: string[]): boolean {
  return typeof error === "object" && error !== null && names.includes((error as { name?: string }).name ?? "");
}

/** Quota and full disk: Chromium and Safari say QuotaExceededError, Firefox also its own name. */
export function isQuota(error: unknown): boolean {
  return named(error, "QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED", "NS_ERROR_FILE_NO_DEVICE_SPACE");
}

/** Opaque origins (SecurityError), Firefox's private windows of old and a refused profile folder. */
export function isRefusal(error: unknown): boolean {
  return named(error, "SecurityError", "InvalidAccessError", "NotAllowedError") || named(error, "UnknownError");
}

/** The connection went away under us (site data cleared, browser closing it): opening again is worth one try. */
export function isClosed(error: unknown): boolean {
  return named(error, "InvalidStateError");
}
