#!/usr/bin/env node
// Runs the handlers in a Lambda runtime client and compares what it posts, prints and how it ends with expected/*.txt.
//
//   node tests/lambda/run.mjs --bootstrap 'CMD [{handler}]' [--rie PATH [--python PATH]] [--only REGEX] [--tier none] [--jobs N] [--record]
//
// CMD is started as the Lambda service starts a bootstrap. First it meets a Runtime API of this program that records,
// then one that misbehaves, then (with --rie) the real Runtime Interface Emulator; --python is one that has moto, for the
// handlers that call DynamoDB. --tier none runs the cases of that tier alone, about what it leaves out. --record writes the
// expectation files instead of comparing; see README.md.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { startMoto } from "../sdk/moto.mjs";
import { cases } from "./cases.mjs";
import { faults } from "./faults.mjs";
import { makeTaskRoot } from "./fixtures.mjs";
import { invokeInEmulator, rieCases } from "./rie.mjs";
import { runCase } from "./run-case.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const options = { bootstrap: "", rie: "", python: "", only: "", tier: "", jobs: "2", record: false };
for (let i = 2; i < process.argv.length; i++) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options)) usage(`unknown option ${process.argv[i]}`);
  options[name] = typeof options[name] === "boolean" ? true : process.argv[++i] ?? usage(`${name} needs a value`);
}
if (!options.bootstrap) usage("--bootstrap is missing");

function usage(message) {
  process.stderr.write(`${message}\nusage: run.mjs --bootstrap CMD [--rie PATH [--python PATH]] [--only REGEX] [--tier none] [--jobs N] [--record]\n`);
  process.exit(2);
}

const root = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "llrt-task-")));
makeTaskRoot(path.join(here, "handlers"), root);
const command = options.bootstrap.split(" ").map((word, i) => (i === 0 && word.includes("/") ? path.resolve(word) : word));
const rie = options.rie && path.resolve(options.rie);
const wanted = new RegExp(options.only);

const moto = options.python ? await startMoto(options.python) : undefined;
const emulated = options.rie ? rieCases.filter((c) => moto || !c.aws) : [];

const groupOf = (name) => name.slice(0, name.indexOf("/"));
const expectedFile = (group) => path.join(here, "expected", `${group}.txt`);

function readExpected(group) {
  if (!fs.existsSync(expectedFile(group))) return new Map();
  const sections = fs.readFileSync(expectedFile(group), "utf8").split(/^## /m).slice(1);
  return new Map(sections.map((s) => [s.slice(0, s.indexOf("\n")), s.slice(s.indexOf("\n") + 1).trimEnd()]));
}

const jobs = [
  ...cases.filter((c) => (c.tier ?? "") === options.tier).map((c) => ({ name: c.name, run: () => runCase(c, command, root) })),
  ...(options.tier ? [] : faults).map((f) => ({ name: `faults/${f.name}`, check: () => f.run(command, root) })),
  ...emulated.map((c) => ({ name: `rie/${c.name}`, run: () => invokeInEmulator(c, rie, command, root, moto?.endpoint) })),
].filter((job) => wanted.test(job.name) && !(options.record && job.check));

const allNames = [...cases.map((c) => c.name), ...rieCases.map((c) => `rie/${c.name}`)];
let passed = 0;
const failed = [];
const recorded = new Map();
const expectations = new Map();
const queue = [...jobs];

async function worker() {
  for (let job; (job = queue.shift()); ) {
    try {
      if (job.check) await job.check();
      else {
        const actual = (await job.run()).trimEnd();
        recorded.set(job.name, actual);
        if (!options.record) {
          const group = groupOf(job.name);
          if (!expectations.has(group)) expectations.set(group, readExpected(group));
          const expected = expectations.get(group).get(job.name);
          if (expected === undefined) throw new Error(`no expectation; got\n${actual}`);
          if (expected !== actual) throw new Error(difference(expected, actual));
        }
      }
      passed++;
    } catch (error) {
      failed.push(`FAILED ${job.name}\n${String(error.message ?? error).replace(/^/gm, "  ")}`);
    }
  }
}

function difference(expected, actual) {
  const want = expected.split("\n"), have = actual.split("\n");
  const lines = [];
  for (let i = 0; i < Math.max(want.length, have.length); i++)
    if (want[i] !== have[i]) {
      if (want[i] !== undefined) lines.push(`- ${want[i]}`);
      if (have[i] !== undefined) lines.push(`+ ${have[i]}`);
    }
  return lines.map((l) => (l.length > 1200 ? `${l.slice(0, 1200)}...` : l)).join("\n");
}

await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
fs.rmSync(root, { recursive: true });
moto?.stop();

if (options.record)
  for (const group of new Set(jobs.map((j) => groupOf(j.name)))) {
    const merged = readExpected(group);
    for (const [name, text] of recorded) merged.set(name, text);
    const sections = allNames.filter((name) => groupOf(name) === group && merged.has(name)).map((name) => `## ${name}\n${merged.get(name)}\n`);
    fs.mkdirSync(path.dirname(expectedFile(group)), { recursive: true });
    fs.writeFileSync(expectedFile(group), sections.join("\n"));
  }
for (const text of failed) console.log(`${text}\n`);
console.log(`${passed} passed, ${failed.length} failed`);
process.exit(failed.length || !passed ? 1 : 0);
