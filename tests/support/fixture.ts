/** Files of tests/, found from the repository's root: both the test runner and the benchmarks start there. */
import { readFileSync } from "node:fs";

/** @param path from tests/, such as "golden/schedules.json" */
export const readFixture = (path: string): Uint8Array => readFileSync(`tests/${path}`);
export const readGolden = (path: string): unknown => JSON.parse(new TextDecoder().decode(readFixture(path)));
