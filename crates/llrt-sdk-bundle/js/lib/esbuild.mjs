// The esbuild settings and the plugin that every step shares.
import fs from "node:fs";
import { builtinModules, createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Modules of our own that replacements share: `own:name` is own/name.js. */
export const ownFile = (name) => fileURLToPath(new URL(`../own/${name}.js`, import.meta.url));

export const ownFolder = path.dirname(ownFile("x"));

const builtin = new Set(builtinModules.filter((name) => !name.startsWith("_")));

/** Resolution as Node's `import` does it, preferring the ES module build of a package, never its browser build. */
export const settings = {
  bundle: true,
  format: "esm",
  platform: "node",
  target: "es2023",
  mainFields: ["module", "main"],
  conditions: ["module", "node", "import"],
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  logLevel: "silent",
  metafile: true,
  write: false,
};

/** Built-in modules stay outside (lazily where that is possible), replaced files are replaced. */
export const basePlugin = (replacements) => ({
  name: "sdk-base",
  setup(build) {
    build.onResolve({ filter: /^internal:/ }, ({ path }) => ({ path, external: true, sideEffects: false }));
    build.onResolve({ filter: /^own:/ }, ({ path: name }) => ({ path: ownFile(name.slice(4)), sideEffects: false }));
    build.onResolve({ filter: /^(node:)?[a-z0-9_/]+$/ }, (args) => {
      const name = args.path.replace(/^node:/, "");
      if (!builtin.has(name)) return undefined;
      if (args.kind === "import-statement") {
        const contents = replacements.lazyBuiltin(name, args.importer);
        if (contents !== undefined) return { path: name, namespace: "lazy", sideEffects: false, pluginData: { contents } };
      }
      return { path: `node:${name}`, external: true, sideEffects: false };
    });
    build.onLoad({ filter: /.*/, namespace: "lazy" }, ({ pluginData }) => ({ contents: pluginData.contents }));
    build.onLoad({ filter: /\.(js|mjs|json)$/, namespace: "file" }, ({ path: file }) =>
      path.dirname(file) === ownFolder
        ? { contents: fs.readFileSync(file, "utf8"), resolveDir: build.initialOptions.absWorkingDir }
        : replacements.load(file),
    );
  },
});
