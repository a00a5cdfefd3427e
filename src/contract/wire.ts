/**
 * Errors over the worker wall. Comlink itself sends only name, message and stack of a thrown error
 * (its issue 594 names a transfer handler of one's own as the answer); this handler replaces its
 * "throw" handler so that code, hint and details of an UnmaskError arrive too. Page and workers both
 * call `installWire()` once, before their first message.
 */
import { transferHandlers, type TransferHandler } from "comlink";
import { fromWire, toWire, type WireError } from "../base/index.ts";

interface Thrown {
  value: unknown;
}

let installed = false;

export function installWire(): void {
  if (installed) return;
  const original = transferHandlers.get("throw");
  if (original === undefined) throw new Error("Comlink has no throw handler: its version has changed.");
  const handler: TransferHandler<Thrown, WireError> = {
    // Comlink marks a thrown value with a symbol that only its own handler knows.
    canHandle: (value): value is Thrown => original.canHandle(value),
    serialize: ({ value }) => [toWire(value), []],
    deserialize: (wire) => {
      throw fromWire(wire);
    },
  };
  transferHandlers.set("throw", handler);
  installed = true;
}
