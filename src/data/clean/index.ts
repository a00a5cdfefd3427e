/**
 * Cleaning: rules as pure functions of a document, duplicates over documents, and the two passes that look at a corpus
 * and make a cleaned one of it. Takes texts and plans, gives plain reports. Knows no storage and no screen.
 */
export { findPersonal, type PersonalRuleId } from "./characters/personal.ts";
export { documentRules } from "./rules/all-document-rules.ts";
export { DocumentView } from "./rules/document-view.ts";
export { citationMarks, lineRules } from "./rules/line-rules.ts";
export { splitLines, strip } from "./text-units.ts";
export { fails } from "./verdict.ts";
export { documentCleaner } from "./clean-documents.ts";
export { languageRecogniser, type LanguageRecogniser } from "./language.ts";
export { lookAtCorpus, type LookRequest, type LookResult } from "./look/look-at-corpus.ts";
export { totalsAfter } from "./look/sum.ts";
export { NearDuplicates } from "./duplicates/near-duplicates.ts";
export { WordHashes } from "./duplicates/word-hashes.ts";
