/** A Playwright reporter that leaves every test's outcome, with its reason when skipped, for scripts/test.mjs. */
import { writeFileSync } from "node:fs";

export default class PlaywrightReport {
  #tests = [];
  #suite;

  printsToStdio() {
    return false;
  }
  onBegin(_config, suite) {
    this.#suite = suite;
  }
  onError(error) {
    this.#tests.push({ name: `outside of any test: ${error.message ?? error.value}`, state: "failed" });
  }
  onEnd() {
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome();
      const skip = [...test.annotations, ...test.results.flatMap((result) => result.annotations ?? [])].find(
        ({ type }) => type === "skip" || type === "fixme",
      );
      this.#tests.push({
        name: test.titlePath().filter(Boolean).join(" > "),
        // A test that did not run because an earlier one broke off is not a skip of its own choosing.
        state: outcome === "expected" ? "passed" : outcome === "skipped" ? "skipped" : "failed",
        reason: skip?.description ?? "",
      });
    }
    writeFileSync(process.env.UNMASK_TEST_REPORT, JSON.stringify(this.#tests));
  }
}
