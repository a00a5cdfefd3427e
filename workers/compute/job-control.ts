/** The person's hand on the heavy job that runs now; the page's client lets one run at a time. */
import type { ComputeWorker } from "../../src/contract/index.ts";
import { RunControl } from "../../src/training/index.ts";
import { breathe } from "./event-posts.ts";

let control = new RunControl();

/** The hand on a new job. Before anything is awaited, or a pause that follows at once would meet the job before. */
export function beginJob(): RunControl {
  control = new RunControl();
  return control;
}

export const jobDoor: Pick<ComputeWorker, "pause" | "resume" | "stop"> = {
  pause: () => Promise.resolve(control.pause()),
  resume: () => Promise.resolve(control.resume()),
  stop: () => Promise.resolve(control.stop()),
};

/** An evaluation's next piece: lets messages in, waits while it is paused. @throws base/aborted once it is stopped */
export async function nextPiece(job: RunControl): Promise<void> {
  await breathe();
  await job.mayGoOn("evaluation");
}
