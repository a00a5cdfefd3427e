/**
 * The floors of the house: a room may import the rooms named here and its own files, nothing else of
 * ours. Both the lint rule (eslint.config.js) and tests/unit/floors.test.ts are made from this table.
 * @type {Record<string, string[]>}
 */
export const mayImport = {
  base: [],
  autodiff: [],
  contract: ["base"],
  models: ["base", "contract", "autodiff"],
  runtime: ["base", "contract", "autodiff"], // a device splits tables that are too large for it, graphs included
  data: ["base", "contract"],
  storage: ["base", "contract"],
  training: ["base", "contract", "autodiff", "models", "data", "runtime"],
  evaluation: ["base", "contract", "models", "data", "runtime", "training"],
  workers: ["base", "contract", "autodiff", "models", "runtime", "data", "storage", "training", "evaluation"],
  client: ["base", "contract"],
  charts: ["base", "contract"],
  state: ["base", "contract", "client"],
  ui: ["base", "contract", "state", "charts"],
  app: ["base", "contract", "client", "state", "charts", "ui"],
};

/** Packages that only one room may import. */
export const packageOwners = {
  "onnxruntime-web": "runtime",
  "idb-keyval": "storage",
  "@huggingface/transformers": "data",
  "@bufbuild/protobuf": "autodiff",
};
