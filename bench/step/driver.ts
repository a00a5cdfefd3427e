/** Where Mesa's software Vulkan driver (lavapipe) is, for WebGPU in Node: the same everywhere, and slow. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Where Vulkan's loader looks on Linux. */
const folders = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/** The driver's description file; undefined when it is not installed. */
export function lavapipe(): string | undefined {
  for (const folder of folders) {
    const file = existsSync(folder) ? readdirSync(folder).find((name) => /^lvp_icd.*\.json$/.test(name)) : undefined;
    if (file !== undefined) return join(folder, file);
  }
  return undefined;
}
