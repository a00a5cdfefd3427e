/**
 * A browser of one's own on a profile that outlives it: opened, looked at, killed without warning. Hears from
 * the page which step was last said to be saved, so that the promise can be held against what is found later.
 */
import { chromium, type BrowserContext } from "playwright";
import { launchOptions } from "../../scripts/browser.mjs";
import { Visit } from "../../tests/e2e/support/visit.ts";

/** A whole run on a busy machine. */
const patienceMs = 15 * 60_000;

export class Session {
  readonly visit: Visit;
  /** The last step that the page said is saved. */
  promised = 0;
  readonly #context: BrowserContext;
  readonly #pid: number;

  private constructor(context: BrowserContext, visit: Visit, pid: number) {
    this.#context = context;
    this.visit = visit;
    this.#pid = pid;
  }

  static async open(profile: string, url: string, screen: string, settings = {}): Promise<Session> {
    const context = await chromium.launchPersistentContext(profile, await launchOptions());
    const control = await context.browser()!.newBrowserCDPSession();
    const { processInfo } = await control.send("SystemInfo.getProcessInfo");
    const { id } = processInfo.find(({ type }) => type === "browser")!;
    const page = context.pages()[0] ?? (await context.newPage());
    const session = new Session(context, new Visit(page, url), id);
    page.setDefaultTimeout(patienceMs);
    await page.exposeFunction("promised", (step: number) => {
      session.promised = step;
    });
    await page.addInitScript(() => {
      const tell = (): void => {
        const saved = document.querySelector<HTMLElement>('[data-testid="run-status"]')?.dataset["saved"];
        if (saved !== undefined) (globalThis as unknown as { promised(step: number): void }).promised(Number(saved));
      };
      new MutationObserver(tell).observe(document, {
        subtree: true,
        attributes: true,
        attributeFilter: ["data-saved"],
      });
    });
    await session.visit.open(screen, settings);
    return session;
  }

  /** SIGKILL to the browser's main process: no handler runs, nothing is flushed; its other processes die with it. */
  async kill(): Promise<void> {
    const gone = new Promise<void>((done) => this.#context.once("close", () => done()));
    process.kill(this.#pid, "SIGKILL");
    await gone;
  }

  async close(): Promise<void> {
    await this.#context.close();
  }
}
