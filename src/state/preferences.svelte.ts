/** How the page looks on this machine: light, dark or as the system says. Kept in localStorage. */
export type Theme = "auto" | "light" | "dark";
const key = "unmask-theme";

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

  constructor() {
    const kept = stored()?.getItem(key);
    if (kept === "light" || kept === "dark") this.theme = kept;
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    if (theme === "auto") stored()?.removeItem(key);
    else stored()?.setItem(key, theme);
  }
}
