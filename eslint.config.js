import js from "@eslint/js";
import globals from "globals";
import svelte from "eslint-plugin-svelte";
import ts from "typescript-eslint";
import svelteConfig from "./svelte.config.js";
import { mayImport, packageOwners } from "./scripts/floors.mjs";

/** One rule set a room: everything that its row of the floors table does not name is forbidden. */
const rooms = Object.keys(mayImport);
const floors = rooms.map((room) => {
  const forbidden = rooms.filter((other) => other !== room && !mayImport[room].includes(other));
  const foreignPackages = Object.entries(packageOwners).flatMap(([name, owner]) => (owner === room ? [] : [name]));
  return {
    files: room === "workers" ? ["workers/**/*.ts"] : [`src/${room}/**/*.{ts,svelte}`],
    rules: {
      "no-restricted-imports": [
        "error",
        {
          patterns: [
            ...(forbidden.length > 0
              ? [
                  {
                    regex: `^(\\.\\./)+(src/)?(${forbidden.join("|")})(/|$)`,
                    message: `src/${room} may not import this room: see scripts/floors.mjs.`,
                  },
                ]
              : []),
            {
              regex: `^(\\.\\./)+(src/)?(${rooms.filter((r) => r !== "workers" && r !== room).join("|")})/(?!index\\.ts$)`,
              message: "Import a room by its door, index.ts.",
            },
            ...foreignPackages.map((name) => ({
              regex: `^${name}($|/)`,
              message: `Only src/${packageOwners[name]} imports ${name}.`,
            })),
          ],
        },
      ],
    },
  };
});

export default ts.config(
  { ignores: ["dist", "node_modules", ".cache", "public", "test-results", "screenshots"] },
  js.configs.recommended,
  ...ts.configs.recommended,
  ...svelte.configs.recommended,
  { languageOptions: { globals: { ...globals.browser, ...globals.node } } },
  {
    files: ["**/*.ts", "**/*.svelte"],
    languageOptions: {
      parserOptions: {
        project: ["tsconfig.json", "tsconfig.ground.json", "tsconfig.worker.json", "tsconfig.node.json"],
        extraFileExtensions: [".svelte"],
        parser: ts.parser,
        svelteConfig,
      },
    },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": ["error", { checksVoidReturn: { attributes: false } }],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-undef": "off",
      "svelte/no-at-html-tags": "error",
      "no-eval": "error",
      "no-implied-eval": "error",
    },
  },
  ...floors,
);
