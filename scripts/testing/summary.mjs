/**
 * Adds up test outcomes. A skip is only accepted when what it needs is absent: ../shared, a device or the
 * network. Its reason, or the test's own name, then says "absent: ...". Any other skip counts as failed.
 */
const accepted = /absent: \S.*/;

/**
 * @param {{ name: string, state: string, reason?: string }[]} tests
 * @returns {{ passed: number, failed: number, skipped: number, failures: string[], skips: string[] }}
 */
export function summarize(tests) {
  const summary = { passed: 0, failed: 0, skipped: 0, failures: [], skips: [] };
  for (const { name, state, reason = "" } of tests) {
    const why = accepted.exec(reason)?.[0];
    if (state === "passed") summary.passed++;
    else if (state === "skipped" && (why !== undefined || accepted.test(name))) {
      summary.skipped++;
      summary.skips.push(why === undefined ? name : `${name}: ${why}`);
    } else {
      summary.failed++;
      const fact = state === "skipped" ? `skipped without saying what is absent${reason && ` (${reason})`}` : state;
      summary.failures.push(`${name}: ${fact}`);
    }
  }
  return summary;
}
