import { execFileSync } from "node:child_process";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/**
 * Runs a script twice, with the packages and with the bundle: what it prints must be the same, line for line after `same`, and `least` lines or more. Returns only in
 * these two runs, with the means to make values up, the same in both.
 */
export function twice(url, least, same = (line) => line) {
  const { values } = parseArgs({
    options: { root: { type: "string" }, bundle: { type: "string" }, seed: { type: "string", default: "1" }, print: { type: "boolean" } },
  });
  if (!values.print) {
    compare(fileURLToPath(url), values, least, same);
    process.exit();
  }
  let seed = Number(values.seed);
  const random = (below) => ((seed = (seed * 1103515245 + 12345) & 0x7fffffff) >> 8) % below;
  return { random, pick: (list) => list[random(list.length)] };
}

function compare(script, { root, bundle, seed }, least, same) {
  const run = (folder, ...before) => {
    const env = { ...process.env, SDK_ROOT: path.resolve(root), SDK_BUNDLE: folder };
    // What it prints to standard error is part of the error, if it fails.
    const output = execFileSync(process.execPath, [...before, script, "--print", "--seed", seed], { env, maxBuffer: 1 << 30, stdio: ["ignore", "pipe", "pipe"] });
    return output.toString().trim().split("\n");
  };
  const theirs = run("");
  const ours = run(path.resolve(bundle), "--import", fileURLToPath(new URL("hooks.mjs", import.meta.url)));
  let wrong = 0;
  for (const index of (theirs.length >= ours.length ? theirs : ours).keys()) {
    const [a, b] = [theirs[index] ?? "", ours[index] ?? ""];
    if (same(a) === same(b) || wrong++ >= 10) continue;
    let from = 0;
    while (a[from] === b[from]) from++;
    const around = (text) => text.slice(Math.max(0, from - 80), from + 80);
    console.log(`${a.slice(0, 40)}...\n  package: ...${around(a)}\n  bundle:  ...${around(b)}`);
  }
  console.log(`${theirs.length} answers, ${wrong} different`);
  if (wrong > 0 || theirs.length < least) process.exitCode = 1;
}
