// Builds every chunk. A chunk is one esbuild run over its files, in which a file of another chunk is replaced by a stub
// that re-exports it from that chunk. What a chunk must export is what the others turn out to import, so the runs
// repeat until nothing new is asked for.
import path from "node:path";
import { basePlugin, settings } from "./esbuild.mjs";

const importPattern = /(?:import|export)\s*\{([^}]*)\}\s*from\s*"([^"]+)"/g;

export class Linker {
  #esbuild;
  #root;
  #partition;
  #replacements;
  #reader;
  #indexes;
  #files; // index file -> specifier
  #wanted = new Map(); // chunk -> Map<key, { file, name, alias }>
  #aliases = new Map(); // alias -> { chunk, file, name }
  #aliasOf = new Map(); // file + name -> alias
  #output = new Map();

  constructor({ esbuild, root, partition, replacements, reader, indexes }) {
    this.#esbuild = esbuild;
    this.#root = root;
    this.#partition = partition;
    this.#replacements = replacements;
    this.#reader = reader;
    this.#indexes = indexes;
    this.#files = new Map([...indexes].map(([specifier, file]) => [file, specifier]));
  }

  /** @returns {Promise<Map<string, { text: string, imports: object[], inputs: object }>>} by chunk id or specifier. */
  async run() {
    const dynamic = this.#partition.dynamicChunks();
    const stale = new Set([...this.#indexes.keys(), ...dynamic.keys()]);
    while (stale.size > 0) {
      const round = [...stale];
      stale.clear();
      const built = await parallel(2, round, (id) => this.#build(id, this.#indexes.get(id) ?? dynamic.get(id)));
      for (const [i, id] of round.entries()) {
        this.#output.set(id, built[i]);
        for (const [, names] of built[i].text.matchAll(importPattern))
          for (const part of names.split(",")) {
            const alias = part.trim().split(/\s+as\s+/)[0];
            const target = this.#aliases.get(alias);
            if (target === undefined) continue;
            const wanted = this.#wanted.get(target.chunk) ?? new Map();
            this.#wanted.set(target.chunk, wanted);
            if (wanted.has(alias)) continue;
            wanted.set(alias, target);
            stale.add(target.chunk);
          }
      }
    }
    return this.#output;
  }

  /** Which names of which files a chunk takes from each other chunk: for finding out why one is loaded. */
  uses(id) {
    const list = [];
    for (const [, names] of this.#output.get(id)?.text.matchAll(importPattern) ?? [])
      for (const part of names.split(",")) {
        const target = this.#aliases.get(part.trim().split(/\s+as\s+/)[0]);
        if (target) list.push(`${target.chunk} <- ${path.relative(path.join(this.#root, "node_modules"), target.file)} ${target.name}`);
      }
    return list;
  }

  /** The name, in its own file, of what a chunk exports as `alias`. */
  original(alias) {
    return this.#aliases.get(alias)?.name;
  }

  async #build(id, entry) {
    const lines = [];
    if (entry !== undefined) {
      lines.push(`export * from ${JSON.stringify(entry)};`);
      if (this.#reader.read(entry).own.has("default")) lines.push(`export { default } from ${JSON.stringify(entry)};`);
    }
    for (const [alias, { file, name }] of [...(this.#wanted.get(id) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1)))
      lines.push(`export { ${name} as ${alias} } from ${JSON.stringify(file)};`);
    const { outputFiles, metafile } = await this.#esbuild.build({
      ...settings,
      absWorkingDir: this.#root,
      stdin: { contents: lines.join("\n"), resolveDir: this.#root },
      outdir: "out",
      plugins: [this.#plugin(id), basePlugin(this.#replacements)],
    }).catch((error) => {
      throw new Error(`${id}: ${error.message}`);
    });
    const [{ imports, inputs }] = Object.values(metafile.outputs);
    return { text: classNames(outputFiles[0].text, id), imports, inputs };
  }

  #plugin(id) {
    return {
      name: "sdk-link",
      setup: (build) => {
        build.onResolve({ filter: /^(\.|\/|@|own:)/ }, async (args) => {
          if (args.pluginData === "plain") return undefined;
          if (args.path.startsWith("internal:")) return undefined;
          const found = await build.resolve(args.path, {
            kind: args.kind, importer: args.importer, resolveDir: args.resolveDir, pluginData: "plain",
          });
          if (found.errors.length > 0 || found.namespace !== "file" || found.external) return found;
          if (args.kind === "dynamic-import") {
            const target = this.#files.get(found.path) ?? this.#partition.chunkOf(found.path);
            return { path: target, external: true };
          }
          const chunk = this.#partition.chunkOf(found.path);
          if (chunk === undefined || chunk === id) return found;
          return { path: found.path, namespace: "stub", sideEffects: false };
        });
        build.onResolve({ filter: /^chunk:/ }, (args) => ({ path: args.path.slice(6), external: true, sideEffects: false }));
        build.onLoad({ filter: /.*/, namespace: "stub" }, ({ path: file }) => ({
          contents: this.#stub(file),
          resolveDir: path.dirname(file),
        }));
      },
    };
  }

  #stub(file) {
    const { own, passed, stars } = this.#reader.read(file);
    const lines = [];
    const chunk = this.#partition.chunkOf(file);
    for (const name of own) lines.push(`export { ${this.#alias(chunk, file, name)} as ${name} } from "chunk:${chunk}";`);
    for (const { name, imported, from } of passed) lines.push(`export { ${imported} as ${name} } from ${JSON.stringify(from)};`);
    for (const from of stars) lines.push(`export * from ${JSON.stringify(from)};`);
    return lines.join("\n");
  }

  #alias(chunk, file, name) {
    const key = `${file}\n${name}`;
    let alias = this.#aliasOf.get(key);
    if (alias === undefined) {
      alias = `$${this.#aliasOf.size.toString(36)}`;
      this.#aliasOf.set(key, alias);
      this.#aliases.set(alias, { chunk, file, name });
    }
    return alias;
  }
}

/**
 * Gives classes their names back: esbuild turns `class X` whose body mentions X into `var X = class _X`, and people do
 * look at `error.constructor.name`. The inner name is an identifier of esbuild's making, so only identifiers can match.
 */
function classNames(text, id) {
  const inner = [...text.matchAll(/\b(?:var|let|const|,) ?([\w$]+)=class _\1(?![\w$])|,([\w$]+)=class _\2(?![\w$])/g)].map((m) => m[1] ?? m[2]);
  for (const name of inner) {
    const pattern = new RegExp(`(.?)(?<![\\w$])_${name.replace(/\$/g, "\\$")}(?![\\w$])(:?)`, "g");
    text = text.replace(pattern, (all, before, colon) => {
      if (/[.'"`#]/.test(before)) throw new Error(`${id}: _${name} is not only a class name`);
      return `${before}${name}${colon}`;
    });
  }
  return text;
}

async function parallel(width, items, work) {
  const results = new Array(items.length);
  let next = 0;
  const worker = async () => {
    for (let i; (i = next++) < items.length; ) results[i] = await work(items[i]);
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
