/** Where the person is on the journey, and what screen readers are told as things happen. */
export const screens = ["model", "corpus", "recipe", "train", "evaluate", "checkpoints"] as const;
export type JourneyStep = (typeof screens)[number];
export type Screen = "welcome" | JourneyStep;

export const isScreen = (name: string): name is Screen =>
  name === "welcome" || (screens as readonly string[]).includes(name);

export class Journey {
  screen = $state<Screen>("welcome");
  /** Spoken by the polite live region of the page. */
  announcement = $state("");
  /** Parts of long screens that stand open, by name; they stay so while the person goes back and forth. */
  readonly opened = $state<Record<string, boolean>>({});

  go(screen: Screen): void {
    this.screen = screen;
  }

  announce(text: string): void {
    this.announcement = text;
  }
}
