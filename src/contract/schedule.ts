/**
 * Learning-rate schedules, one record each: its name for people and its share of the peak rate. Every one
 * warms up over `warmupShare`. Sources: transformers' get_*_schedule_with_warmup (linear, cosine, restarts,
 * polynomial, warm-up-stable-decay), PyTorch's OneCycleLR, ULMFiT (Howard & Ruder 2018, section 3.2).
 * One difference: a plain warm-up starts at 1/warm-up rather than at 0, so the first update is not wasted.
 */
export interface ScheduleSettings {
  schedule: ScheduleName;
  learningRate: number;
  warmupShare: number;
  /** "restarts": how often the cosine begins again. */
  scheduleCycles: number;
  /** "polynomial": 1 is a line, 2 a parabola. */
  schedulePower: number;
  /** "stable": the share of the run in which the rate falls. */
  decayShare: number;
  /** "slanted": the peak is this many times the lowest rate. */
  slantedRatio: number;
}

/** Where an update stands: `update` counts from 0; `done` runs from 0 right after warm-up towards 1. */
interface Moment {
  update: number;
  warmup: number;
  total: number;
  done: number;
}
interface ScheduleRecord {
  label: string;
  /** Ends "It climbs during warm-up, then ...". */
  sentence: string;
  /** Share of the peak rate after warm-up. */
  share: (moment: Moment, settings: ScheduleSettings) => number;
  /** Share of the peak during warm-up, where it is not a line from 1/warm-up. */
  rise?: (moment: Moment, settings: ScheduleSettings) => number;
}

const cosine = (x: number): number => 0.5 * (1 + Math.cos(Math.PI * x));

/** PyTorch's OneCycleLR: from 1/25 of the peak up, then down to 1/250,000, both on a cosine. */
const oneCycle = { first: 1 / 25, last: 1 / 25 / 1e4 };
const between = (from: number, to: number, x: number): number => to + (from - to) * cosine(x);

/** ULMFiT's slanted triangle: `p` is 1 at the peak. */
const slanted = (p: number, ratio: number): number => (1 + p * (ratio - 1)) / ratio;

export const schedules = {
  linear: {
    label: "linear decay",
    sentence: "falls to zero on a line",
    share: ({ done }) => 1 - done,
  },
  cosine: {
    label: "cosine decay",
    sentence: "falls to zero on a cosine",
    share: ({ done }) => cosine(done),
  },
  restarts: {
    label: "cosine with restarts",
    sentence: "falls to zero on a cosine and begins again",
    share: ({ done }, { scheduleCycles }) => cosine((scheduleCycles * done) % 1),
  },
  polynomial: {
    label: "polynomial decay",
    sentence: "falls to zero on a power of the time left",
    share: ({ done }, { schedulePower }) => Math.pow(1 - done, schedulePower),
  },
  "one-cycle": {
    label: "one cycle",
    sentence: "falls to almost nothing on a cosine; it began at a 25th of the peak",
    rise: ({ update, warmup }) => between(oneCycle.first, 1, update / Math.max(1, warmup - 1)),
    share: ({ update, warmup, total }) =>
      between(1, oneCycle.last, (update - (warmup - 1)) / Math.max(1, total - warmup)),
  },
  stable: {
    label: "warm-up, stable, decay",
    sentence: "stays, and falls to zero at the end",
    share: ({ update, total }, { decayShare }) => {
      const length = Math.max(1, Math.round(decayShare * total));
      return 1 - Math.sqrt(Math.max(0, update - (total - length)) / length);
    },
  },
  slanted: {
    label: "slanted triangle (ULMFiT)",
    sentence: "falls on a long line to the lowest rate",
    rise: ({ update, warmup }, { slantedRatio }) => slanted(update / warmup, slantedRatio),
    share: ({ done }, { slantedRatio }) => slanted(1 - done, slantedRatio),
  },
  constant: {
    label: "constant",
    sentence: "stays as it is",
    share: () => 1,
  },
} as const satisfies Record<string, ScheduleRecord>;

export type ScheduleName = keyof typeof schedules;
export const scheduleChoices = Object.entries(schedules).map(([value, { label }]) => ({
  value: value as ScheduleName,
  label,
}));

/** Updates of the warm-up. */
export const warmupSteps = ({ warmupShare }: Pick<ScheduleSettings, "warmupShare">, totalSteps: number): number =>
  Math.round(warmupShare * totalSteps);

/** The learning rate of update `step`, counted from 1 to `totalSteps`. */
export function learningRateAt(settings: ScheduleSettings, step: number, totalSteps: number): number {
  const warmup = warmupSteps(settings, totalSteps);
  const update = step - 1;
  const moment = { update, warmup, total: totalSteps, done: (update - warmup) / Math.max(1, totalSteps - warmup) };
  const record: ScheduleRecord = schedules[settings.schedule];
  const rise = record.rise ?? (() => step / warmup);
  const share = step <= warmup ? rise(moment, settings) : record.share(moment, settings);
  return settings.learningRate * Math.max(0, share);
}
