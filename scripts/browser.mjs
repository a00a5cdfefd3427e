/**
 * Finds a Chromium for the demo, the tests and the benchmarks, or gets one; and holds the flags that
 * they start it with. Tried in order: CHROME_PATH, an installed Chrome, Chromium or Edge, Playwright's
 * earlier download; to get one: Debian's package when root, else Playwright's download.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

const commands = [
  "google-chrome",
  "google-chrome-stable",
  "chromium",
  "chromium-browser",
  "microsoft-edge",
  "microsoft-edge-stable",
];

function installedPlaces() {
  const { env, platform } = process;
  if (platform === "darwin")
    return ["Google Chrome", "Chromium", "Microsoft Edge"].flatMap((name) =>
      ["", env.HOME ?? ""].map((home) => `${home}/Applications/${name}.app/Contents/MacOS/${name}`),
    );
  if (platform === "win32")
    return [env.PROGRAMFILES, env["PROGRAMFILES(X86)"], env.LOCALAPPDATA].flatMap((base) =>
      base === undefined
        ? []
        : [
            join(base, "Google", "Chrome", "Application", "chrome.exe"),
            join(base, "Chromium", "Application", "chrome.exe"),
            join(base, "Microsoft", "Edge", "Application", "msedge.exe"),
          ],
    );
  const folders = (env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  return commands.flatMap((command) => folders.map((folder) => join(folder, command)));
}

/** Some systems have a `chromium` that only says how to install it, so it must state a version. */
function works(path) {
  if (!existsSync(path)) return false;
  if (process.platform === "win32") return true; // there it would open a window instead
  const result = spawnSync(path, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return result.status === 0 && /\d+\.\d+/.test(result.stdout);
}

async function playwrightsOwn() {
  try {
    const { chromium } = await import("playwright");
    return chromium.executablePath();
  } catch {
    return ""; // Playwright is not installed yet, or has no build for this system
  }
}

/** @returns {Promise<string | undefined>} path of a browser that starts */
export async function findBrowser() {
  const chosen = process.env.CHROME_PATH;
  if (chosen !== undefined && chosen !== "") {
    if (works(chosen)) return chosen;
    throw new Error(`CHROME_PATH names ${chosen}, which does not start. Correct it or unset it.`);
  }
  for (const place of installedPlaces()) if (works(place)) return place;
  const own = await playwrightsOwn();
  return own !== "" && works(own) ? own : undefined;
}

/** Finds a browser or installs one. @throws one plain sentence when neither succeeds */
export async function ensureBrowser() {
  const found = await findBrowser();
  if (found !== undefined) return found;
  const run = (command, args) =>
    spawnSync(command, args, {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    }).status === 0;
  const isRoot = process.getuid?.() === 0;
  if (isRoot && existsSync("/etc/debian_version")) {
    console.log("Installing Chromium from the distribution (once) ...");
    if (run("apt-get", ["update", "-qq"]) && run("apt-get", ["install", "-y", "-qq", "chromium"])) {
      const installed = await findBrowser();
      if (installed !== undefined) return installed;
    }
  }
  console.log("Downloading a Chromium (once) ...");
  const cli = join(root, "node_modules", "playwright", "cli.js");
  run(process.execPath, [cli, "install", ...(isRoot ? ["--with-deps"] : []), "chromium"]);
  const downloaded = await findBrowser();
  if (downloaded !== undefined) return downloaded;
  throw new Error("No browser was found or could be installed: install Chrome or Chromium, or set CHROME_PATH to one.");
}

/**
 * Flags by kind of GPU. "software" is Chromium's own SwiftShader: correct, slow, everywhere the same.
 * @type {Record<"software" | "hardware" | "none", string[]>}
 */
const gpuFlags = {
  software: ["--enable-unsafe-webgpu", "--use-webgpu-adapter=swiftshader"],
  hardware: ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--use-angle=vulkan", "--ignore-gpu-blocklist"],
  none: ["--disable-features=WebGPU,WebGPUService"],
};

/**
 * What `chromium.launch` is given, everywhere.
 * @param {{ gpu?: "software" | "hardware" | "none", args?: string[] }} [options] UNMASK_GPU overrules `gpu`
 * @returns {Promise<{ executablePath: string, args: string[] }>}
 */
export async function launchOptions({ gpu = "software", args = [] } = {}) {
  const executablePath = await findBrowser();
  if (executablePath === undefined) throw new Error("There is no browser yet: run `npm run setup -- --browser`.");
  const kind = Object.hasOwn(gpuFlags, process.env.UNMASK_GPU ?? "") ? process.env.UNMASK_GPU : gpu;
  // Chromium's own sandbox does not start for root, as in most containers.
  const sandbox = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  return { executablePath, args: [...sandbox, ...gpuFlags[kind], ...args] };
}
