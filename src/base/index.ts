/** Ground floor: what every room may use. Imports nothing and knows nothing of models, browsers or text. */
export * from "./checksum.ts";
export * from "./errors.ts";
export * from "./fingerprint.ts";
export * from "./format.ts";
export * from "./queue.ts";
export * from "./random.ts";
