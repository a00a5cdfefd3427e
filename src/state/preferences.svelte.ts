/** What this browser remembers besides the project, in localStorage: how the page looks, and which bundled model suits. */
import { bundledSizes, type BundledSize } from "../contract/index.ts";

export type Theme = "auto" | "light" | "dark";
const key = "unmask-theme";
const bundledKey = "unmask-bundled";

/** localStorage throws in a sandboxed frame; the choice then lasts as long as the page. */
function stored(): Storage | undefined {
  try {
    return globalThis.localStorage;
  } catch (error) {
    if (error instanceof DOMException) return undefined;
    throw error;
  }
}

export class Preferences {
  theme = $state<Theme>("auto");
  /** The bundled model that was chosen last, by its time or by the person; null: the page has yet to choose. */
  bundled: BundledSize | null = null;

  constructor() {
    const kept = stored()?.getItem(key);
    if (kept === "light" || kept === "dark") this.theme = kept;
    this.bundled = bundledSizes.find((size) => size === stored()?.getItem(bundledKey)) ?? null;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === "auto") stored()?.removeItem(key);
    else stored()?.setItem(key, theme);
  }

  keepBundled(size: BundledSize | null): void {
    this.bundled = size;
    if (size === null) stored()?.removeItem(bundledKey);
    else stored()?.setItem(bundledKey, size);
  }
}
