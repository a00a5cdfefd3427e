/**
 * `npm run bench -- kills [--kills 50] [--seed N] [--steps 3000]`: kills the browser at random moments of a run
 * that saves every third step, most of them while it trains or saves, some while it is being prepared. After
 * every restart the page must offer to resume from a whole checkpoint that is no older than the last one it
 * had promised, with everything else still there; and the run must end with the very weights of a run that was
 * left alone. Whatever does not hold counts as lost.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startServer } from "../../scripts/serve.mjs";
import { root } from "../../scripts/setup.mjs";
import { crc32, random } from "../../src/base/index.ts";
import { nanoModel, writeFolder } from "../../tests/e2e/support/nano-model.ts";
import { logFile } from "../../tests/e2e/support/texts.ts";
import type { Visit } from "../../tests/e2e/support/visit.ts";
import { printTable } from "../support/print.ts";
import { Session } from "./session.ts";

/** Random moments lie within this time after the run goes on. */
const spreadMs = 2000;
/** One kill in so many comes while the run is being prepared. */
const earlyEvery = 6;

export async function run(args: string[] = []): Promise<Record<string, number>> {
  const { values } = parseArgs({
    args,
    options: { kills: { type: "string" }, seed: { type: "string" }, steps: { type: "string" } },
  });
  const kills = Number(values.kills ?? 50);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const steps = Number(values.steps ?? 3000);
  console.log(`${kills} kills, seed ${seed}, runs of ${steps} steps.`);
  const profile = mkdtempSync(join(tmpdir(), "unmask-kills-"));
  const server = await startServer({ root: process.env["UNMASK_DIST"] ?? join(root, "dist") });
  try {
    return await torment({ profile, url: server.url, kills, seed, steps });
  } finally {
    await server.close();
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 });
  }
}

interface Plan {
  profile: string;
  url: string;
  kills: number;
  seed: number;
  steps: number;
}

async function torment({ profile, url, kills, seed, steps }: Plan): Promise<Record<string, number>> {
  const began = performance.now();
  const seconds = (): string => ((performance.now() - began) / 1000).toFixed(0);
  const settings = { maxSteps: steps, batchSize: 2, blockLength: 32, evaluateEvery: 60, checkpointEvery: 3 };
  const chance = random(seed);
  const losses: string[] = [];
  let session = await Session.open(profile, url, "model", settings);
  try {
    await prepare(session.visit, profile);
    await session.visit.start();
    await session.visit.phase("completed");
    const expected = await weights(session.visit);
    const alone = seconds();
    console.log(`The run left alone took ${alone} s, set-up included.`);
    await session.visit.step("train");
    await session.visit.start();

    let ends = 0;
    let resumedFrom = 0;
    for (let kill = 1; kill <= kills; kill++) {
      const early = kill % earlyEvery === 0;
      if (!early) await session.visit.phase("running", "completed");
      const waitMs = Math.round(chance.next() * (early ? spreadMs / 4 : spreadMs));
      await sleep(waitMs);
      await session.kill();
      const { promised } = session;

      session = await Session.open(profile, url, "train");
      const { visit } = session;
      const { phase, saved } = await visit.status();
      session.promised = saved; // until the page says more
      console.log(
        `kill ${String(kill).padStart(2)}: ${String(waitMs).padStart(4)} ms after the run ${early ? "was asked for" : "went on"}; promised step ${promised}, found ${saved}`,
      );
      const missing = await inventory(visit);
      if (missing !== "") losses.push(`kill ${kill}: ${missing}`);
      if (saved < promised) losses.push(`kill ${kill}: step ${promised} was said to be saved, step ${saved} is there`);
      if (phase === "completed") {
        ends++;
        if ((await weights(visit)) !== expected) losses.push(`kill ${kill}: other weights at the end`);
        await visit.step("train");
        await visit.start();
      } else if ((await visit.byId("run-resume").count()) === 0) {
        losses.push(`kill ${kill}: there is nothing to resume from`);
        await visit.start();
      } else {
        resumedFrom += saved;
        await visit.byId("run-resume").click();
      }
    }
    await session.visit.phase("completed");
    ends++;
    if ((await weights(session.visit)) !== expected) losses.push("after the last kill: other weights at the end");
    const left = await session.visit.checkpoints().count();

    printTable(
      "The run that was killed, beside the run that was left alone",
      ["what", "number"],
      [
        ["kills", String(kills)],
        ["what did not hold afterwards (lost)", String(losses.length)],
        ["runs brought to their end", String(ends)],
        ["checkpoints in the list at the end (2 of each run, 1 model)", String(left)],
        ["mean step resumed from", (resumedFrom / kills).toFixed(0)],
        ["seconds for the run left alone, set-up included", alone],
        ["seconds in all", seconds()],
      ],
    );
    for (const loss of losses) console.log(`LOST  ${loss}`);
    return { kills, lost: losses.length };
  } finally {
    await session.close();
  }
}

/** Model and text, once: every restart must find them again. */
async function prepare(visit: Visit, profile: string): Promise<void> {
  await visit.openFolder(writeFolder(profile, "nano", nanoModel()));
  await visit.byId("model-card").waitFor();
  await visit.pickText(logFile("log.txt", 300));
  await visit.useText();
  await visit.step("train");
}

async function weights(visit: Visit): Promise<number> {
  return crc32((await visit.exportLast()).get("model.safetensors")!);
}

/** What should be in every list but is not, in words. */
async function inventory(visit: Visit): Promise<string> {
  await visit.step("checkpoints");
  const [models, ends, texts] = await Promise.all([
    visit.checkpoints("imported model").count(),
    visit.checkpoints("end of a run").count(),
    visit.byId("corpora-row").count(),
  ]);
  await visit.step("train");
  if (models === 1 && ends >= 1 && texts === 1) return "";
  return `${models} imported models, ${ends} ends of runs and ${texts} texts are listed`;
}
