/**
 * How much one dropped archive may still give, all levels together. What goes beyond ends the whole archive: a
 * bomb's other members are no better. Knows no format.
 */
import { formatBytes, formatCount, UnmaskError } from "../../../base/index.ts";
import type { ReadLimits } from "../../../contract/index.ts";

const hint = "If the archive is what you meant to drop, unpack it yourself and drop the folder.";

export class ArchiveBudget {
  readonly limits: ReadLimits;
  #members = 0;
  #bytes = 0;

  constructor(limits: ReadLimits) {
    this.limits = limits;
  }

  /** One more member. @throws data/archive-too-many */
  member(): void {
    const most = this.limits.archiveMembers.value;
    if (++this.#members > most)
      throw new UnmaskError(
        "data/archive-too-many",
        `An archive may hold at most ${formatCount(most)} files; this one holds more. Reading it stopped there.`,
        hint,
      );
  }

  /** @throws data/archive-too-deep */
  level(depth: number): void {
    const most = this.limits.archiveDepth.value;
    if (depth > most)
      throw new UnmaskError(
        "data/archive-too-deep",
        `Archives may lie ${most} deep in one another; here is one deeper. It was left out.`,
        hint,
      );
  }

  /** Of bytes unpacked so far, or of sizes that an archive states itself. @throws data/archive-bomb */
  ratio(bytesIn: number, bytesOut: number): void {
    const { archiveRatio, archiveRatioFrom } = this.limits;
    if (bytesOut <= archiveRatioFrom.value || bytesOut <= bytesIn * archiveRatio.value) return;
    throw new UnmaskError(
      "data/archive-bomb",
      `What is packed may grow ${archiveRatio.value}-fold at most; here it grows more, as in a "zip bomb". Reading the archive stopped there.`,
      hint,
      { bytesIn, bytesOut },
    );
  }

  /**
   * Watches one stream being unpacked: call with the bytes in and out so far.
   * @throws data/archive-bomb, data/archive-too-large
   */
  watch(): (bytesIn: number, bytesOut: number) => void {
    const { archiveBytes } = this.limits;
    let counted = 0;
    return (bytesIn, bytesOut) => {
      this.#bytes += bytesOut - counted;
      counted = bytesOut;
      this.ratio(bytesIn, bytesOut);
      if (this.#bytes > archiveBytes.value)
        throw new UnmaskError(
          "data/archive-too-large",
          `An archive may hold at most ${formatBytes(archiveBytes.value)} unpacked; this one holds more. Reading it stopped there.`,
          hint,
        );
    };
  }
}

/** Errors that end the whole archive, not only one member. */
export const endsArchive = (code: string): boolean =>
  code === "data/archive-bomb" || code === "data/archive-too-large" || code === "data/archive-too-many";

export function damagedArchive(what: string, fact: string, cause?: unknown): UnmaskError {
  return new UnmaskError(
    "data/damaged-archive",
    `The ${what} is damaged or was cut off: ${fact}.`,
    "Download or pack it again; what came before the damage is kept.",
    {},
    cause,
  );
}
