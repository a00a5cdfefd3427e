/** What the page says after it has chosen between the bundled models. */
import { formatDuration } from "../../base/index.ts";
import { bundledSizes, pickSteps, type BundledPick } from "../../contract/index.ts";

function reason({ size, stepMs }: BundledPick): string {
  if (size === "mini") return "The larger model is quick enough here, so the page chose mini.";
  return stepMs.mini === null
    ? "Mini would take several times as long, so the page chose tiny."
    : "Mini would keep you waiting, so the page chose tiny.";
}

export function pickedWords(pick: BundledPick): string {
  const { kind, threads } = pick.device;
  const device = kind === "webgpu" ? "WebGPU" : threads === 1 ? "WASM, one thread" : `WASM, ${threads} threads`;
  const times = bundledSizes.flatMap((size) => {
    const ms = pick.stepMs[size];
    return ms === null ? [] : [`${formatDuration(ms * pickSteps)} with ${size}`];
  });
  return `Timed on this device (${device}): ${pickSteps} steps take about ${times.join(", ")}. ${reason(pick)}`;
}
