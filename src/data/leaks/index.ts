/**
 * Leaks between a corpus and evaluation sets, and faults of the sets themselves with their repairs. Takes texts and
 * sets, gives plain reports. Sources: datatrove's n-gram decontamination; Brown et al. 2020, appendix C; Lee et al.
 * 2021 on near-duplicates. Knows no storage and no screen.
 */
export { editDistance } from "./label-names.ts";
export { LeakFinder, leakRun, nearShare, shortestItem } from "./leak-finder.ts";
export { leakWords, normalizedText } from "./leak-words.ts";
export { findSetFaults } from "./set-faults.ts";
export { repairSet } from "./set-repairs.ts";
export { setTexts } from "./set-texts.ts";
