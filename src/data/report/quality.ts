/** How many of the cleaning table's rules about whole documents a text breaks, at their default thresholds. Pure. */
import { defaultPlan, ruleById, type CleaningProfile } from "../../contract/index.ts";
import { documentRules } from "../clean/rules/all-document-rules.ts";
import { DocumentView } from "../clean/rules/document-view.ts";
import { fails } from "../clean/verdict.ts";

export function brokenRules(text: string, profile: CleaningProfile): number {
  const plan = defaultPlan(profile);
  const view = new DocumentView(text);
  return documentRules.filter(({ id, measure }) => {
    const { on, threshold } = plan.rules[id];
    return on && fails(ruleById(id), measure(view), threshold ?? 1);
  }).length;
}
