/**
 * The one table of hosts that a model may be downloaded from: the Hub, and the hosts that it redirects
 * large files to. The loader checks against it, and the content-security policy's `connect-src` is made
 * from it, so a host that is missing here is blocked twice. To build the page for a mirror of the Hub,
 * put the mirror here. A mirror under the page's own origin needs no entry.
 * No imports, and literals only in the list: scripts/policy.mjs reads them from the text.
 * Source: huggingface.co/.well-known/meta.json (`lfsDomains`, `cdnDomains`), in 2026; the bridge
 * host is from redirects seen in 2025 and 2026 (huggingface/datasets issue 7931).
 */
export const defaultHubHost = "https://huggingface.co";

/** Origins as a content-security policy takes them; `*.` stands for one or more labels. */
export const hubHosts: string[] = [
  "https://huggingface.co",
  "https://hf.co",
  // Large files, Git LFS storage
  "https://cdn-lfs.huggingface.co",
  "https://cdn-lfs-us-1.huggingface.co",
  "https://cdn-lfs-eu-1.huggingface.co",
  "https://cdn-lfs.hf.co",
  "https://cdn-lfs-us-1.hf.co",
  "https://cdn-lfs-eu-1.hf.co",
  // Large files, Xet storage: the bridge, and the content network with a name for each region
  "https://cas-bridge.xethub.hf.co",
  "https://*.cdn.hf.co",
];
