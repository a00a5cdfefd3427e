/**
 * Makes a fresh machine ready, with nothing but Node: packages, the built page (`--build`), a browser
 * (`--browser`). Called by name from the npm scripts, because `ignore-scripts` also silences npm's own
 * pre and post hooks. Every step looks first and does nothing when nothing is to be done.
 */
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureBrowser } from "./browser.mjs";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");
const stampFile = join(root, ".cache", "build-stamp");

/** Everything that the built page is made from. */
const sources = [
  "src",
  "workers",
  "public",
  "index.html",
  "vite.config.ts",
  "svelte.config.js",
  "tsconfig.base.json",
  "package-lock.json",
  "scripts/policy.mjs",
  "scripts/vite",
];

class SetupError extends Error {}

function run(command, args) {
  const result = spawnSync(command, args, { cwd: root, stdio: "inherit", shell: process.platform === "win32" });
  return result.status === 0;
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > 20 ? major >= 22 : major === 20 && minor >= 19) return;
  throw new SetupError(`Unmask needs Node 20.19 or newer (20 or 22 and up); this is ${process.versions.node}.`);
}

/** True when every package that the lock file demands is installed in that version. */
export function packagesReady(folder = root) {
  const installedFile = join(folder, "node_modules", ".package-lock.json");
  if (!existsSync(installedFile)) return false;
  const wanted = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(installedFile, "utf8")).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || entry.optional === true || installed[path]?.version === entry.version,
  );
}

function installPackages() {
  if (packagesReady()) return;
  console.log("Installing packages (once) ...");
  // No scripts: none of our packages needs one, and a fresh machine should not run strangers' code.
  if (run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])) return;
  console.log("`npm ci` did not succeed; trying `npm install`.");
  if (run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund"])) return;
  throw new SetupError("The packages could not be installed: npm's own lines above say why (often: no network).");
}

function* filesUnder(path) {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) yield path;
  else
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)))
      yield* filesUnder(join(path, entry.name));
}

/** One hash over names and contents of all sources. */
export function sourcesHash() {
  const hash = createHash("sha256");
  for (const source of sources)
    for (const file of filesUnder(join(root, source))) {
      hash.update(`${file.slice(root.length)}\0`);
      hash.update(readFileSync(file));
    }
  return hash.digest("hex");
}

function buildPage() {
  const wanted = sourcesHash();
  const built = existsSync(stampFile) && existsSync(join(root, "dist", "index.html"));
  if (built && readFileSync(stampFile, "utf8") === wanted) return;
  console.log("Building the page ...");
  if (!run(process.execPath, [join(root, "node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "warn"]))
    throw new SetupError("The page could not be built: the lines above say why.");
  mkdirSync(join(root, ".cache"), { recursive: true });
  writeFileSync(stampFile, wanted);
}

/**
 * @param {{ build?: boolean, browser?: boolean }} what
 * @throws SetupError with one plain sentence.
 */
export async function setup({ build = false, browser = false } = {}) {
  checkNode();
  installPackages();
  if (build) buildPage();
  if (browser) await ensureBrowser();
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const flags = process.argv.slice(2);
  try {
    await setup({ build: flags.includes("--build"), browser: flags.includes("--browser") });
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : error}`);
    process.exit(1);
  }
}
