/**
 * What a person does on the page, in the words of the journeys: open it, bring a text, train, stop,
 * resume, export. Uses only what is on the screen. Knows no test runner, so the benchmarks use it too.
 */
import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright";
import { momentOf, patience, type Sight } from "./moment.ts";
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

/** The run's status: in one of these phases, if any are named, and with as much behind it. */
export function runAt(phases: readonly string[], atLeast: { step?: number; saved?: number } = {}): Sight {
  const status = '[data-testid="run-status"]';
  return {
    selector: phases.length === 0 ? status : phases.map((phase) => `${status}[data-phase="${phase}"]`).join(", "),
    atLeast,
  };
}

export class Visit {
  readonly page: Page;
  readonly url: string;
  /** What went wrong in the page without a person being told: no journey may leave anything here. */
  readonly faults: string[] = [];
  /** The bundled model that the browser remembers; null: the page times them, and the machine's speed decides. */
  bundled: "tiny" | "mini" | null = "tiny";

  #patience = patience;

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

  /** For a device that needs longer than any other. */
  waitUpTo(milliseconds: number): void {
    this.#patience = milliseconds;
    this.page.setDefaultTimeout(milliseconds);
  }

  /** `momentOf` this page, with this visit's patience. */
  moment(sights: Sight[], ends: { press?: string; or?: Sight[] } = {}): Promise<() => Promise<void>> {
    return momentOf(this.page, sights, { limit: this.#patience, ...ends });
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

  /** Comes back once what was done is stored: the page needs a moment for it, which a person would not notice. */
  async reload(): Promise<void> {
    await this.settled();
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

  /** Presses the button. Once this is over the page speaks of this run, not of the one before. */
  async start(): Promise<void> {
    await this.settled();
    const begun = await this.moment([runAt(["preparing"])]);
    await this.byId("run-start").click();
    await begun();
  }

  /** Starts, and presses a button of the run at the very moment when the page says this much of it. */
  async startAndPress(button: string, ...sights: Sight[]): Promise<void> {
    const pressed = await this.moment(sights, { press: button, or: [runAt(["failed"])] });
    await this.start();
    await pressed();
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

  /** Waits until the run is in one of these phases, however short it is; a failed run ends the wait with its own words. */
  async phase(...wanted: string[]): Promise<RunStatus> {
    await (
      await this.moment([runAt([...wanted, "failed"])])
    )();
    return wanted.includes("failed") ? this.status() : this.#notFailed();
  }

  /** Waits until the page says that so many steps are done. */
  async reached(step: number): Promise<void> {
    await this.#runComesTo({ step });
  }

  /** Waits until the page says that so many steps are saved. */
  async saved(step: number): Promise<void> {
    await this.#runComesTo({ saved: step });
  }

  async #runComesTo(atLeast: { step?: number; saved?: number }): Promise<void> {
    await (
      await this.moment([runAt([], atLeast)], { or: [runAt(["failed"])] })
    )();
    await this.#notFailed();
  }

  /** A failed run ends a wait with its own words. */
  async #notFailed(): Promise<RunStatus> {
    const status = await this.status();
    if (status.phase === "failed") throw new Error(`The run failed: ${await this.byId("run-error").innerText()}`);
    return status;
  }

  /** Waits until what was done is stored. */
  async settled(): Promise<void> {
    await this.page.locator('main[data-settled="true"]').waitFor();
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
    // The list of an earlier look stands there until this one's has come.
    await this.page.locator('[data-testid="screen-checkpoints"][aria-busy="false"]').waitFor();
    return this.exportCheckpoint(this.checkpoints("end of a run").first());
  }
}
