/** Charts: pure geometry (scales, decimation, paths) and two small components drawn from it. */
import "./chart.css";
export { default as BarChart } from "./BarChart.svelte";
export { default as IntervalChart } from "./IntervalChart.svelte";
export type { IntervalRow } from "./interval-row.ts";
export { default as LineChart } from "./LineChart.svelte";
export type { Line } from "./line.ts";
export { default as PointCloud } from "./PointCloud.svelte";
export { fifths } from "./point-picture.ts";
export { Smoother } from "./smooth.ts";
