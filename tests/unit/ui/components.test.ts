/** Components rendered to markup: what an error, an interval and a chart always show. */
import type { Component } from "svelte";
import type * as SvelteServer from "svelte/server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openCompiler, type Compiled } from "../state/compiled.ts";

let compiler: Compiled;
let html: (path: string, props: object) => Promise<string>;
beforeAll(async () => {
  compiler = await openCompiler();
  const { render } = await compiler.load<typeof SvelteServer>("svelte/server");
  html = async (path, props) => {
    const { default: component } = await compiler.load<{ default: Component }>(path);
    return render(component, { props }).body.replace(/<!--.*?-->/g, "");
  };
});
afterAll(() => compiler.close());

describe("components", () => {
  it("an error shows message, remedy and code, and is announced", async () => {
    const error = { code: "data/no-text", message: "There is no text.", hint: "Choose another column." };
    const body = await html("/src/ui/design/ErrorNotice.svelte", { error });
    expect(body).toContain('role="alert"');
    expect(body).toContain('data-code="data/no-text"');
    for (const part of Object.values(error)) expect(body).toContain(part);
    expect(await html("/src/ui/design/ErrorNotice.svelte", { error: null })).toBe("");
  });

  it("an interval chart is a table with the numbers in it, marks at their places", async () => {
    const body = await html("/src/charts/IntervalChart.svelte", {
      title: "Accuracy",
      rows: [
        { label: "Before", value: 0.5, low: 0.4, high: 0.6, tone: "base" },
        { label: "After", value: 0.6, low: 0.5, high: 0.8, tone: "tuned" },
      ],
      format: (value: number) => value.toFixed(2),
      valueLabel: "Accuracy",
    });
    expect(body).toContain("<caption");
    expect(body).toContain("0.40 to 0.60");
    expect(body).toMatch(/<rect[^>]*class="mark/);
    expect(body).toMatch(/<circle[^>]*class="mark/);
    // The axis is 0.4 to 0.8: 0.6 stands in its middle.
    expect(body).toContain('x="50%"');
  });

  it("a line chart names itself, describes itself and draws each line once", async () => {
    const x = [1, 2, 3, 4];
    const body = await html("/src/charts/LineChart.svelte", {
      title: "Loss over the steps",
      description: "It falls from 4 to 1.",
      lines: [{ label: "Loss", x, y: [4, 3, 2, 1], length: 4, tone: "train", look: "solid" }],
      xLabel: "step",
      yLabel: "loss",
    });
    expect(body).toContain("<title");
    expect(body).toContain("It falls from 4 to 1.");
    expect(body.match(/<path d="M[^"]+"/g)).toHaveLength(1);
    expect(body).toContain("Loss over the steps as a table");
  });

  it("a progress bar says how far and how long, or that the end is not known", async () => {
    const known = await html("/src/ui/design/Progress.svelte", {
      label: "Reading",
      progress: { phase: "files", done: 3_000_000, total: 12_000_000, unit: "bytes" },
      timeLeftMs: 65_000,
    });
    expect(known).toContain('aria-valuenow="25"');
    expect(known).toContain("3.0 MB of 12.0 MB");
    expect(known).toContain("about 1 min 5 s left");
    const unknown = await html("/src/ui/design/Progress.svelte", { label: "Opening", progress: null });
    expect(unknown).not.toContain("aria-valuenow");
    expect(unknown).toContain('role="progressbar"');
  });
});
