/** public/demo/index.json: the demo domains that come with the page. All of it is labelled synthetic. */
import type { SplitName, TaskKind } from "./evaluation.ts";

export interface DemoSet {
  task: TaskKind;
  name: string;
  note: string;
  /** Paths under public/demo. */
  files: Partial<Record<SplitName, string>>;
  adaptation: "should help" | "should not help";
  /** What a set built not to profit from adaptation teaches. */
  lesson?: string;
}
export interface DemoDomain {
  /** Folder name under public/demo; `importDemoCorpus` and `importDemoSets` take it. */
  id: string;
  title: string;
  /** One or two sentences for the choice on the first screen. */
  description: string;
  corpus: { file: string; words: number };
  sets: DemoSet[];
}
export interface DemoIndex {
  label: string;
  note: string;
  domains: DemoDomain[];
}
