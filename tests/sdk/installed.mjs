// A folder with clients that no std tier holds: installed in node_modules, or bundled by esbuild.
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { contents } from "../../crates/llrt-sdk-bundle/js/lib/tiers.mjs";

/** Makes it; scripts know it as INSTALLED. */
export async function installClients(packages, folder) {
  const root = path.join(folder.root, "installed");
  const write = (name, text) => {
    fs.mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    fs.writeFileSync(path.join(root, name), text);
  };
  // Alone, without what it depends on: that is built in.
  for (const name of ["@aws-sdk/client-kinesis", "@aws-sdk/client-ecs"])
    fs.cpSync(path.join(packages, name), path.join(root, "node_modules", name), { recursive: true });
  write("kinesis.mjs", 'export * from "@aws-sdk/client-kinesis";\n');
  write("ecs.cjs", 'module.exports = require("@aws-sdk/client-ecs");\n');
  // With a copy of its own: one in another version, one in the same.
  const { version } = JSON.parse(fs.readFileSync(path.join(packages, "@smithy/types/package.json")));
  const own = "own/node_modules";
  write(`${own}/@smithy/core/package.json`, JSON.stringify({ name: "@smithy/core", version: "0.0.1", main: "index.js" }));
  write(`${own}/@smithy/core/index.js`, 'exports.mine = true;\n');
  write(`${own}/@smithy/types/package.json`, JSON.stringify({ name: "@smithy/types", version, main: "index.js" }));
  write(`${own}/@smithy/types/index.js`, 'exports.mine = true;\n');
  write(`${own}/@aws-sdk/client-own/package.json`, JSON.stringify({ name: "@aws-sdk/client-own", version: "1.0.0", main: "index.js", module: "index.mjs", exports: { import: "./index.mjs", require: "./index.js" } }));
  write(`${own}/@aws-sdk/client-own/index.mjs`, 'export * as core from "@smithy/core";\nexport * as types from "@smithy/types";\n');
  write(`${own}/@aws-sdk/client-own/index.js`, 'exports.core = require("@smithy/core");\nexports.types = require("@smithy/types");\n');
  write("own/index.mjs", 'export * from "@aws-sdk/client-own";\nexport { Client } from "@smithy/core/client";\nexport * as core from "@smithy/core";\nexport * as clientCore from "./client-core.mjs";\n');
  write("own/client-core.mjs", 'export { core } from "@aws-sdk/client-own";\n');
  write("own/index.cjs", 'exports.client = require("@aws-sdk/client-own");\nexports.core = require("@smithy/core");\n');
  // Bundled: with what is built in left out, and whole, for browsers.
  const esbuild = createRequire(path.join(packages, "x.js"))("esbuild");
  const builtIn = [...contents(path.dirname(packages), "std").packages.keys()];
  const entry = (name) => ({ contents: `export * from "@aws-sdk/client-${name}";\nexport { Sha256 } from "@aws-crypto/sha256-js";`, resolveDir: path.dirname(packages) });
  const common = { bundle: true, format: "esm", minify: true, logLevel: "error" };
  await esbuild.build({ ...common, stdin: entry("kinesis"), platform: "node", mainFields: ["module", "main"], external: builtIn.flatMap((name) => [name, `${name}/*`]), outfile: path.join(root, "bundled/external.mjs") });
  await esbuild.build({ ...common, stdin: entry("scheduler"), platform: "browser", mainFields: ["browser", "module", "main"], outfile: path.join(root, "bundled/browser.mjs") });
  return root;
}
