#!/usr/bin/env node
// Prepares what the tests of tests/ need beside Node: a Python environment with moto, and the Lambda Runtime Interface
// Emulator, which the aws-sam-cli wheel carries. Everything lands in target/tools; a second run does nothing.
//
//   node tests/setup.mjs [--python PYTHON]     prints the two paths, one a line
import fs from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const samCli = "aws-sam-cli==1.170.0";
const here = path.dirname(fileURLToPath(import.meta.url));
const tools = path.join(process.env.CARGO_TARGET_DIR ?? path.join(here, "..", "target"), "tools");
const python = process.argv[2] === "--python" ? process.argv[3] : "python3";
const venvPython = path.join(tools, "venv", "bin", "python");
const emulator = path.join(tools, "aws-lambda-rie");

function run(command, ...args) {
  const { status, signal, error } = spawnSync(command, args, { stdio: ["ignore", "inherit", "inherit"] });
  if (status === 0) return;
  process.stderr.write(`setup: ${command} ${args.join(" ")}: ${error?.message ?? (signal ? `killed by ${signal}` : `exit code ${status}`)}\n`);
  process.exit(1);
}

/** Runs `make` unless its result for this `version` is there already. */
function once(name, version, make) {
  const stamp = path.join(tools, `${name}.stamp`);
  if (fs.existsSync(stamp) && fs.readFileSync(stamp, "utf8") === version) return;
  fs.rmSync(stamp, { force: true });
  make();
  fs.writeFileSync(stamp, version);
}

fs.mkdirSync(tools, { recursive: true });
const requirements = path.join(here, "requirements.txt");
once("venv", fs.readFileSync(requirements, "utf8"), () => {
  run(python, "-m", "venv", "--clear", path.join(tools, "venv"));
  run(venvPython, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements);
});
once("aws-lambda-rie", samCli, () => {
  const wheels = fs.mkdtempSync(path.join(tools, "wheel-"));
  run(venvPython, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--dest", wheels, samCli);
  const [wheel] = fs.readdirSync(wheels);
  const member = `samcli/local/rapid/aws-lambda-rie-${process.arch === "arm64" ? "arm64" : "x86_64"}`;
  run(venvPython, "-m", "zipfile", "-e", path.join(wheels, wheel), path.join(wheels, "unpacked"));
  fs.copyFileSync(path.join(wheels, "unpacked", member), emulator);
  fs.chmodSync(emulator, 0o755);
  fs.rmSync(wheels, { recursive: true });
});
console.log(`${venvPython}\n${emulator}`);
