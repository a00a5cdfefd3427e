/**
 * The page's security headers, made from one table. Our server, the service worker (at build time), the
 * dev server and the tests all read them here, so they cannot differ. Knows no server and no browser.
 * A `<meta>` policy would not bind workers loaded from their own URL: the policy must come with responses.
 */
import { readFileSync } from "node:fs";

const hostsFile = new URL("../src/models/hub-hosts.ts", import.meta.url);

/**
 * The Hub's hosts from their one home. Node 20 cannot import TypeScript, so every quoted origin in the
 * file is taken; tests/unit/scripts compares the result with the module's own list.
 * @returns {string[]}
 */
export function readHubHosts(text = readFileSync(hostsFile, "utf8")) {
  const hosts = [...new Set([...text.matchAll(/"(https?:\/\/[^"\s]+)"/g)].map((match) => match[1]))];
  if (hosts.length === 0) throw new Error("src/models/hub-hosts.ts holds no quoted origins: has it moved?");
  return hosts;
}

/**
 * Directive by directive; whatever is not named falls back to `default-src 'none'`.
 * @type {Record<string, string[]>}
 */
const directives = {
  "default-src": ["'none'"],
  "script-src": ["'self'", "'wasm-unsafe-eval'"], // WebAssembly needs its own word; eval stays forbidden
  "worker-src": ["'self'"],
  "connect-src": ["'self'"], // plus the Hub's hosts
  "style-src": ["'self'", "'unsafe-inline'"], // widths of bars and chart marks are style attributes
  "img-src": ["'self'", "data:", "blob:"],
  "font-src": ["'self'"],
  "manifest-src": ["'self'"],
  "object-src": ["'none'"],
  "base-uri": ["'none'"],
  "form-action": ["'none'"],
  "frame-ancestors": ["'self'"],
};

/**
 * The content-security policy as one header value.
 * @param {{ connect?: string[] }} [extra] origins that may be fetched besides ours and the Hub's (tests: a local Hub).
 */
export function contentSecurityPolicy({ connect = [] } = {}) {
  const added = { "connect-src": [...readHubHosts(), ...connect] };
  return Object.entries(directives)
    .map(([name, values]) => [name, ...values, ...(added[name] ?? [])].join(" "))
    .join("; ");
}

/**
 * Every header that documents, scripts and workers carry.
 * COOP and COEP give cross-origin isolation, which WASM threads need; Hub downloads go by CORS, so the
 * strict `require-corp` does not stop them.
 * @param {{ connect?: string[] }} [extra]
 * @returns {Record<string, string>}
 */
export function securityHeaders(extra) {
  return {
    "Content-Security-Policy": contentSecurityPolicy(extra),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
}
