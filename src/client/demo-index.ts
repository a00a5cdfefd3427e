/** The list of demo domains, from the page's own origin. */
import { UnmaskError } from "../base/index.ts";
import type { DemoDomain, DemoIndex } from "../contract/index.ts";

/** @throws client/no-demo when the files are missing or unreadable */
export async function loadDemoIndex(): Promise<DemoDomain[]> {
  const missing = (why: string, cause?: unknown): UnmaskError =>
    new UnmaskError(
      "client/no-demo",
      `The list of demo texts could not be loaded: ${why}.`,
      "Check the connection and reload the page, or use your own text.",
      {},
      cause,
    );
  let response: Response;
  try {
    response = await fetch(new URL("demo/index.json", document.baseURI));
  } catch (error) {
    throw missing("the page's host did not answer", error);
  }
  if (!response.ok) throw missing(`the host answered ${response.status}`);
  try {
    return ((await response.json()) as DemoIndex).domains;
  } catch (error) {
    throw missing("the list is not in the form this page expects", error);
  }
}
