#!/usr/bin/env node
// Popular npm packages, unmodified, at their own work: each script of cases/ runs in this Node.js and in the runtime, and has to print the same.
//
//   node tests/packages/run.mjs --runtime target/debug/llrt [--only REGEX] [--jobs N]
//
// The packages of package-lock.json are installed into target/tools/packages, once. The last line says how many scripts passed and failed.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { spawn, spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    runtime: { type: "string" },
    only: { type: "string", default: "" },
    jobs: { type: "string", default: String(os.availableParallelism()) },
  },
});
if (!options.runtime) {
  process.stderr.write("usage: run.mjs --runtime LLRT [--only REGEX] [--jobs N]\n");
  process.exit(2);
}
const here = path.dirname(fileURLToPath(import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? path.join(here, "../../target");
const runtime = path.resolve(options.runtime);
const limit = 60_000;

/** The folder with the packages, installed once. */
function installed() {
  const folder = path.resolve(target, "tools/packages");
  const stamp = path.join(folder, "stamp");
  const wanted = fs.readFileSync(path.join(here, "package-lock.json"), "utf8");
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === wanted) return folder;
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) fs.copyFileSync(path.join(here, name), path.join(folder, name));
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"];
  const { status, error } = spawnSync("npm", ["ci", ...flags], { cwd: folder, stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`npm ci: ${error?.message ?? `exit code ${status}`}`);
  fs.writeFileSync(stamp, wanted);
  return folder;
}

/** A script's whole process, in an empty folder of its own: what it prints and how it ends. */
function run(program, script) {
  const scratch = fs.mkdtempSync(path.join(os.tmpdir(), "packages-"));
  return new Promise((resolve) => {
    // The zone has summer time, so that local time is told from UTC.
    const env = { PATH: process.env.PATH, HOME: scratch, TZ: "Europe/Berlin", NODE_NO_WARNINGS: "1" };
    const child = spawn(program, [script], { cwd: scratch, env, stdio: ["ignore", "pipe", "pipe"] });
    let out = "", err = "";
    child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text) => (err += text));
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    child.on("error", (error) => (err += error.message));
    child.on("close", (code, signal) => {
      clearTimeout(timer);
      fs.rmSync(scratch, { recursive: true, force: true });
      // What a script prints may name its folder or its runtime.
      const plain = (text) => text.replaceAll(fs.realpathSync(os.tmpdir()) + path.sep + path.basename(scratch), "SCRATCH").replaceAll(program, "RUNTIME");
      resolve({ code: signal ?? code, out: plain(out), err: plain(err) });
    });
  });
}

/** Where two texts part, a line of each. */
function difference(expected, actual) {
  const [theirs, ours] = [expected.split("\n"), actual.split("\n")];
  const at = theirs.findIndex((line, index) => line !== ours[index]);
  const line = at === -1 ? theirs.length : at;
  return `line ${line + 1}\n    Node.js: ${theirs[line] ?? "(ended)"}\n    here:    ${ours[line] ?? "(ended)"}`;
}

async function compare(script) {
  const [expected, actual] = [await run(process.execPath, script), await run(runtime, script)];
  const wrong = [];
  // A script is right when it reaches its last line in Node.js.
  if (expected.code !== 0 || !expected.out.endsWith("done\n")) wrong.push(`Node.js itself: exit ${expected.code}\n${expected.out}${expected.err}`);
  else {
    if (actual.code !== 0) wrong.push(`exit ${actual.code}`);
    for (const [name, stream] of [["output", "out"], ["standard error", "err"]])
      if (expected[stream] !== actual[stream]) wrong.push(`${name}, ${difference(expected[stream], actual[stream])}`);
    if (wrong.length && actual.code !== 0 && actual.err) wrong.push(actual.err.trimEnd());
  }
  return wrong.join("\n");
}

const folder = installed();
const cases = path.join(folder, "cases");
fs.rmSync(cases, { recursive: true, force: true });
fs.cpSync(path.join(here, "cases"), cases, { recursive: true });
const pattern = new RegExp(options.only);
const queue = fs.readdirSync(cases).filter((name) => /\.[mc]?js$/.test(name) && pattern.test(name)).sort();
let passed = 0, failed = 0;
await Promise.all(
  Array.from({ length: Number(options.jobs) }, async () => {
    for (let name; (name = queue.shift()) !== undefined; ) {
      const started = Date.now();
      const wrong = await compare(path.join(cases, name));
      wrong ? failed++ : passed++;
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(wrong ? `FAILED ${name}, ${seconds} s\n${wrong.replace(/^/gm, "  ")}` : `ok ${name}, ${seconds} s`);
    }
  }),
);
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
