// Runs a bundler script for llrt-build: node runner.mjs ROOT OUT SCRIPT [ARGUMENT...]
// ROOT holds node_modules, OUT is an empty directory to write to.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [root, out, script, ...args] = process.argv.slice(2);
const require = createRequire(path.join(root, "package.json"));
const nodeModules = path.join(root, "node_modules");

/** The folder of the npm package that `file` belongs to, or `undefined` when it belongs to none. */
function packageFolder(file) {
  const parts = file.split("/");
  const at = parts.lastIndexOf("node_modules");
  if (at < 0) return undefined;
  return parts.slice(0, at + (parts[at + 1].startsWith("@") ? 3 : 2)).join("/");
}

/**
 * Writes LICENSES.txt into OUT: name, version, license and its text, of each package that has a file in one of the metafiles.
 * A file counts when some of it is in an output.
 */
function writeLicenses(...metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const output of Object.values(outputs))
      for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
        const folder = bytesInOutput > 0 && packageFolder(path.resolve(file));
        if (folder) folders.add(folder);
      }
  const sections = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
    if (!license && texts.length === 0) throw new Error(`${name} ${version} says no license`);
    const text = texts.map((file) => readFileSync(path.join(folder, file), "utf8").trim()).join("\n\n");
    return { name, version, text: `${name} ${version} (${license ?? "see its text"})\n\n${text}\n` };
  });
  sections.sort((a, b) => (a.name + a.version < b.name + b.version ? -1 : 1));
  const rule = `\n${"-".repeat(80)}\n\n`;
  writeFileSync(path.join(out, "LICENSES.txt"), sections.map((section) => section.text).join(rule));
}

/**
 * An esbuild plugin: what a `require` in CommonJS code gives. `provide` maps what is required (a bare name, or a file of a package as
 * `package/path.js`) to `[module, export]` of the program at run time; `replace` maps it to a file that stands in for it.
 * The output needs `plugin.imports()` at its top.
 */
function standIns(provide, replace) {
  const used = new Map();
  const nameOf = (resolved) => resolved.replaceAll("\\", "/").split("/node_modules/").at(-1);
  return {
    name: "stand-ins",
    imports: () =>
      [...used].map(([local, [module, name]]) => `import { ${name} as ${local} } from ${JSON.stringify(module)};\n`).join(""),
    setup(build) {
      const standIn = (name) => {
        if (provide.has(name)) return { path: name, namespace: "provide" };
        if (replace.has(name)) return { path: replace.get(name) };
        return undefined;
      };
      build.onResolve({ filter: /.*/ }, async ({ path: request, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === standIn || kind === "entry-point") return undefined;
        const bare = kind === "require-call" && standIn(request);
        if (bare) return bare;
        if (!/^(\.|@?[a-z])/.test(request) || /^(node|internal|native|llrt):/.test(request)) return undefined;
        const found = await build.resolve(request, { kind, importer, resolveDir, pluginData: standIn });
        if (found.errors.length > 0 || found.external) return found;
        return standIn(nameOf(found.path)) ?? found;
      });
      build.onLoad({ filter: /.*/, namespace: "provide" }, ({ path: name }) => {
        const local = `provided_${name.replace(/\W/g, "_")}`;
        used.set(local, provide.get(name));
        return { contents: `module.exports = ${local};`, loader: "js" };
      });
    },
  };
}

if (!existsSync(script)) throw new Error(`no such bundler script: ${script}`);
const module = await import(pathToFileURL(script));
if (module.default)
  await module.default({ esbuild: require("esbuild"), root, out, args, nodeModules, require, standIns, writeLicenses });
