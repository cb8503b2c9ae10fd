// Runs a bundler script for llrt-build: node runner.mjs ROOT OUT SCRIPT [ARGUMENT...]
// ROOT holds node_modules, OUT is an empty directory to write to.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const [root, out, script, ...args] = process.argv.slice(2);
const require = createRequire(path.join(root, "package.json"));
const nodeModules = path.join(root, "node_modules");

/** The folder of the npm package that `input`, a path in a metafile, belongs to, or `undefined` when it belongs to none. */
function packageFolder(input) {
  const parts = input.split("/");
  const first = parts.indexOf("node_modules");
  const last = parts.lastIndexOf("node_modules");
  if (first < 0) return undefined;
  return path.join(root, ...parts.slice(first, last + (parts[last + 1].startsWith("@") ? 3 : 2)));
}

/**
 * Writes LICENSES.txt into OUT: name, version and license of each package that has a file in one of the metafiles, and each
 * text once below them. A file counts when some of it is in an output.
 */
function writeLicenses(...metafiles) {
  const folders = new Set();
  for (const { outputs } of metafiles)
    for (const output of Object.values(outputs))
      for (const [file, { bytesInOutput }] of Object.entries(output.inputs)) {
        const folder = bytesInOutput > 0 && packageFolder(file);
        if (folder) folders.add(folder);
      }
  const sections = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const texts = readdirSync(folder)
      .filter((file) => /^(licen[cs]e|copying|notice)/i.test(file))
      .sort();
    if (!license && texts.length === 0) throw new Error(`${name} ${version} says no license`);
    const text = texts.map((file) => readFileSync(path.join(folder, file), "utf8").trim()).join("\n\n");
    return { name: `${name} ${version} (${license ?? "see its text"})`, text };
  });
  sections.sort((a, b) => (a.name < b.name ? -1 : 1));
  // Packages of one project have one text.
  const byText = new Map();
  for (const { name, text } of sections) byText.set(text, [...(byText.get(text) ?? []), name]);
  const rule = `\n${"-".repeat(80)}\n\n`;
  const parts = [...byText].map(([text, names]) => `${names.join("\n")}\n\n${text}\n`);
  writeFileSync(path.join(out, "LICENSES.txt"), parts.join(rule));
}

/**
 * An esbuild plugin and what it needs: what a `require` in CommonJS code of packages gives. `provide` maps what is
 * required (a bare name, or a file of a package as `package/path.js`) to `[module, export]` of the program at run time
 * (the export `*` is the namespace); `replace` maps it to a module of the crate whose default export stands in for it.
 * `patches` are `[file of a package, text in it, text instead]`; a text that is not there exactly once is an error.
 * The text of `imports()`, after the build, goes before the output.
 */
function standIns(provide, replace, patches = []) {
  const crate = process.cwd();
  const used = new Map();
  const nameOf = (resolved) => resolved.replaceAll("\\", "/").split("/node_modules/").at(-1);
  const standIn = (name) => {
    if (provide.has(name)) return { path: name, namespace: "provide" };
    if (replace.has(name)) return { path: name, namespace: "replace" };
    return undefined;
  };
  const imports = () =>
    [...used]
      .map(([local, [module, name]]) => {
        const what = name === "*" ? `* as ${local}` : `{ ${name} as ${local} }`;
        return `import ${what} from ${JSON.stringify(module)};\n`;
      })
      .join("");
  const setup = (build) => {
    // Files of the crate have their path in it for a name, because names end up in the output.
    build.onResolve({ filter: /^\./ }, ({ path: request, namespace, resolveDir }) => {
      if (namespace !== "crate" && namespace !== "replace") return undefined;
      return { path: path.relative(crate, path.resolve(resolveDir, request)), namespace: "crate" };
    });
    build.onResolve({ filter: /.*/ }, async ({ path: request, kind, importer, namespace, resolveDir, pluginData }) => {
      if (kind === "entry-point") return { path: request, namespace: "crate" };
      if (pluginData === standIn || kind !== "require-call" || namespace === "crate") return undefined;
      const bare = standIn(request);
      if (bare) return bare;
      const found = await build.resolve(request, { kind, importer, resolveDir, pluginData: standIn });
      return (found.errors.length === 0 && standIn(nameOf(found.path))) || found;
    });
    build.onLoad({ filter: /.*/, namespace: "crate" }, ({ path: file }) => {
      const resolveDir = path.dirname(path.resolve(crate, file));
      return { contents: readFileSync(path.resolve(crate, file), "utf8"), loader: "js", resolveDir };
    });
    if (patches.length > 0)
      build.onLoad({ filter: /[\\/]node_modules[\\/]/, namespace: "file" }, ({ path: file }) => {
        const own = patches.filter(([name]) => name === nameOf(file));
        if (own.length === 0) return undefined;
        const contents = own.reduce(
          (text, [name, from, to]) => {
            const parts = text.split(from);
            if (parts.length !== 2)
              throw new Error(`the patch of ${name} finds its text ${parts.length - 1} times: ${from}`);
            return parts.join(to);
          },
          readFileSync(file, "utf8"),
        );
        return { contents, loader: "js" };
      });
    build.onLoad({ filter: /.*/, namespace: "provide" }, ({ path: name }) => {
      const local = `provided_${name.replace(/\W/g, "_")}`;
      used.set(local, provide.get(name));
      return { contents: `module.exports = ${local};`, loader: "js" };
    });
    build.onLoad({ filter: /.*/, namespace: "replace" }, ({ path: name }) => {
      const file = `./${replace.get(name)}`;
      return {
        contents: `module.exports = require(${JSON.stringify(file)}).default;`,
        loader: "js",
        resolveDir: crate,
      };
    });
  };
  return { plugin: { name: "stand-ins", setup }, imports };
}

if (!existsSync(script)) throw new Error(`no such bundler script: ${script}`);
const module = await import(pathToFileURL(script));
if (module.default)
  await module.default({ esbuild: require("esbuild"), root, out, args, nodeModules, require, standIns, writeLicenses });
