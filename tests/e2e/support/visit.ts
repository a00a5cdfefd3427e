/**
 * What a person does on the page, in the words of the journeys: open it, bring a text, train, stop,
 * resume, export. Uses only what is on the screen. Knows no test runner, so the benchmarks use it too.
 */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright";
import { unzipStored } from "./unzip.ts";
import type { FileToPick } from "./texts.ts";

export type Settings = Record<string, number | string>;
/** The run as the page states it (data attributes of the run's status). */
export interface RunStatus {
  phase: string;
  step: number;
  total: number;
  saved: number;
  firstLoss: number;
  lastLoss: number;
  device: string;
  threads: number;
}

/** Waits are long because the machine may be busy; nothing waits longer than it must. */
export const patience = 90_000;

export class Visit {
  readonly page: Page;
  readonly url: string;
  /** What went wrong in the page without a person being told: no journey may leave anything here. */
  readonly faults: string[] = [];
  /** The bundled model that the browser remembers; null: the page times them, and the machine's speed decides. */
  bundled: "tiny" | "mini" | null = "tiny";

  constructor(page: Page, url: string) {
    this.page = page;
    this.url = url;
    page.setDefaultTimeout(patience);
    page.on("pageerror", (error) => this.faults.push(error.stack ?? error.message));
    // Requests of the page's workers are the page's, too. Only "blob:" and "data:" have no host.
    page.on("request", (request) => {
      const { origin, host } = new URL(request.url());
      if (host !== "" && origin !== new URL(url).origin) this.faults.push(`asked another host: ${request.url()}`);
    });
  }

  byId(testid: string): Locator {
    return this.page.getByTestId(testid);
  }

  /** Opens the page at a screen, with settings of the recipe in the address. */
  async open(screen = "welcome", settings: Settings = {}): Promise<this> {
    await this.page.addInitScript((size) => {
      if (size === null) return;
      try {
        localStorage.setItem("unmask-bundled", size);
      } catch (error) {
        // Where site data is blocked, or in a frame without an origin of its own, there is no storage: as the page finds it.
        if (!(error instanceof DOMException && error.name === "SecurityError")) throw error;
      }
    }, this.bundled);
    const query = new URLSearchParams(Object.entries(settings).map(([name, value]) => [name, String(value)]));
    await this.page.goto(`${this.url}#/${screen}${query.size > 0 ? `?${query.toString()}` : ""}`);
    await this.ready();
    return this;
  }

  async reload(): Promise<void> {
    await this.page.reload();
    await this.ready();
  }

  /** The page shows its screens and has looked for what an earlier visit left. */
  async ready(): Promise<void> {
    // With a service worker the page reloads once: only the document after that is the one to use.
    await this.page
      .locator('[data-service-worker]:not([data-service-worker="reloading"]) [data-ready="true"]')
      .waitFor();
  }

  async step(name: "model" | "corpus" | "recipe" | "train" | "evaluate" | "checkpoints"): Promise<void> {
    await this.byId(`step-${name}`).click();
    await this.byId(`screen-${name}`).waitFor();
  }

  /** Opens a part of the corpus step, unless it stands open. */
  async part(name: "what" | "wrong" | "keep" | "seen" | "another"): Promise<void> {
    const part = this.byId(`part-${name}`);
    await part.waitFor();
    if ((await part.getAttribute("data-open")) === "false") await this.byId(`part-${name}-toggle`).click();
  }

  /** Changes settings by the address, as a pasted link would. */
  async settings(screen: string, settings: Settings): Promise<void> {
    const query = new URLSearchParams(Object.entries(settings).map(([name, value]) => [name, String(value)]));
    await this.page.evaluate((hash) => (location.hash = hash), `#/${screen}?${query.toString()}`);
    await this.byId(`screen-${screen}`).waitFor();
  }

  async openFolder(folder: string): Promise<void> {
    await this.step("model");
    await this.byId("model-source-folder").click();
    await this.byId("model-files-folder").setInputFiles(folder);
  }

