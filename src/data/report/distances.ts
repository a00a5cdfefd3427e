/** Corpus, evaluation sets and general English against each other, and what the numbers say in words. Pure. */
import { formatNumber } from "../../base/index.ts";
import type { CorpusDistances, DistanceParty, LabelledSet } from "../../contract/index.ts";
import { contentWords, divergence, overlap } from "./distance.ts";
import { setTexts } from "../leaks/set-texts.ts";
import type { GeneralReference } from "./general-reference.ts";
import { TextProfiler } from "./text-profile.ts";

/** What a comparison needs of a text collection; small enough to be stored. */
export interface Fingerprint {
  words: number;
  /** Most frequent first, stop-words left out, at most TOP_WORDS. */
  topWords: string[];
  buckets: Float32Array;
  grams: number;
}
export type Party = Pick<DistanceParty, "id" | "name" | "kind"> & { fingerprint: Fingerprint };

/** Below this a collection's own n-grams are too few to compare others against. */
const FEW_GRAMS = 20_000;
/** Below this a collection looks farther away than it is: by about BUCKETS / (2 n) nats, here 0.01 and more. */
const SHORT_GRAMS = 500_000;
/** Overlaps of RoBERTa's own pretraining text with news and with computer science (Gururangan et al. 2020, figure 2). */
const NEAR_OVERLAP = 0.541;
const FAR_OVERLAP = 0.192;

export function fingerprint(texts: Iterable<string>): Fingerprint {
  const profiler = new TextProfiler();
  for (const text of texts) profiler.add(text);
  return fingerprintOf(profiler.profile());
}

export function fingerprintOf(profile: ReturnType<TextProfiler["profile"]>): Fingerprint {
  return {
    words: profile.words,
    topWords: contentWords(profile.vocabulary.map(({ word }) => word)),
    buckets: Float32Array.from(profile.buckets),
    grams: profile.grams,
  };
}

export function generalFingerprint(general: GeneralReference): Fingerprint {
  return {
    words: general.words,
    topWords: contentWords(general.vocabulary),
    buckets: Float32Array.from(general.buckets),
    grams: general.grams,
  };
}

/** The texts of a labelled set, whatever its task. */
export const textsOf = (set: LabelledSet): string[] => setTexts(set).map(({ text }) => text);

export function corpusDistances(parties: readonly Party[]): CorpusDistances {
  const pairs = parties.map((a) => parties.map((b) => overlap(a.fingerprint.topWords, b.fingerprint.topWords)));
  const nats = parties.map((a) =>
    parties.map((b) => (a === b ? 0 : divergence(a.fingerprint.buckets, b.fingerprint.buckets))),
  );
  return {
    parties: parties.map(({ id, name, kind, fingerprint: own }) => ({
      id,
      name,
      kind,
      words: own.words,
      vocabulary: own.topWords.length,
    })),
    overlap: pairs.map((row) => row.map(({ jaccard }) => jaccard)),
    compared: pairs.map((row) => row.map(({ compared }) => compared)),
    divergence: nats,
    readings: readings(
      parties,
      pairs.map((row) => row.map(({ jaccard }) => jaccard)),
      nats,
    ),
  };
}

function readings(parties: readonly Party[], jaccard: number[][], nats: number[][]): string[] {
  const corpus = parties.findIndex(({ kind }) => kind === "corpus");
  const general = parties.findIndex(({ kind }) => kind === "general");
  const said: string[] = [];
  if (corpus >= 0 && general >= 0) said.push(generalReading(jaccard[corpus]![general]!));
  parties.forEach((party, i) => {
    if (party.kind !== "set" || corpus < 0 || general < 0) return;
    const toCorpus = nats[i]![corpus]!;
    const toGeneral = nats[i]![general]!;
    said.push(setReading(party, toCorpus, toGeneral, parties[corpus]!.fingerprint.grams));
  });
  return said;
}

function generalReading(shared: number): string {
  const start = `This text shares ${percent(shared)} of its frequent words with general English`;
  if (shared >= NEAR_OVERLAP)
    return `${start}, as much as news did in the published study, where domain training gained nothing: the base model may know this language already.`;
  if (shared <= FAR_OVERLAP)
    return `${start}, as little as computer science did in the published study, where domain training gained most.`;
  return `${start}. In the published study news shared 54 % and gained nothing, computer science 19 % and gained most.`;
}

function setReading(
  { name, fingerprint: own }: Party,
  toCorpus: number,
  toGeneral: number,
  corpusGrams: number,
): string {
  const numbers = `(divergence ${formatNumber(toCorpus, 2)} nats, from general English ${formatNumber(toGeneral, 2)})`;
  const rough =
    (own.grams < FEW_GRAMS ? " It is small, so only the comparison of the two numbers means something." : "") +
    (corpusGrams < SHORT_GRAMS ? " Your text is short, which makes it look farther away than it is." : "");
  const ratio = toCorpus / toGeneral;
  if (ratio < 0.9)
    return `“${name}” reads more like this text than like general English ${numbers}: training on the text can reach it.${rough}`;
  if (ratio > 1.1)
    return `“${name}” reads more like general English than like this text ${numbers}: training on the text may not help it.${rough}`;
  return `“${name}” is about as far from this text as from general English ${numbers}: the text is not clearly about it.${rough}`;
}

const percent = (share: number): string => `${formatNumber(share * 100, 2)} %`;
