#!/usr/bin/env node
// Runs scripts/*.mjs in a runtime against a moto server (a mock of AWS) that this program starts and ends.
//
//   node tests/sdk/run.mjs --runtime 'CMD' [--python PATH] [--only REGEX]
//
// CMD gets the script's path as its last argument. The last line says how many tests passed and failed.
import fs from "node:fs";
import path from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startMoto } from "./moto.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const options = { runtime: "", python: "python3", only: "" };
for (let i = 2; i < process.argv.length; i += 2) {
  const name = process.argv[i].replace(/^--/, "");
  if (!(name in options) || process.argv[i + 1] === undefined) usage();
  options[name] = process.argv[i + 1];
}
if (!options.runtime) usage();

function usage() {
  process.stderr.write("usage: run.mjs --runtime CMD [--python PATH] [--only REGEX]\n");
  process.exit(2);
}

const scripts = fs.readdirSync(path.join(here, "scripts")).filter((f) => f !== "check.mjs" && new RegExp(options.only).test(f)).sort();
const command = options.runtime.split(" ").map((word, i) => (i === 0 && word.includes("/") ? path.resolve(word) : word));
const moto = await startMoto(options.python);
let passed = 0, failed = 0;

function run(script) {
  return new Promise((resolve) => {
    const child = spawn(command[0], [...command.slice(1), path.join(here, "scripts", script)], {
      env: {
        PATH: process.env.PATH, HOME: "/nonexistent", AWS_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret",
        AWS_ENDPOINT_URL: moto.endpoint, AWS_EC2_METADATA_DISABLED: "true",
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let out = "", err = "";
    child.stdout.on("data", (d) => (out += d));
    child.stderr.on("data", (d) => (err += d));
    const timer = setTimeout(() => child.kill("SIGKILL"), 120000);
    child.on("error", (error) => (err += error.message));
    child.on("close", (code, signal) => { clearTimeout(timer); resolve({ out, err, code, signal }); });
  });
}

try {
  for (const script of scripts) {
    const { out, err, code, signal } = await run(script);
    const good = (out.match(/^ok /gm) ?? []).length, bad = (out.match(/^not ok /gm) ?? []).length;
    passed += good;
    failed += bad;
    // A script that ends before its last test, or has none, is a failure too.
    const broken = good + bad === 0 || signal || (code !== 0 && bad === 0) || (code === 0 && bad > 0);
    if (broken) failed++;
    if (bad || broken)
      console.log(`${script}: exit ${signal ?? code}\n${out.split(/^(?=ok |not ok )/m).filter((t) => !t.startsWith("ok ")).join("")}${err}`);
    else console.log(`${script}: ${good} passed`);
  }
} finally {
  moto.stop();
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