  async pickText(...files: FileToPick[]): Promise<void> {
    await this.step("corpus");
    await this.byId("corpus-files").setInputFiles(files);
    await this.byId("file-previews").waitFor();
  }

  /** From picked files to tokens. */
  async useText(): Promise<void> {
    await this.byId("import-corpus").click();
    await this.byId("train-tokens").waitFor();
  }

  async chooseDevice(device: "auto" | "webgpu" | "wasm" | "wasm-single"): Promise<void> {
    await this.step("train");
    await this.byId(`device-${device}`).check({ force: true });
  }

  async start(): Promise<void> {
    await this.byId("run-start").click();
  }

  async status(): Promise<RunStatus> {
    const data = await this.byId("run-status").evaluate((element) => ({ ...(element as HTMLElement).dataset }));
    const number = (name: string): number => Number(data[name] === "" ? NaN : data[name]);
    return {
      phase: data["phase"] ?? "",
      step: number("step"),
      total: number("total"),
      saved: number("saved"),
      firstLoss: number("firstLoss"),
      lastLoss: number("lastLoss"),
      device: data["device"] ?? "",
      threads: number("threads"),
    };
  }

  /** Waits until the run is in one of these phases; a failed run ends the wait with its own words. */
  async phase(...wanted: string[]): Promise<RunStatus> {
    const selector = [...wanted, "failed"].map((phase) => `[data-testid="run-status"][data-phase="${phase}"]`);
    await this.page.locator(selector.join(", ")).waitFor();
    const status = await this.status();
    if (status.phase === "failed" && !wanted.includes("failed"))
      throw new Error(`The run failed: ${await this.byId("run-error").innerText()}`);
    return status;
  }

  /** Waits until the page says that so many steps are done. */
  async reached(step: number): Promise<void> {
    await this.page.waitForFunction((least) => {
      const data = document.querySelector<HTMLElement>('[data-testid="run-status"]')?.dataset;
      return data?.["phase"] === "failed" || Number(data?.["step"]) >= least;
    }, step);
    await this.phase("running", "paused", "stopping", "stopped", "completed");
  }

  /** Waits until the page says that so many steps are saved. */
  async saved(step: number): Promise<void> {
    await this.page.waitForFunction((least) => {
      const data = document.querySelector<HTMLElement>('[data-testid="run-status"]')?.dataset;
      return data?.["phase"] === "failed" || Number(data?.["saved"]) >= least;
    }, step);
  }

  /** The error shown under this name, whole. */
  async error(testid: string): Promise<{ code: string; text: string }> {
    const shown = this.byId(testid);
    await shown.waitFor();
    return { code: (await shown.getAttribute("data-code")) ?? "", text: await shown.innerText() };
  }

  /** Answers the question on the screen: types what is asked for, if anything, and agrees. */
  async dialog(text?: string): Promise<void> {
    const open = this.page.locator("dialog[open]");
    if (text !== undefined) await open.locator("input").fill(text);
    await open.locator('button[type="submit"]').click();
    await open.waitFor({ state: "detached" });
  }

  /** What a click downloads. */
  async download(click: () => Promise<void>): Promise<{ name: string; bytes: Uint8Array }> {
    const [download] = await Promise.all([this.page.waitForEvent("download"), click()]);
    return { name: download.suggestedFilename(), bytes: new Uint8Array(readFileSync(await download.path())) };
  }

  /** The rows of the list of checkpoints whose text holds `words`. */
  checkpoints(words = ""): Locator {
    return this.byId("checkpoints-row").filter({ hasText: words });
  }

  /** The newest run's end as a Hugging Face folder: file name (without its folder) to bytes. */
  async exportCheckpoint(row: Locator): Promise<Map<string, Uint8Array>> {
    const { bytes } = await this.download(() => row.getByTestId("export-checkpoint").click());
    return new Map([...unzipStored(bytes)].map(([path, content]) => [path.slice(path.indexOf("/") + 1), content]));
  }

  async exportLast(): Promise<Map<string, Uint8Array>> {
    await this.step("checkpoints");
    return this.exportCheckpoint(this.checkpoints("end of a run").first());
  }
}
