/**
 * The one table of cleaning rules: name, source, threshold, and whether it is on for long and for short texts. The
 * page's table, the plan, its file and the data worker are all made from it.
 */
import { always, atLeast, long, off, rule, type Rule } from "./cleaning-rule.ts";
import { gopherRules } from "./cleaning-gopher-rules.ts";
import { webRules } from "./cleaning-web-rules.ts";

const ownRules = [
  rule(
    "mojibake",
    "Characters",
    "repair",
    "after ftfy (Speer 2019)",
    always,
    "Broken encoding (mojibake)",
    "UTF-8 that was once read as Windows-1252, such as â€™ for an apostrophe, is turned back.",
  ),
  rule(
    "control-characters",
    "Characters",
    "repair",
    "Unicode, general category Cc",
    always,
    "Control characters",
    "Signs that no text shows: C0 and C1 controls but tab and line break, and the replacement character. They are taken out.",
  ),
  rule(
    "invisible-characters",
    "Characters",
    "repair",
    "Unicode, general category Cf",
    always,
    "Invisible characters",
    "Zero-width signs, soft hyphens, direction marks and hidden tags are taken out. Joiners stay where a script or an emoji needs them.",
  ),
  rule(
    "odd-spaces",
    "Characters",
    "repair",
    "Unicode, general category Zs",
    always,
    "Odd white space",
    "No-break and other special blanks become plain ones.",
  ),
  rule(
    "look-alikes",
    "Characters",
    "repair",
    "Unicode UTS 39, mixed-script confusables",
    always,
    "Look-alike letters",
    "A Cyrillic or Greek letter inside a Latin word, a wide or mathematical letter: the plain letter takes its place.",
  ),
  rule(
    "email",
    "Personal data",
    "mask",
    "FineWeb (datatrove's pattern)",
    off,
    "E-mail addresses",
    "Replaced by email@example.com.",
  ),
  rule(
    "phone",
    "Personal data",
    "mask",
    "ITU E.164",
    off,
    "Phone numbers",
    "Written with a plus, brackets or groups, 8 to 15 digits. Replaced by 555-0100.",
  ),
  rule(
    "card",
    "Personal data",
    "mask",
    "ISO/IEC 7812",
    off,
    "Card numbers",
    "13 to 19 digits whose check digit is right (Luhn). Replaced by 0000 0000 0000 0000.",
  ),
  rule(
    "id-number",
    "Personal data",
    "mask",
    "ISO 13616; SSA",
    off,
    "Account and identity numbers",
    "IBAN with the right check digits, US social security numbers. Replaced by ID-0000.",
  ),
  rule(
    "ip-address",
    "Personal data",
    "mask",
    "FineWeb (datatrove's pattern)",
    off,
    "IP addresses",
    "Public IPv4 addresses. Replaced by 192.0.2.1.",
  ),
  rule(
    "exact-duplicates",
    "Duplicates",
    "duplicate",
    "Lee et al. 2022",
    always,
    "Equal documents",
    "The same text again, white space aside. The first stays.",
  ),
  rule(
    "near-duplicates",
    "Duplicates",
    "duplicate",
    "Broder 1997; FineWeb",
    always,
    "Near-duplicates",
    "Documents that share most of their 5-word runs (MinHash, 14 bands of 8). The first stays. The number is the least similarity.",
    atLeast(0.7, 0.5, 1),
  ),
  rule(
    "repeated-paragraphs",
    "Duplicates",
    "lines",
    "C4 (three-sentence spans)",
    off,
    "Paragraphs that stand elsewhere too",
    "A paragraph of at least so many words that stood earlier in the corpus is taken out.",
    atLeast(10, 1, 1000, "words", true),
  ),
  rule(
    "repeated-lines",
    "Duplicates",
    "lines",
    "CCNet (Wenzek et al. 2020)",
    off,
    "Lines that stand elsewhere too",
    "A line of at least so many words that stood earlier in the corpus is taken out.",
    atLeast(8, 1, 1000, "words", true),
  ),
  rule(
    "boilerplate",
    "Duplicates",
    "lines",
    "after CCNet (Wenzek et al. 2020)",
    long,
    "Boilerplate",
    "A sentence that stands in at least so many documents, numbers aside: a footer, a disclaimer, a greeting.",
    atLeast(20, 2, 100000, "documents", true),
  ),
  rule(
    "language",
    "Language",
    "document",
    "eld; FineWeb's step",
    off,
    "Another language",
    "The recogniser takes the document for another language than most of the corpus, and is sure of it. Under 40 letters it does not judge.",
  ),
] as const;

export const cleaningRules = [...ownRules, ...gopherRules, ...webRules] as const;
export type CleaningRuleId = (typeof cleaningRules)[number]["id"];
export type CleaningRule = Rule<CleaningRuleId>;
export const ruleById = (id: CleaningRuleId): CleaningRule => cleaningRules.find((one) => one.id === id)!;
export const ruleGroups: readonly string[] = [...new Set(cleaningRules.map(({ group }) => group))];
