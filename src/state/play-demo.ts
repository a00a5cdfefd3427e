/** The demo's journey over the page's state: each stage does what the person would do on its screen. */
import type { AppState } from "./app.svelte.ts";
import { demoRecipe } from "./demo.svelte.ts";
import type { Screen } from "./journey.svelte.ts";

/** Plays the whole journey; true when it reached its end. */
export async function playDemo(app: AppState, domainId: string): Promise<boolean> {
  const { model, corpus, recipe, run, evaluation, journey, demo } = app;
  const domain = demo.domains.find((one) => one.id === domainId);
  if (domain === undefined || app.computeBusy !== "") return false;
  recipe.set(demoRecipe);
  let followed: Screen = "welcome";
  const show = (screen: Screen): void => {
    // A person who went to look at something else is not pulled away from it.
    if (journey.screen === followed || followed === "welcome") journey.go(screen);
    followed = screen;
  };
  const done = await demo.play(
    domain,
    {
      model: async () => (await model.open({ kind: "bundled" })) !== undefined,
      corpus: async () => (await corpus.importDemo(domain.id)) !== undefined,
      tokens: async () => {
        if (model.summary === null) return false;
        return (await corpus.tokenize(model.summary, recipe.values)) !== undefined;
      },
      train: async () => (await app.train()) && run.phase === "completed",
      evaluate: async () => {
        const sets = await evaluation.importDemoSets(domain.id);
        if (sets === undefined || app.comparison === null) return false;
        return evaluation.scoreAll(
          app.comparison,
          sets.map((set) => set.id),
        );
      },
    },
    show,
  );
  if (done) journey.announce("The demo is finished. The table shows before and after.");
  return done;
}

/** Ends whatever the demo is doing; a run is stopped at its next step and stays resumable. */
export async function cancelDemo(app: AppState): Promise<void> {
  const { model, corpus, evaluation, run, demo } = app;
  demo.cancel();
  for (const job of [model.job, corpus.importing, corpus.tokenizing, evaluation.importing, evaluation.scoring])
    job.cancel();
  if (run.active) await run.stop();
}
