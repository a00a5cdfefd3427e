/** Installs the peers on demand, outside the product's packages: they are no dependency of it. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/setup.mjs";

export const peersFolder = join(root, ".cache", "peers");

/** `@tensorflow/tfjs` is these packages under one name, plus layers and a model converter that no step uses. */
const packages: Record<string, string> = {
  "@jax-js/jax": "0.1.25",
  "@tensorflow/tfjs-core": "4.22.0",
  "@tensorflow/tfjs-backend-wasm": "4.22.0",
  "@tensorflow/tfjs-backend-webgpu": "4.22.0",
};

function installed(name: string): string | undefined {
  const file = join(peersFolder, "node_modules", name, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : undefined;
}

/** @throws a plain sentence when they cannot be had. */
export function installPeers(): void {
  if (Object.entries(packages).every(([name, version]) => installed(name) === version)) return;
  console.log("Installing the peers to measure against (once) ...");
  mkdirSync(peersFolder, { recursive: true });
  writeFileSync(join(peersFolder, "package.json"), '{ "private": true }\n');
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  const options = ["--prefix", peersFolder, "--ignore-scripts", "--no-audit", "--no-fund", "--save-exact"];
  const { status } = spawnSync("npm", ["install", ...options, ...wanted], {
    stdio: "inherit",
    shell: process.platform === "win32",
  });
  if (status !== 0)
    throw new Error("The peers could not be installed: npm's own lines above say why (often: no network).");
}
