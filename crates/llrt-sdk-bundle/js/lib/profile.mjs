// What of a bundle the scenario in ../profile runs.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const specifierPattern = /(from ?|import\()"([^"]+)"/g;

/** What ran of a module. */
export class Profile {
  #ranges; // [start, end, count], of functions and of what is conditional in them; what is within another follows it

  /** @param {[number, number, number][][]} functions for each function its ranges, the first of which is all of it */
  constructor(functions = []) {
    this.called = functions.map(([whole]) => whole).filter(([start, , count]) => count > 0 && start > 0);
    this.#ranges = functions.flat().sort(([a, b], [c, d]) => a - c || d - b);
  }

  /** Whether a function from `start` to `end`, or one in it, was called. */
  calls({ start, end }) {
    return this.called.some(([from, to]) => from >= start && to <= end);
  }

  /** Whether the code at `position` ran. */
  ran(position) {
    let count = 0;
    for (const [start, end, times] of this.#ranges) if (start <= position && position < end) count = times;
    return count > 0;
  }
}

/**
 * @param {Map<string, { text: string }>} modules
 * @param {Map<string, { prefix: string, names: string[][] }>} parts
 * @param {string} root the folder of node_modules
 * @returns {Map<string, Profile>} by module
 */
export function profile(modules, parts, root) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sdk-profile-"));
  try {
    const files = new Map([...modules.keys(), ...parts.keys()].map((id, index) => [id, `m${index}.mjs`]));
    const write = (file, text) => fs.writeFileSync(path.join(folder, file), text);
    for (const [id, { text }] of modules) write(files.get(id), local(text, files));
    for (const [id, { prefix, names }] of parts) write(files.get(id), local(names.map((list, i) => (list.length ? `export{${list}}from"${prefix}${i}";` : "")).join(""), files));
    for (const name of ["hash", "codec", "host", "xml"]) fs.copyFileSync(here(`../verify/internal-${name}.mjs`), path.join(folder, `${name}.mjs`));
    fs.copyFileSync(here("../profile/http-client.mjs"), path.join(folder, "http-client.mjs"));
    write("scenario.mjs", local(fs.readFileSync(here("../profile/scenario.mjs"), "utf8"), files));
    const output = execFileSync(process.execPath, ["--no-warnings", here("../profile/run.mjs")], {
      cwd: folder,
      env: { ...process.env, SDK_ROOT: root },
      input: JSON.stringify(Object.fromEntries(files)),
      maxBuffer: 1 << 28,
      stdio: ["pipe", "pipe", "inherit"],
    });
    const counts = JSON.parse(output);
    return new Map([...modules.keys()].map((id) => [id, new Profile(counts[files.get(id)])]));
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}

/** The text with imports from files beside it; what stands after an import keeps its place. */
function local(text, files) {
  return text.replace(specifierPattern, (all, before, specifier) => {
    const file = files.get(specifier) ?? (specifier.startsWith("internal:") ? `${specifier.slice("internal:".length)}.mjs` : undefined);
    if (file === undefined) return all;
    const replaced = `${before}"./${file}"`;
    if (replaced.length > all.length) throw new Error(`no room for ${replaced} in ${all}`);
    return replaced.padEnd(all.length);
  });
}
