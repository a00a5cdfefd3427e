/** What crosses the worker wall: plain types, the settings tables, nothing that runs a model or touches a screen. */
export * from "./augmentation.ts";
export * from "./checkpoint.ts";
export * from "./corpus.ts";
export * from "./corpus-report.ts";
export * from "./demo.ts";
export * from "./device.ts";
export * from "./evaluation.ts";
export * from "./leaks.ts";
export * from "./model.ts";
export * from "./project.ts";
export * from "./recipe.ts";
export * from "./run.ts";
export * from "./selection.ts";
export * from "./settings.ts";
export * from "./shapes.ts";
export * from "./wire.ts";
export * from "./worker-api.ts";
