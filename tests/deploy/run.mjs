#!/usr/bin/env node
// The examples that deploy: templates as their vendors' linters see them, handlers as `llrt lambda` runs them.
//
//   node tests/deploy/run.mjs --runtime target/debug/llrt --python target/tools/venv/bin/python [--only REGEX]
import fs from "node:fs";
import path from "node:path";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    runtime: { type: "string" },
    python: { type: "string" },
    only: { type: "string", default: "" },
  },
});
if (!options.runtime || !options.python) {
  process.stderr.write("usage: run.mjs --runtime LLRT --python PYTHON [--only REGEX]\n");
  process.exit(2);
}
const root = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
const examples = path.join(root, "examples");
const tools = path.join(process.env.CARGO_TARGET_DIR ?? path.join(root, "target"), "tools");

/** What a program prints on standard output; a program that fails is an error. */
function run(command, args, more = {}) {
  const { status, signal, error, stdout, stderr } = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], ...more });
  if (status === 0) return stdout;
  const why = error?.message ?? (signal ? `killed by ${signal}` : `exit code ${status}`);
  throw new Error(`${command} ${args.join(" ")}: ${why}\n${stdout ?? ""}${stderr ?? ""}`);
}

function lint(template, ...ignored) {
  const ignore = ignored.length ? ["--ignore-checks", ...ignored] : [];
  run(path.join(path.dirname(options.python), "cfn-lint"), ["--template", template, ...ignore]);
}

/** A folder with the packages of an example, installed once. */
function installed(example) {
  const folder = path.join(tools, example);
  const stamp = path.join(folder, "stamp");
  const wanted = fs.readFileSync(path.join(examples, example, "package.json"), "utf8");
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted) {
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "package.json"), wanted);
    run("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error"], { cwd: folder });
    fs.writeFileSync(stamp, wanted);
  }
  return folder;
}

/** A zip with nothing in it. */
const emptyZip = Buffer.concat([Buffer.from("PK\x05\x06"), Buffer.alloc(18)]);

function lambda(folder, handler, event) {
  const stdout = run(path.resolve(options.runtime), ["lambda", handler, "--event", JSON.stringify(event)], { cwd: path.join(examples, folder) });
  return JSON.parse(stdout);
}

function equal(actual, expected) {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) throw new Error(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`);
}

const tests = [
  ...["sam-zip", "sam-layer", "sam-image"].map((name) => [`${name}: template`, () => lint(path.join(examples, name, "template.yaml"))]),
  ...["sam-layer/function", "sam-image/function", "terraform/function"].map((folder) => [
    `${folder}: handler`,
    () => equal(lambda(folder, "index.handler", { name: "you" }), { statusCode: 200, body: "hello you" }),
  ]),
  [
    "cdk: template",
    () => {
      const folder = installed("cdk");
      const own = path.join(folder, "example");
      fs.rmSync(own, { recursive: true, force: true });
      for (const file of ["app.mjs", "llrt-function.mjs", "function"])
        fs.cpSync(path.join(examples, "cdk", file), path.join(own, file), { recursive: true });
      fs.writeFileSync(path.join(own, "layer.zip"), emptyZip);
      const out = path.join(own, "cdk.out");
      run("node", ["app.mjs"], { cwd: own, env: { ...process.env, CDK_OUTDIR: out, LLRT_LAYER: path.join(own, "layer.zip") } });
      const template = path.join(out, "LlrtExample.template.json");
      // CDK writes down dependencies that follow from references.
      lint(template, "W3005");
      const { Resources } = JSON.parse(fs.readFileSync(template, "utf8"));
      const [{ Properties }] = Object.values(Resources).filter(({ Type }) => Type === "AWS::Lambda::Function");
      equal([Properties.Runtime, Properties.Handler, Properties.Layers.length], ["provided.al2023", "index.handler", 1]);
      const bundles = fs.readdirSync(out).map((name) => path.join(out, name, "index.mjs")).filter((file) => fs.existsSync(file));
      equal(bundles.map((file) => fs.readFileSync(file, "utf8").includes('"@aws-sdk/client-dynamodb"')), [true]);
    },
  ],
  [
    "terraform: syntax",
    () => {
      const script = "import hcl2, json, sys; print(json.dumps(hcl2.load(open(sys.argv[1]))))";
      const { resource } = JSON.parse(run(options.python, ["-c", script, path.join(examples, "terraform/main.tf")]));
      const types = resource.flatMap((it) => Object.keys(it)).map((name) => name.replaceAll('"', ""));
      for (const type of ["aws_lambda_layer_version", "aws_lambda_function", "aws_lambda_function_url"])
        if (!types.includes(type)) throw new Error(`no ${type} among ${types.join(", ")}`);
    },
  ],
];

let passed = 0, failed = 0;
for (const [name, test] of tests.filter(([name]) => new RegExp(options.only).test(name)))
  try {
    test();
    passed++;
    console.log(`ok ${name}`);
  } catch (error) {
    failed++;
    console.log(`FAILED ${name}\n${String(error.message ?? error).replace(/^/gm, "  ")}`);
  }
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed || !passed ? 1 : 0);
