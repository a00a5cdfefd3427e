/** A Vitest reporter that leaves every test's outcome, with its reason when skipped, for scripts/test.mjs. */
import { writeFileSync } from "node:fs";

const nameOf = (test) => `${test.module.relativeModuleId} > ${test.fullName}`;

export default class VitestReport {
  onTestRunEnd(modules, unhandledErrors) {
    const tests = unhandledErrors.map((error) => ({ name: `outside of any test: ${error.message}`, state: "failed" }));
    for (const module of modules) {
      const found = [...module.children.allTests()];
      for (const test of found) {
        const { state, note = "" } = test.result();
        tests.push({ name: nameOf(test), state, reason: note });
      }
      // A file that fails to load has errors and no tests.
      if (module.errors().length > 0) tests.push({ name: module.relativeModuleId, state: "failed" });
    }
    writeFileSync(process.env.UNMASK_TEST_REPORT, JSON.stringify(tests));
  }
}
