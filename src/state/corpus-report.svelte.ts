/**
 * What is in the corpus: its report, its distances, the map of its documents. Made once, kept in this
 * browser, and shown again for the same corpus and model.
 */
import type { Client } from "../client/index.ts";
import type {
  CorpusDistances,
  CorpusReport,
  CorpusSummary,
  DeviceReport,
  DeviceSetting,
  DocumentMap,
  ModelSummary,
} from "../contract/index.ts";
import { Job } from "./job.svelte.ts";
import { endsItself, holdBoth, holdData } from "./worker-jobs.ts";
import { mapDocuments, mapTokens } from "./map-size.ts";

/** A text of so many characters is described in a few seconds: nobody should have to ask for it. */
const unaskedCharacters = 4_000_000;

export class CorpusReportState {
  report = $state.raw<CorpusReport | null>(null);
  distances = $state.raw<CorpusDistances | null>(null);
  map = $state.raw<DocumentMap | null>(null);
  /** Jobs are replaced when another corpus is shown: the old ones end on their own. */
  looking = $state.raw(new Job());
  measuring = $state.raw(new Job());
  mapping = $state.raw(new Job());
  readonly #client: Client;
  #shown = "";

  constructor(client: Client) {
    this.#client = client;
  }

  /** Brings back what is stored of this corpus and model; a short text without a report is described at once. */
  async show(corpus: CorpusSummary, model: ModelSummary): Promise<void> {
    const key = `${corpus.id} ${model.tokenizerId} ${mapKey(model)}`;
    if (key === this.#shown) return;
    this.forget();
    this.#shown = key;
    const stored = await this.looking.run("Looking for an earlier report", () =>
      this.#client.data.call(async (api) => ({
        report: await api.storedReport(corpus.id, model.tokenizerId),
        map: await api.storedMap(corpus.id, mapKey(model)),
      })),
    );
    if (stored === undefined || key !== this.#shown) return;
    this.report = stored.report;
    this.map = stored.map;
    if (stored.report !== null) await this.measure();
    else if (corpus.characters <= unaskedCharacters) await this.look(corpus, model);
  }

  async look(corpus: CorpusSummary, model: ModelSummary): Promise<boolean> {
    const key = this.#shown;
    const report = await this.looking.run(
      "Looking inside the text",
      ({ signal, onProgress }) =>
        this.#client.data.run((api) => api.describeCorpus(corpus.id, model.ref, onProgress), {
          signal,
          cancel: (api) => api.cancel(),
        }),
      holdData(this.#client),
    );
    if (report === undefined || key !== this.#shown) return false;
    this.report = report;
    await this.measure();
    return true;
  }

  /** Sets come and go, so distances are measured anew; the corpus itself is not read again. */
  async measure(): Promise<void> {
    const { report } = this;
    if (report === null) return;
    const distances = await this.measuring.run("Measuring distances", () =>
      this.#client.data.call((api) => api.corpusDistances(report.corpusId, report.tokenizerId)),
    );
    if (distances !== undefined && this.report === report) this.distances = distances;
  }

  async drawMap(
    corpus: CorpusSummary,
    model: ModelSummary,
    setting: DeviceSetting,
    device: DeviceReport | null,
  ): Promise<boolean> {
    const key = this.#shown;
    const { data, compute } = this.#client;
    const map = await this.mapping.run(
      "Drawing the map",
      async ({ signal, onProgress, nextPiece }): Promise<DocumentMap> => {
        const count = mapDocuments(model.config, device);
        const sample = await data.run(
          (api) => api.sampleDocuments(corpus.id, model.ref, count, mapTokens, onProgress),
          {
            signal,
            cancel: (api) => api.cancel(),
          },
        );
        await nextPiece();
        const mapped = await compute.run(
          (api) => api.mapTexts(sample.texts, model.ref, setting, onProgress),
          endsItself(signal),
        );
        const drawn: DocumentMap = {
          version: 1,
          corpusId: corpus.id,
          model: mapKey(model),
          createdAt: Date.now(),
          total: sample.total,
          explained: mapped.explained,
          points: sample.documents.map((document, i) => ({
            ...document,
            x: mapped.x[i]!,
            y: mapped.y[i]!,
            loss: Number.isFinite(mapped.loss[i]) ? mapped.loss[i]! : null,
          })),
        };
        await data.call((api) => api.saveMap(drawn));
        return drawn;
      },
      holdBoth(this.#client),
    );
    if (map === undefined || key !== this.#shown) return false;
    this.map = map;
    return true;
  }

  forget(): void {
    this.#shown = "";
    this.report = null;
    this.distances = null;
    this.map = null;
    for (const job of [this.looking, this.measuring, this.mapping]) job.cancel();
    this.looking = new Job();
    this.measuring = new Job();
    this.mapping = new Job();
  }
}

const mapKey = (model: ModelSummary): string => JSON.stringify(model.ref);
