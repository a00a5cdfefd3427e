/** Reads one PDF at a time for the data worker, which ends this worker when a file keeps it too long. */
import { toWire } from "../src/base/index.ts";
import { pdfPages } from "../src/data/index.ts";
import type { PdfAnswer, PdfRequest } from "./data/pdf-host.ts";

self.addEventListener("message", ({ data }: MessageEvent<Partial<PdfRequest>>) => {
  const { bytes, limits, port } = data;
  if (bytes === undefined || limits === undefined || port === undefined) return; // the parser's own
  const say = (answer: PdfAnswer): void => port.postMessage(answer);
  void (async () => {
    try {
      for await (const page of pdfPages(bytes, limits)) say({ kind: "page", page });
      say({ kind: "end" });
    } catch (error) {
      say({ kind: "error", error: toWire(error) });
    } finally {
      port.close();
    }
  })();
});
