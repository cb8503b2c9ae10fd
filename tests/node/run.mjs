#!/usr/bin/env node
// Runs Node.js's own tests against a runtime and compares what happens with tests/node/expected. See README.md.
//
//   node tests/node/run.mjs --suite DIR --runtime target/debug/llrt [--update] [--only REGEX] [--jobs N] [MODULE...]
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";

const expectedFolder = path.join(import.meta.dirname, "expected");
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    suite: { type: "string", default: process.env.NODE_TEST_SUITE },
    runtime: { type: "string" },
    only: { type: "string" },
    jobs: { type: "string", default: String(Math.min(os.availableParallelism(), 4)) },
    timeout: { type: "string", default: "30" },
    update: { type: "boolean", default: false },
  },
});
if (!options.suite || !options.runtime) {
  console.error("usage: node tests/node/run.mjs --suite DIR --runtime EXECUTABLE [MODULE...]; DIR may be in NODE_TEST_SUITE");
  process.exit(2);
}
const suite = path.resolve(options.suite);
const runtime = options.runtime.includes("/") ? path.resolve(options.runtime) : options.runtime;
if (!fs.existsSync(path.join(suite, "common", "index.js"))) {
  console.error(`${suite} is no folder of Node's tests: it has no common/index.js`);
  process.exit(2);
}

// ---- what is expected

// `FILE` passes; `FILE: REASON` fails for that reason.
function readExpected(module) {
  const entries = new Map();
  const lines = fs.readFileSync(path.join(expectedFolder, `${module}.txt`), "utf8").split("\n");
  for (const line of lines) {
    if (line === "" || line.startsWith("#")) continue;
    const [, file, reason] = /^(\S+?)(?::\s+(.+))?$/.exec(line) ?? [];
    if (file === undefined) throw new Error(`${module}.txt: not an expectation: ${line}`);
    entries.set(file, reason);
  }
  return entries;
}

function writeExpected(module, results) {
  const file = path.join(expectedFolder, `${module}.txt`);
  const comments = fs.readFileSync(file, "utf8").split("\n").filter((line) => line.startsWith("#"));
  const lines = results.map(({ file, reason, failure }) => (failure === undefined ? file : `${file}: ${reason ?? failure}`));
  fs.writeFileSync(file, [...comments, ...lines, ""].join("\n"));
}

// ---- one file

const work = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), "node-tests-")));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(NODE_|npm_|LLRT_|https?_proxy$|no_proxy$|FORCE_COLOR$|NO_COLOR$|DEBUG$)/i.test(name)),
);

// What a test asks of its environment: `// Env: TZ=UTC`.
function ownEnvironment(source) {
  const pairs = [...source.slice(0, 2000).matchAll(/^\/\/ Env:\s*(.*)$/gm)].flatMap(([, list]) => list.trim().split(/\s+/));
  return Object.fromEntries(pairs.filter((pair) => pair.includes("=")).map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
}

function run(file, slot) {
  const home = path.join(work, String(slot));
  fs.rmSync(home, { recursive: true, force: true });
  const folder = path.join(home, "cwd");
  fs.mkdirSync(folder, { recursive: true });
  const script = path.join(suite, file);
  const env = {
    ...environment,
    ...ownEnvironment(fs.readFileSync(script, "utf8")),
    // The suite's own variables: where to write, which ports, no check of flags and of globals.
    NODE_TEST_DIR: home, TEST_THREAD_ID: String(slot), NODE_COMMON_PORT: String(14000 + slot * 100), NODE_SKIP_FLAG_CHECK: "1", NODE_TEST_KNOWN_GLOBALS: "0",
  };
  return new Promise((resolve) => {
    const child = spawn(runtime, [script], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const keep = (chunk) => {
      if (output.length < 65536) output += chunk;
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    const endGroup = () => {
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // It has ended.
      }
    };
    const timer = setTimeout(() => {
      output = `timed out after ${options.timeout} s`;
      endGroup();
    }, Number(options.timeout) * 1000);
    child.on("error", (error) => resolve(`cannot start: ${error.message}`));
    child.on("exit", (code, signal) => {
      clearTimeout(timer);
      // What it started must not live on, nor hold the pipes.
      endGroup();
      const done = () => resolve(failure(code, signal, output));
      child.on("close", done);
      setTimeout(done, 500).unref();
    });
  });
}

// Why it failed, or undefined.
function failure(code, signal, output) {
  if (output.startsWith("timed out")) return output;
  const skipped = /^1\.\.0 # Skipped:? *(.*)/m.exec(output);
  if (code === 0 && !skipped) return undefined;
  if (code === 0) return `skipped itself: ${skipped[1]}`;
  if (signal) return `ended by ${signal}`;
  const lines = output.replace(/\x1b\[[\d;]*m/g, "").split("\n");
  const telling = lines.find((line) => /^\S*\b[A-Z]\w*Error\b.*:/.test(line)) ?? lines.find((line) => /^Mismatched|panicked/.test(line)) ?? lines.findLast((line) => line.trim());
  return (telling ?? `exit code ${code}`).replaceAll(suite, "").trim().slice(0, 140);
}

// ---- all of them

const modules = positionals.length > 0 ? positionals : fs.readdirSync(expectedFolder).map((name) => path.parse(name).name).sort();
const only = options.only && new RegExp(options.only);
let passed = 0;
let failed = 0;
const jobs = Number(options.jobs);
for (const module of modules) {
  const expected = [...readExpected(module)].filter(([file]) => only === undefined || only.test(file));
  const results = expected.map(([file, reason]) => ({ file, reason }));
  const queue = [...results];
  // The sequential ones expect a quiet machine.
  const together = queue.filter(({ file }) => !file.startsWith("sequential/"));
  const alone = queue.filter(({ file }) => file.startsWith("sequential/"));
  const worker = async (list, slot) => {
    for (let entry; (entry = list.shift()) !== undefined; ) entry.failure = await run(entry.file, slot);
  };
  await Promise.all(Array.from({ length: jobs }, (_, slot) => worker(together, slot)));
  await worker(alone, 0);
  let good = 0;
  for (const { file, reason, failure } of results) {
    if (failure === undefined) good++;
    if ((failure === undefined) === (reason === undefined)) {
      passed++;
      continue;
    }
    failed++;
    console.log(failure === undefined ? `not ok ${file} passes, and should fail: ${reason}` : `not ok ${file}: ${failure}`);
  }
  console.log(`${module.padEnd(20)} ${good}/${results.length} as in Node.js`);
  if (options.update && only === undefined) writeExpected(module, results);
}
fs.rmSync(work, { recursive: true, force: true });
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
