/** A project as an earlier version of the page stored it, made like one of today. Pure. */
import { hasCode } from "../base/index.ts";
import {
  completeRecipe,
  readPipeline,
  readPlan,
  type CleaningPlan,
  type CorpusSummary,
  type Project,
  type Stage,
} from "../contract/index.ts";

/** @param corpora what is stored now, in today's form: the project's own copy of its corpus may be older */
export function completeProject(project: Project, corpora: readonly CorpusSummary[]): Project {
  const corpus = corpora.find(({ id }) => id === project.corpus?.id) ?? null;
  return {
    ...project,
    recipe: completeRecipe(project.recipe),
    corpus,
    tokenized: corpus === null ? null : project.tokenized,
    cleaning: planOf(project.cleaning),
    pipeline: stagesOf(project.pipeline),
  };
}

/** Rules that came later have their defaults; a plan with rules that are no more is not taken. */
function planOf(stored: unknown): CleaningPlan | null {
  if (stored === undefined || stored === null) return null;
  try {
    return readPlan(stored);
  } catch (error) {
    if (hasCode(error, "contract/bad-cleaning")) return null;
    throw error;
  }
}

/** Stages that today's page would refuse are not taken. */
function stagesOf(stored: unknown): Stage[] {
  if (stored === undefined || (Array.isArray(stored) && stored.length === 0)) return [];
  try {
    return readPipeline(stored);
  } catch (error) {
    if (
      ["contract/bad-pipeline", "contract/bad-setting", "contract/unknown-setting"].some((code) => hasCode(error, code))
    )
      return [];
    throw error;
  }
}
