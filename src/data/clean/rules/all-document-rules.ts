/** Every rule about whole documents that needs nothing but the document, in the table's order. */
import type { DocumentRule } from "./document-rule.ts";
import { gopherQuality } from "./gopher-quality.ts";
import { gopherRepetition } from "./gopher-repetition.ts";
import { pageRules } from "./pages.ts";

export const documentRules: readonly DocumentRule[] = [...gopherQuality, ...gopherRepetition, ...pageRules];
