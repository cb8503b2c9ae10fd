// Scripts of compare/ print one fact a line, `NAME<tab>JSON`. They run in the runtime and, with the unmodified packages, in Node.js: the same facts.
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { contents } from "../../crates/llrt-sdk-bundle/js/lib/tiers.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));

/** One job for each script and tier. */
export function compare({ packages, folder, runtimes, exec }) {
  const root = path.dirname(packages);
  fs.cpSync(path.join(here, "compare"), path.join(folder.withPackages, "compare"), { recursive: true });
  const specifiers = (tier) => contents(root, tier).specifiers;
  const only = (list, without) => list.filter((name) => !without.includes(name));
  const job = (tier, name, script, least, input = "") => ({
    tier, name: `compare/${name}`,
    run: () => both(exec, runtimes[tier], folder, script, least, input),
  });
  return [
    job("std", "endpoints", "endpoints.mjs", 200),
    job("std", "exports of std", "exports.mjs", 5000, () => specifiers("std").join(" ")),
    job("full", "exports of full", "exports.mjs", 20000, () => only(specifiers("full"), specifiers("std")).join(" ")),
    { tier: "std", name: "compare/--sdk of std", run: () => listing(exec, runtimes.std, contents(root, "std").packages) },
    { tier: "full", name: "compare/--sdk of full", run: () => listing(exec, runtimes.full, contents(root, "full").packages) },
  ];
}

async function both(exec, runtime, folder, script, least, input) {
  const environment = { INPUT: typeof input === "function" ? input() : input };
  const [ours, theirs] = await Promise.all([
    exec(runtime, path.join(here, "compare", script), environment),
    exec([process.execPath], path.join(folder.withPackages, "compare", script), environment),
  ]);
  const [a, b] = [facts(ours.out), facts(theirs.out)];
  const problems = [];
  for (const [side, { code, signal, err }] of [["here", ours], ["Node.js", theirs]])
    if (code !== 0) problems.push(`${side}: exit ${signal ?? code}\n${err}`);
  if (b.size < least) problems.push(`only ${b.size} facts, there should be ${least}`);
  let good = 0;
  for (const name of new Set([...a.keys(), ...b.keys()]))
    if (a.get(name) === b.get(name)) good++;
    else problems.push(`${name}\n  here:    ${a.get(name)}\n  Node.js: ${b.get(name)}`);
  return { good, bad: problems.length, seconds: ours.seconds, text: problems.join("\n") };
}

function facts(text) {
  return new Map(text.split("\n").filter((line) => line.includes("\t")).map((line) => [line.slice(0, line.indexOf("\t")), line.slice(line.indexOf("\t") + 1)]));
}

/** `llrt --sdk` lists each package of the tier with its version. */
async function listing(exec, runtime, packages) {
  const { out, err, code, seconds } = await exec(runtime, "--sdk");
  const expected = [...packages].map((entry) => `${entry.join(" ")}\n`).join("");
  const same = code === 0 && out === expected;
  return { good: same ? 1 : 0, bad: same ? 0 : 1, seconds, text: same ? "" : `exit ${code}\n${err}${out}\nexpected:\n${expected}` };
}
