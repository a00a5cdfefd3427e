/** Files written by the formats' usual libraries (tests/oracles/reading.py) give the texts that were put in. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readAll } from "../files.ts";

interface Golden {
  versions: Record<string, string>;
  files: Record<string, { base64: string; documents: string[]; field?: string; code?: string }>;
}
const golden = JSON.parse(readFileSync(new URL("../../../golden/reading.json", import.meta.url), "utf8")) as Golden;

describe(`written by ${Object.entries(golden.versions)
  .map((pair) => pair.join(" "))
  .join(", ")}`, () => {
  it.each(Object.entries(golden.files))("%s", async (name, { base64, documents, field, code }) => {
    const file = new File([Buffer.from(base64, "base64")], name);
    const found = await readAll(file, "auto", field ?? "");
    expect(found.documents).toEqual(documents);
    if (code !== undefined) expect(found.skipped.map((one) => one.code)).toEqual([code]);
  });

  it("is told by its bytes alone", async () => {
    for (const [name, { base64, documents, field, code }] of Object.entries(golden.files)) {
      // Inside a packed file only the bytes are left to go by anyway.
      const found = await readAll(new File([Buffer.from(base64, "base64")], "unnamed"), "auto", field ?? "");
      expect(found.documents.length, name).toBe(documents.length);
      if (code !== undefined) expect(found.skipped[0]!.code, name).toBe(code);
    }
  });
});
