/** Where the built page keeps its files, seen from a worker chunk (dist/assets/x.js, or workers/x.ts in dev). */
import { bundledModels, type BundledSize } from "../../src/contract/index.ts";

const root = new URL("../", self.location.href);

export const ortAssets = new URL("ort/", root).href;
export const bundledModel = (size: BundledSize = "tiny"): string =>
  new URL(`models/${bundledModels[size].folder}/`, root).href;
export const generalReference = new URL("reference/general-english.json", root).href;
export const demoData = new URL("demo/", root).href;
