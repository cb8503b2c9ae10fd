#!/usr/bin/env node
// Runs the scripts against a moto server (a mock of AWS) and the servers of servers/, all of which this program starts and ends;
// then compares what the scripts of compare/ find with what they find in Node.js.
//
//   node tests/sdk/run.mjs --runtime CMD [--full CMD] [--python PATH] [--packages NODE_MODULES] [--only REGEX] [--jobs N]
//
// CMD gets the script's path as its last argument. --runtime is of the std tier, --full of the full tier: scripts/full and its half of
// the comparisons run there, and are left out without it. With --runtime reference the scripts run in this very Node.js, with the packages
// themselves: what fails there is wrong in the script. The last line says how many tests passed and failed.
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { compare } from "./compare.mjs";
import { installClients } from "./installed.mjs";
import { startMoto } from "./moto.mjs";
import { findPackages, workFolder } from "./packages.mjs";
import { startServers } from "./servers/index.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const limit = 180_000;
const options = { runtime: "", full: "", python: "python3", packages: "", only: "", jobs: String(os.availableParallelism()) };
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options) || process.argv[i + 1] === undefined) usage();
  options[name] = process.argv[i + 1];
}
if (!options.runtime && !options.full) usage();

function usage() {
  process.stderr.write("usage: run.mjs --runtime CMD [--full CMD] [--python PATH] [--packages NODE_MODULES] [--only REGEX] [--jobs N]\n");
  process.exit(2);
}

const packages = options.packages ? path.resolve(options.packages) : findPackages();
const folder = workFolder(packages);
const reference = options.runtime === "reference";
const words = (text) => text.split(" ").map((word, i) => (i === 0 && word.includes("/") ? path.resolve(word) : word));
const runtimes = reference
  ? { std: [process.execPath], full: [process.execPath] }
  : { std: options.runtime && words(options.runtime), full: options.full && words(options.full) };

/** A script's file as the runtime gets it: beside `node_modules` in Node.js, far from any in others. */
const scripts = path.join(reference ? folder.withPackages : here, "scripts");
if (reference) fs.cpSync(path.join(here, "scripts"), scripts, { recursive: true });

const pattern = new RegExp(options.only);
const list = (tier, dir) =>
  fs.readdirSync(path.join(here, "scripts", dir))
    // In Node.js nothing is built in that an installed package could share.
    .filter((file) => file.endsWith(".mjs") && file !== "check.mjs" && !(reference && file === "installed.mjs"))
    .map((file) => ({ tier, name: path.posix.join(dir, file), run: () => runScript(tier, path.join(dir, file)) }));
const jobs = [...list("std", "."), ...list("full", "full"), ...(reference ? [] : compare({ packages, folder, runtimes, exec: runProgram }))]
  .filter(({ tier, name }) => runtimes[tier] && pattern.test(name))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

const moto = await startMoto(options.python);
const servers = await startServers(options.python, folder.root);
const installed = jobs.some(({ name }) => name === "installed.mjs") ? await installClients(packages, folder) : "";
let passed = 0, failed = 0;

function environment(home) {
  return {
    PATH: process.env.PATH, HOME: home, AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret",
    AWS_ENDPOINT_URL: moto.endpoint, AWS_EC2_METADATA_DISABLED: "true", ...servers.environment,
    // What a script may need beside its runtime: the runtime itself, the packages, a folder for files of its own.
    PACKAGES: packages, INSTALLED: installed, SCRATCH: home,
  };
}

/** Runs a program to its end. */
async function runProgram(command, file, environmentToo = {}) {
  const home = fs.mkdtempSync(path.join(folder.root, "home-"));
  const started = Date.now();
  const result = await new Promise((resolve) => {
    const child = spawn(command[0], [...command.slice(1), file], {
      env: { ...environment(home), RUNTIME: command.join(" "), ...environmentToo },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "", err = "";
    child.stdout.setEncoding("utf8").on("data", (d) => (out += d));
    child.stderr.setEncoding("utf8").on("data", (d) => (err += d));
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    child.on("error", (error) => (err += error.message));
    child.on("close", (code, signal) => { clearTimeout(timer); resolve({ out, err, code, signal }); });
  });
  return { ...result, seconds: (Date.now() - started) / 1000 };
}

async function runScript(tier, script) {
  const { out, err, code, signal, seconds } = await runProgram(runtimes[tier], path.join(scripts, script));
  const good = (out.match(/^ok /gm) ?? []).length, bad = (out.match(/^not ok /gm) ?? []).length;
  // A script that ends before its last test, or has none, is a failure too.
  const broken = good + bad === 0 || signal || (code !== 0 && bad === 0) || (code === 0 && bad > 0);
  const failures = out.split(/^(?=ok |not ok )/m).filter((text) => !text.startsWith("ok ")).join("");
  return { good, bad: bad + (broken ? 1 : 0), seconds, text: bad || broken ? `exit ${signal ?? code}\n${failures}${err}` : "" };
}

try {
  const queue = [...jobs];
  const worker = async () => {
    for (let job; (job = queue.shift()) !== undefined; ) {
      const { good, bad, seconds, text } = await job.run();
      passed += good;
      failed += bad;
      console.log(`${job.name}: ${text ? `${bad} failed, ` : ""}${good} passed, ${seconds.toFixed(1)} s${text ? `\n${text}` : ""}`);
    }
  };
  await Promise.all(Array.from({ length: Number(options.jobs) }, worker));
} finally {
  moto.stop();
  servers.stop();
  folder.remove();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
