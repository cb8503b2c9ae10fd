// The exported names of a module, read from esbuild's own printing of it.
import fs from "node:fs";

const clause = (text) =>
  text.split(",").map((s) => s.trim()).filter(Boolean).map((s) => {
    const [imported, local = imported] = s.split(/\s+as\s+/);
    return { imported, local };
  });

/**
 * Splits what `source` exports into names it defines and names it passes on.
 * @returns {{ own: Set<string>, passed: { name: string, imported: string, from: string }[], stars: string[] }}
 */
export function parseExports(source) {
  const imports = new Map();
  for (const [, names, from] of source.matchAll(/^import (?:[\w$]+, )?\{ ([^}]*) \} from "([^"]+)";$/gms))
    for (const { imported, local } of clause(names)) imports.set(local, { imported, from });
  for (const [, names, from] of source.matchAll(/^import \{\s([^}]*)\} from "([^"]+)";$/gms))
    for (const { imported, local } of clause(names)) imports.set(local, { imported, from });
  const own = new Set();
  const passed = [];
  const stars = [];
  for (const [, from] of source.matchAll(/^export \* from "([^"]+)";$/gm)) stars.push(from);
  for (const [, names, from] of source.matchAll(/^export \{([^}]*)\} from "([^"]+)";$/gms))
    for (const { imported, local } of clause(names)) passed.push({ name: local, imported, from });
  for (const [, names] of source.matchAll(/^export \{([^}]*)\};$/gms))
    for (const { imported: local, local: name } of clause(names)) {
      const via = imports.get(local);
      if (via) passed.push({ name, ...via });
      else own.add(name);
    }
  for (const [, name] of source.matchAll(/^export (?:async )?(?:function\*?|class|var|let|const) ([\w$]+)/gm)) own.add(name);
  if (/^export default /m.test(source)) own.add("default");
  return { own, passed, stars };
}

/** Reads, prints and parses one file at a time, remembering the result. */
export class ExportReader {
  #esbuild;
  #replacements;
  #seen = new Map();

  constructor(esbuild, replacements) {
    this.#esbuild = esbuild;
    this.#replacements = replacements;
  }

  read(file) {
    let found = this.#seen.get(file);
    if (found === undefined) {
      if (file.endsWith(".json")) found = { own: new Set(["default"]), passed: [], stars: [] };
      else found = this.parse(this.#replacements.load(file)?.contents ?? fs.readFileSync(file, "utf8"));
      this.#seen.set(file, found);
    }
    return found;
  }

  parse(source) {
    return parseExports(this.#esbuild.transformSync(source, { format: "esm", target: "es2023", logLevel: "silent" }).code);
  }
}
