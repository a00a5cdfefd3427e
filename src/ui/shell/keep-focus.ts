/**
 * A control that goes away with the focus on it (Cancel of a job that ends, a row's Delete) leaves the browser with none: the
 * next Tab would start at the top of the page. The focus then goes to the title of the block that the control was in.
 */
import type { Attachment } from "svelte/attachments";

const blocks = "section, dialog[open], main";
const titles = "h1, h2, h3";

/** For the element around all screens. */
export const keepFocus: Attachment<HTMLElement> = (root) => {
  /** What has the focus, then what is around it. */
  let chain: Element[] = [];
  const remember = ({ target }: FocusEvent): void => {
    chain = [];
    for (let at = target as Element | null; at !== null && at !== root.parentElement; at = at.parentElement)
      chain.push(at);
  };
  // Who clicks beside every control leaves the focus by intent.
  const forget = (): void => void (chain = []);
  const watcher = new MutationObserver(() => {
    if (chain.length === 0 || chain[0]!.isConnected || document.activeElement !== document.body) return;
    const block = chain.find((element) => element.isConnected && element.matches(blocks));
    chain = [];
    const title = block?.querySelector<HTMLElement>(titles) ?? (block as HTMLElement | undefined);
    const goal = title?.querySelector("button") ?? title;
    if (goal === undefined) return;
    if (goal.tabIndex < 0) goal.tabIndex = -1; // can be focused, yet is no stop of the Tab key
    goal.focus({ preventScroll: true });
  });
  root.addEventListener("focusin", remember);
  root.addEventListener("pointerdown", forget);
  watcher.observe(root, { childList: true, subtree: true });
  return () => {
    watcher.disconnect();
    root.removeEventListener("focusin", remember);
    root.removeEventListener("pointerdown", forget);
  };
};
