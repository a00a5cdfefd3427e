/** Where the built page keeps its files, seen from a worker chunk (dist/assets/x.js, or workers/x.ts in dev). */
const root = new URL("../", self.location.href);

export const ortAssets = new URL("ort/", root).href;
export const bundledModel = new URL("models/base/", root).href;
export const generalReference = new URL("reference/general-english.json", root).href;
export const demoData = new URL("demo/", root).href;
