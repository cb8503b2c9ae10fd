// Files of the packages that are built in as something else: see replacements.json for the list.
//
// Each entry names one file of one package, the module that stands in for it, and a digest of the original. A file that
// is no longer there, no longer used, or no longer the one that was studied is a build error, so that an upgrade of the
// packages cannot silently drop or misapply one.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { isErrors, withoutClasses } from "./errors.mjs";

const folder = fileURLToPath(new URL("../replace/", import.meta.url));
const table = JSON.parse(fs.readFileSync(new URL("../replacements.json", import.meta.url)));

export const digest = (text) => crypto.createHash("sha256").update(text).digest("hex").slice(0, 16);

export class Replacements {
  #root;
  #used = new Set();
  #files = new Map();

  constructor(root) {
    this.#root = path.join(root, "node_modules");
    const problems = [];
    for (const { file, by, original } of table.files) {
      const target = path.join(this.#root, file);
      if (!fs.existsSync(target)) {
        problems.push(`${file}: no such file`);
        continue;
      }
      const seen = digest(fs.readFileSync(target));
      if (original !== seen) problems.push(`${file}: the original changed (${original} -> ${seen}); review ${by}`);
      this.#files.set(target, path.join(folder, by));
    }
    if (problems.length > 0 && !process.env.SDK_BUNDLE_ALLOW_CHANGED) throw new Error(`replacements.json:\n  ${problems.join("\n  ")}`);
  }

  /** esbuild's load result for `file`: the replacement, errors without their classes, a slimmer manifest, or nothing to say. */
  load(file) {
    const by = this.#files.get(file);
    if (by !== undefined) {
      this.#used.add(file);
      return { contents: fs.readFileSync(by, "utf8"), resolveDir: path.dirname(file), loader: "js" };
    }
    if (isErrors(path.relative(this.#root, file))) return { contents: withoutClasses(fs.readFileSync(file, "utf8")), resolveDir: path.dirname(file), loader: "js" };
    if (path.basename(file) === "package.json") {
      const { name, version } = JSON.parse(fs.readFileSync(file, "utf8"));
      return { contents: JSON.stringify({ name, version }), loader: "json" };
    }
    return undefined;
  }

  replaced() {
    return [...this.#files].map(([file, by]) => ({ file, by }));
  }

  /** Source of a stand-in for the built-in module `name` that loads it at the first call, or nothing. */
  lazyBuiltin(name, importer) {
    const entry = table.lazyBuiltins[name];
    if (entry === undefined) return undefined;
    const relative = path.relative(this.#root, importer);
    if (relative.startsWith("..") || table.eagerBuiltins.includes(relative)) return undefined;
    const lines = [`import { importBuiltin } from "internal:host";`, `const load = () => importBuiltin("${entry.from ?? `node:${name}`}");`];
    for (const fn of entry.functions ?? []) lines.push(`export const ${fn} = (...args) => load().${fn}(...args);`);
    for (const [key, value] of Object.entries(entry.constants ?? {})) lines.push(`export const ${key} = ${value};`);
    return lines.join("\n");
  }

  assertAllUsed() {
    const unused = this.replaced().filter(({ file }) => !this.#used.has(file));
    if (unused.length > 0)
      throw new Error(`replacements never used:\n  ${unused.map(({ file }) => path.relative(this.#root, file)).join("\n  ")}`);
  }
}
