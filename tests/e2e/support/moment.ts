/**
 * Waiting for what may last no longer than one redraw. Playwright looks at most every 20 ms and at least twice a
 * second, so that a state between two looks is missed; here the page itself watches, from a known moment on, and can
 * press a button in the very task in which the state appeared. Knows no test runner.
 */
import type { Page } from "playwright";

/** Something on the page: an element, what its text says, how far its data attributes have counted. */
export interface Sight {
  selector: string;
  text?: string;
  atLeast?: Record<string, number>;
}

/** Waits are long because the machine may be busy; nothing waits longer than it must. */
export const patience = 90_000;

/**
 * From the return of this call on, the page watches for a moment when all these sights are there at once; a button
 * with the given test id is pressed at that moment, as soon as it can be. One of `or` ends the watch, too. The
 * function that is returned waits for its end.
 */
export async function momentOf(
  page: Page,
  sights: Sight[],
  { press = "", or = [], limit = patience }: { press?: string; or?: Sight[]; limit?: number } = {},
): Promise<() => Promise<void>> {
  const watch = await page.evaluateHandle(
    ([wanted, others, testid, longest]) => {
      const isThere = ({ selector, text = "", atLeast = {} }: Sight): boolean =>
        [...document.querySelectorAll<HTMLElement>(selector)].some(
          (element) =>
            element.textContent.includes(text) &&
            Object.entries(atLeast).every(([name, least]) => Number(element.dataset[name]) >= least),
        );
      const look = (): boolean => {
        if (others.some(isThere)) return true;
        if (!wanted.every(isThere)) return false;
        if (testid === "") return true;
        const button = document.querySelector<HTMLButtonElement>(`[data-testid="${testid}"]`);
        if (button === null || button.disabled || button.ariaDisabled === "true") return false;
        button.click();
        return true;
      };
      const seen = new Promise<boolean>((done) => {
        if (look()) return done(true);
        const observer = new MutationObserver(() => {
          if (look()) end(true);
        });
        const timer = setTimeout(() => end(false), longest);
        const end = (found: boolean): void => {
          observer.disconnect();
          clearTimeout(timer);
          done(found);
        };
        observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
      });
      return { seen };
    },
    [sights, or, press, limit] as const,
  );
  return async () => {
    if (await watch.evaluate(({ seen }) => seen)) return;
    throw new Error(`The page never came to ${JSON.stringify(sights)}${press === "" ? "" : ` to press ${press}`}.`);
  };
}
