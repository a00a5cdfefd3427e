/** Stored corpora and sets -> leaks, faults, and the new corpora and sets that are free of them. */
import { asUnmaskError } from "../../src/base/index.ts";
import type { LeaksDoor } from "../../src/contract/index.ts";
import { breather, findSetFaults, LeakFinder, repairSet, summarizeSet } from "../../src/data/index.ts";
import { loadCorpusSummary, loadLeaks, loadSet, readCorpus, saveLeaks, saveSet } from "../../src/storage/index.ts";
import { startJob } from "./cancel.ts";
import { among, writeVersion } from "./corpus-version.ts";

export const leakJobs: LeaksDoor = {
  async findLeaks(corpusId, setIds, onProgress) {
    const began = performance.now();
    const signal = startJob();
    const { documents } = await loadCorpusSummary(corpusId);
    const finder = new LeakFinder();
    for (const id of setIds) {
      onProgress({ phase: "reading the sets", done: 0, total: 0, unit: "items" });
      finder.add(await loadSet(id));
    }
    const breathe = breather(signal);
    let done = 0;
    for await (const text of readCorpus(corpusId)) {
      finder.scan(text);
      done++;
      const pause = breathe();
      if (pause === undefined) continue;
      await pause;
      onProgress({ phase: "reading the text", done, total: documents, unit: "documents" });
    }
    const report = { ...finder.report(), corpusId, durationMs: performance.now() - began };
    try {
      await saveLeaks(report);
      return report;
    } catch (error) {
      return { ...report, notKept: asUnmaskError(error).message }; // the search was long: it is not lost with its place
    }
  },
  storedLeaks: loadLeaks,
  dropDocuments(corpusId, documents, how, onProgress) {
    const dropped = among(documents);
    return writeVersion(corpusId, (i) => !dropped(i), { suffix: "without leaks", how }, onProgress);
  },
  async findSetFaults(setId) {
    return findSetFaults(await loadSet(setId), breather(startJob()));
  },
  async repairSet(setId, repairs) {
    const repaired = repairSet(await loadSet(setId), repairs);
    await saveSet(repaired);
    return summarizeSet(repaired);
  },
};
