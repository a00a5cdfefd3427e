/** The policy's table. */
import { describe, expect, test } from "vitest";
import { contentSecurityPolicy, readHubHosts, securityHeaders } from "../../../scripts/policy.mjs";
import { hubHosts } from "../../../src/models/hub-hosts.ts";

const directive = (name: string, policy = contentSecurityPolicy()): string[] =>
  policy
    .split("; ")
    .map((part) => part.split(" "))
    .find(([first]) => first === name)
    ?.slice(1) ?? [];

describe("content-security policy", () => {
  test("connects to ourselves and the Hub's hosts, from their one list", () => {
    expect(readHubHosts()).toEqual(hubHosts);
    expect(directive("connect-src")).toEqual(["'self'", ...hubHosts]);
    expect(directive("connect-src", contentSecurityPolicy({ connect: ["http://localhost:1"] }))).toEqual([
      "'self'",
      ...hubHosts,
      "http://localhost:1",
    ]);
    expect(() => readHubHosts("export const hubHosts = [];")).toThrow("no quoted origins");
  });

  test("allows scripts of ours and WebAssembly, nothing evaluated, nothing inline", () => {
    expect(directive("default-src")).toEqual(["'none'"]);
    expect(directive("script-src")).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(directive("worker-src")).toEqual(["'self'"]);
    expect(directive("object-src")).toEqual(["'none'"]);
    expect(directive("base-uri")).toEqual(["'none'"]);
  });

  test("comes with the headers of cross-origin isolation", () => {
    expect(securityHeaders()).toMatchObject({
      "Content-Security-Policy": contentSecurityPolicy(),
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Embedder-Policy": "require-corp",
      "Cross-Origin-Resource-Policy": "same-origin",
    });
  });
});
