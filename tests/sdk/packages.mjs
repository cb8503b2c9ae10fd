// The npm packages that the build installed, and a folder beside which scripts find them as Node.js does.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const workspace = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

/** `node_modules` of the workspace's package-lock.json, where the build scripts put it. */
export function findPackages() {
  const lock = fs.readFileSync(path.join(workspace, "package-lock.json"), "utf8");
  const installed = path.join(process.env.CARGO_TARGET_DIR ?? path.join(workspace, "target"), "npm");
  for (const name of fs.existsSync(installed) ? fs.readdirSync(installed) : []) {
    const modules = path.join(installed, name, "node_modules");
    const file = path.join(installed, name, "package-lock.json");
    if (fs.existsSync(modules) && fs.existsSync(file) && fs.readFileSync(file, "utf8") === lock) return modules;
  }
  throw new Error(`${installed} has no packages of package-lock.json: build first`);
}

/** A temporary folder: `withPackages` in it has the packages, all other places in it have none. */
export function workFolder(packages) {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), "llrt-sdk-"));
  const withPackages = path.join(root, "reference");
  fs.mkdirSync(withPackages);
  fs.symlinkSync(packages, path.join(withPackages, "node_modules"));
  const remove = () => fs.rmSync(root, { recursive: true, force: true });
  process.once("exit", remove);
  return { root, withPackages, remove };
}
