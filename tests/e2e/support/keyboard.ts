/** The page as keyboard and screen reader meet it: what Tab reaches, and the names that the browser computes. */
import type { Page } from "playwright";

export interface Control {
  role: string;
  name: string;
}

const controlRoles = new Set([
  "button",
  "checkbox",
  "combobox",
  "disclosure triangle",
  "DisclosureTriangle",
  "link",
  "menuitem",
  "radio",
  "searchbox",
  "slider",
  "spinbutton",
  "switch",
  "tab",
  "textbox",
  "image",
  "img",
  "meter",
  "progressbar",
  "region",
]);

/** Every control, picture and region of the browser's accessibility tree. */
export async function controls(page: Page): Promise<Control[]> {
  const session = await page.context().newCDPSession(page);
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  await session.detach();
  return nodes
    .filter((node) => !node.ignored && controlRoles.has(String(node.role?.value)))
    .map((node) => ({ role: String(node.role?.value), name: String(node.name?.value ?? "").trim() }));
}

/** Runs in the page: one line that tells an element from the others. */
const describe = `(element) => {
  const name = element.dataset.testid ?? element.id ?? "";
  return element.tagName.toLowerCase() + " " + (name || element.getAttribute("aria-label") || element.textContent.trim().slice(0, 40));
}`;

/** What should be reachable: enabled and visible; of a group of radio buttons or tabs one is enough. */
export async function reachable(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const describe = ${describe};
    const seen = new Set();
    return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
      .filter((element) => !element.disabled && element.tabIndex >= 0 && element.closest("fieldset:disabled") === null)
      .filter((element) => element.checkVisibility({ visibilityProperty: true }))
      .filter((element) => {
        if (element.type !== "radio") return true;
        const first = !seen.has(element.name);
        seen.add(element.name);
        return first && element.checked;
      })
      .map(describe);
  })()`);
}

export interface Stop {
  what: string;
  /** The focus can be seen: an outline, or a shadow in its place, on the control or the label around it. */
  visible: boolean;
}

/** Presses Tab from the top of the page until the focus comes round. */
export async function tabThrough(page: Page, most = 200): Promise<Stop[]> {
  await page.evaluate(() => {
    (document.activeElement as HTMLElement | null)?.blur();
    window.scrollTo(0, 0);
    // The next Tab starts from the top of the document.
    document.body.tabIndex = -1;
    document.body.focus();
    document.body.removeAttribute("tabindex");
  });
  const stops: Stop[] = [];
  for (let i = 0; i < most; i++) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate<Stop | null>(`(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const describe = ${describe};
      const shows = (one) => {
        const style = getComputedStyle(one);
        return (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
      };
      const label = element.closest("label");
      const beside = element.nextElementSibling;
      return { what: describe(element), visible: shows(element) || (label !== null && shows(label)) || (beside !== null && shows(beside)) };
    })()`);
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}

/** Presses Tab until the control with this test id has the focus. */
export async function tabTo(page: Page, testid: string): Promise<void> {
  for (let i = 0; i < 200; i++) {
    const at = await page.evaluate(() => (document.activeElement as HTMLElement | null)?.dataset["testid"] ?? "");
    if (at === testid) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`The Tab key does not reach ${testid}.`);
}
