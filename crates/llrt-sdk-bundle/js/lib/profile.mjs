// What of a bundle the scenario in ../profile runs.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const core = "internal:sdk/core";
const specifierPattern = /(from ?|import\()"([^"]+)"/g;

/** What ran of a module. */
export class Profile {
  #steps; // { name, called, ranges }: where the functions stand that were called; how often what ran, in the order of the text
  #ran = new Map(); // position -> names of steps

  /** @param {[string, [number, number, number][][]][]} steps for each step of the scenario, the ranges of each function, the first of which is all of it */
  constructor(steps = []) {
    this.#steps = steps.map(([name, functions]) => ({
      name,
      called: functions.map(([whole]) => whole).filter(([start, , count]) => count > 0 && start > 0),
      ranges: functions.flat().sort(([a, b], [c, d]) => a - c || d - b),
    }));
    /** The steps that had to do with the module. */
    this.steps = new Set(this.#steps.map(({ name }) => name));
  }

  /** The steps in which a function from `start` to `end`, or one in it, was called. */
  callers({ start, end }) {
    return new Set(this.#steps.filter(({ called }) => called.some(([from, to]) => from >= start && to <= end)).map(({ name }) => name));
  }

  /** Whether a function from `start` to `end`, or one in it, was called. */
  calls(range) {
    return this.callers(range).size > 0;
  }

  /** The steps in which the code at `position` ran. */
  ran(position) {
    let found = this.#ran.get(position);
    if (found === undefined) {
      found = new Set(this.#steps.filter(({ ranges }) => ranges.findLast(([start, end]) => start <= position && position < end)?.[2] > 0).map(({ name }) => name));
      this.#ran.set(position, found);
    }
    return found;
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
    const output = execFileSync(process.execPath, ["--no-warnings", here("../profile/run.mjs"), core], {
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
