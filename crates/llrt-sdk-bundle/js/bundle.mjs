// Builds one tier of the AWS SDK into ES modules: one for each importable specifier, and the chunks they share.
//
// Run by llrt_build::run_bundler with the tiers as arguments. For each tier it writes a folder with the modules and
// modules.tsv (specifier, file), parts.tsv (specifier, what its parts' specifiers begin with, the names of each), packages.tsv
// (name, version), and LICENSES.txt.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { plainCommands } from "./lib/commands.mjs";
import { basePlugin, settings } from "./lib/esbuild.mjs";
import { ExportReader } from "./lib/exports.mjs";
import { scan } from "./lib/graph.mjs";
import { Linker } from "./lib/link.mjs";
import { shortenLocals } from "./lib/locals.mjs";
import { outlineMethods } from "./lib/methods.mjs";
import { packNumbers } from "./lib/numbers.mjs";
import { Partition } from "./lib/partition.mjs";
import { moveRare } from "./lib/rare.mjs";
import { Replacements } from "./lib/replacements.mjs";
import { refer } from "./lib/schemas.mjs";
import { splitClients } from "./lib/split.mjs";
import { contents } from "./lib/tiers.mjs";

export default async function bundle({ esbuild, root, out, args: tiers, writeLicenses }) {
  const metafiles = [];
  for (const tier of tiers) {
    const { modules, parts, packages, linker } = await build(esbuild, root, tier);
    write(path.join(out, tier), modules, parts, packages);
    if (process.env.SDK_BUNDLE_REPORT) report(`${process.env.SDK_BUNDLE_REPORT}.${tier}.json`, modules, linker);
    metafiles.push(metafile(root, modules));
  }
  writeLicenses(...metafiles);
}

async function build(esbuild, root, tier) {
  const replacements = new Replacements(root);
  const reader = new ExportReader(esbuild, replacements);
  const { packages, specifiers } = contents(root, tier);
  const indexes = await entryFiles(esbuild, root, specifiers);
  const graph = await scan(esbuild, root, specifiers.filter((s) => s.startsWith("@aws-sdk/client-")), replacements);
  // What no client imports has dynamic imports too: they are found by asking for everything at once.
  await addDynamicTargets(esbuild, root, specifiers, replacements, graph);
  const linker = new Linker({ esbuild, root, partition: new Partition(graph, indexes), replacements, reader, indexes });
  const modules = await linker.run();
  checkReplacements(replacements, reader);
  const { parse } = createRequire(path.join(root, "package.json"))("acorn");
  const original = (alias) => linker.original(alias);
  plainCommands(modules, parse, original);
  packNumbers(modules, parse);
  const parts = splitClients(modules, parse, original);
  refer(modules, parse);
  outlineMethods(modules, parts, parse, root);
  moveRare(modules, parts, parse, root);
  await shortenLocals(modules, esbuild, parse);
  checkLinks(modules, parts);
  return { modules, parts, packages, linker };
}

async function entryFiles(esbuild, root, specifiers) {
  const found = new Map();
  await esbuild.build({
    ...settings,
    absWorkingDir: root,
    entryPoints: specifiers,
    outdir: "out",
    plugins: [{
      name: "entries",
      setup(build) {
        build.onResolve({ filter: /.*/ }, async (args) => {
          if (args.pluginData === "plain" || args.kind !== "entry-point") return undefined;
          const { path: file, errors } = await build.resolve(args.path, { kind: "import-statement", resolveDir: root, pluginData: "plain" });
          if (errors.length > 0) throw new Error(`${args.path}: ${errors[0].text}`);
          found.set(args.path, file);
          return { path: args.path, namespace: "entry" };
        });
        build.onLoad({ filter: /.*/, namespace: "entry" }, () => ({ contents: "" }));
      },
    }],
  });
  return new Map(specifiers.map((specifier) => [specifier, found.get(specifier)]));
}

async function addDynamicTargets(esbuild, root, specifiers, replacements, graph) {
  const { metafile } = await esbuild.build({
    ...settings,
    absWorkingDir: root,
    stdin: { contents: specifiers.map((s, i) => `export * as n${i} from ${JSON.stringify(s)};`).join("\n"), resolveDir: root },
    outdir: "out",
    splitting: true,
    plugins: [basePlugin(replacements)],
  });
  for (const [file, { format, imports }] of Object.entries(metafile.inputs)) {
    if (format === "cjs") graph.cjs.add(path.join(root, file));
    for (const { path: target, kind, external } of imports)
      if (kind === "dynamic-import" && !external) graph.dynamic.add(path.join(root, target));
  }
}

function checkReplacements(replacements, reader) {
  replacements.assertAllUsed();
  const names = (file) => {
    const { own, passed, stars } = reader.parse(fs.readFileSync(file, "utf8"));
    return [...own, ...passed.map(({ name }) => name), ...stars.map((from) => `* ${from}`)].sort().join();
  };
  for (const { file, by } of replacements.replaced())
    if (names(file) !== names(by)) throw new Error(`${by} exports ${names(by)}, the original exports ${names(file)}`);
}

function checkLinks(modules, parts) {
  for (const [id, { imports }] of modules)
    for (const { path: from } of imports)
      if (!modules.has(from) && !parts.has(from) && !/^(node|internal):/.test(from)) throw new Error(`${id} imports ${from}, which is not built in`);
}

function write(folder, modules, parts, packages) {
  fs.mkdirSync(folder, { recursive: true });
  const lines = [];
  for (const id of [...modules.keys()].sort()) {
    const file = `${id.replace(/[^\w.+-]+/g, "_")}.js`;
    fs.writeFileSync(path.join(folder, file), modules.get(id).text);
    lines.push(`${id}\t${file}\n`);
  }
  fs.writeFileSync(path.join(folder, "modules.tsv"), lines.join(""));
  const lists = [...parts].map(([id, { prefix, names }]) => `${id}\t${prefix}\t${names.map((list) => list.join()).join(";")}\n`);
  fs.writeFileSync(path.join(folder, "parts.tsv"), lists.join(""));
  fs.writeFileSync(path.join(folder, "packages.tsv"), [...packages].map((entry) => `${entry.join("\t")}\n`).join(""));
}

/** What each module is made of, and what it takes from which other: for finding out why something is loaded. */
function report(file, modules, linker) {
  const entries = [...modules].map(([id, { inputs }]) => {
    const files = Object.entries(inputs).map(([name, { bytesInOutput }]) => [name, bytesInOutput]);
    return [id, { uses: linker.uses(id), files: Object.fromEntries(files.filter(([, n]) => n > 0).sort((a, b) => b[1] - a[1])) }];
  });
  fs.writeFileSync(file, JSON.stringify(Object.fromEntries(entries), null, 1));
}

/** The parts of esbuild's metafiles that say which packages are in the bundle. */
function metafile(root, modules) {
  const outputs = {};
  for (const [id, { inputs }] of modules) {
    const files = Object.entries(inputs).filter(([name]) => name.startsWith("node_modules/"));
    outputs[id] = { inputs: Object.fromEntries(files.map(([name, value]) => [path.join(root, name), value])) };
  }
  return { outputs };
}
