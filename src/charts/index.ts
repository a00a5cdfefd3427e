/** Charts: pure geometry (scales, decimation, paths) and two small components drawn from it. */
export { default as IntervalChart } from "./IntervalChart.svelte";
export type { IntervalRow } from "./interval-row.ts";
export { default as LineChart } from "./LineChart.svelte";
export type { Line } from "./line.ts";
export { Smoother } from "./smooth.ts";
