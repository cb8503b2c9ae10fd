// Which packages a tier holds, and every specifier under which their modules can be imported.
import fs from "node:fs";
import path from "node:path";

const lists = JSON.parse(fs.readFileSync(new URL("../tiers.json", import.meta.url)));

/** The packages named by the tier itself, before their dependencies. */
export function listed(tier) {
  if (tier === "std") return [...lists.std, ...lists.runtime];
  if (tier === "full") return [...lists.std, ...lists.full, ...lists.runtime];
  throw new Error(`unknown tier: ${tier}`);
}

/** True for the packages that users name (clients and libraries), false for the machinery below them. */
export const isTop = (name) => lists.std.includes(name) || lists.full.includes(name);

export const isStandard = (name) => lists.std.includes(name);

export function manifest(root, name) {
  return JSON.parse(fs.readFileSync(path.join(root, "node_modules", name, "package.json"), "utf8"));
}

const scoped = /^@(aws-sdk|smithy|aws-crypto|aws)\//;

/**
 * Everything importable in a tier: the listed packages and the scoped packages they depend on, with their subpaths.
 * @returns {{ packages: Map<string, string>, specifiers: string[] }} package name -> version, and the specifiers.
 */
export function contents(root, tier) {
  const packages = new Map();
  const queue = listed(tier);
  while (queue.length > 0) {
    const name = queue.pop();
    if (packages.has(name)) continue;
    const { version, dependencies = {} } = manifest(root, name);
    packages.set(name, version);
    queue.push(...Object.keys(dependencies).filter((d) => scoped.test(d)));
  }
  const specifiers = [];
  for (const name of [...packages.keys()].sort()) {
    const { exports } = manifest(root, name);
    const subpaths = exports ? Object.keys(exports).filter((s) => s !== "./package.json") : ["."];
    for (const subpath of subpaths) specifiers.push(name + subpath.slice(1));
  }
  return { packages: new Map([...packages].sort()), specifiers };
}
