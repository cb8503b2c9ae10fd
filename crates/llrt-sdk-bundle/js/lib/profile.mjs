// Which functions of a bundle the scenario in ../profile calls.
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const specifierPattern = /(from ?|import\()"([^"]+)"/g;

/**
 * @param {Map<string, { text: string }>} modules
 * @param {Map<string, { prefix: string, names: string[][] }>} parts
 * @param {string} root the folder of node_modules
 * @returns {Map<string, [number, number][]>} by module: where the functions stand that were called
 */
export function calledFunctions(modules, parts, root) {
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
    const called = JSON.parse(output);
    return new Map([...modules.keys()].map((id) => [id, called[files.get(id)] ?? []]));
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
