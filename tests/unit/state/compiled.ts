/**
 * Loads the state room as the page would, its runes compiled by Svelte. Vitest itself runs plain
 * TypeScript here; the compiled form is Svelte's server one: reads are values, nothing is scheduled.
 */
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { createServer } from "vite";

export interface Compiled {
  /** A module as the page has it. Classes differ from those Vitest imports: take both from here. */
  load: <T>(path: string) => Promise<T>;
  close: () => Promise<void>;
}

export async function openCompiler(): Promise<Compiled> {
  const server = await createServer({
    configFile: false,
    root: new URL("../../..", import.meta.url).pathname,
    plugins: [svelte()],
    server: { middlewareMode: true, hmr: false, watch: null, ws: false },
    appType: "custom",
    logLevel: "error",
    optimizeDeps: { noDiscovery: true, include: [] },
  });
  return {
    load: async <T>(path: string) => (await server.ssrLoadModule(path)) as T,
    close: () => server.close(),
  };
}
