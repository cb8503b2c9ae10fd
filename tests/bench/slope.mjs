#!/usr/bin/env node
// Whether a runtime keeps anything of the invocations that it has served: resident memory and descriptors over many of them.
//
//   node tests/bench/slope.mjs --bootstrap PATH [--handler hello|ddb] [--invocations 1000000] [--most-bytes 1]
//
// A twentieth of the invocations warms up; from then on a line is fitted through 100 samples of resident memory. It fails when memory
// grows by more than --most-bytes for each invocation, or when descriptors do at all.
import fs from "node:fs";
import path from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lambdaEnvironment } from "../lambda/run-case.mjs";
import { startEndpoint } from "./dynamodb.mjs";
import { startRawApi } from "./raw-api.mjs";

const { values: options } = parseArgs({
  options: {
    bootstrap: { type: "string" },
    handler: { type: "string", default: "hello" },
    invocations: { type: "string", default: "1000000" },
    "most-bytes": { type: "string", default: "1" },
  },
});
if (!options.bootstrap) {
  process.stderr.write("usage: slope.mjs --bootstrap PATH [--handler NAME] [--invocations N] [--most-bytes BYTES]\n");
  process.exit(2);
}
const count = Number(options.invocations), samples = [];
const handlers = path.join(path.dirname(fileURLToPath(import.meta.url)), "handlers");
const endpoint = options.handler === "ddb" ? await startEndpoint() : undefined;
const every = Math.max(1, Math.floor(count / 105));

const sample = (n) => {
  const kib = Number(/VmRSS:\s+(\d+)/.exec(fs.readFileSync(`/proc/${child.pid}/status`, "utf8"))[1]);
  samples.push({ n, bytes: kib * 1024, descriptors: fs.readdirSync(`/proc/${child.pid}/fd`).length });
};
const started = process.hrtime.bigint();
const api = await startRawApi({
  count,
  event: (n) => JSON.stringify({ n, name: "a name", list: [1, 2, 3] }),
  onAnswer: (n, request) => {
    if (!request.includes("/response HTTP")) fail(`invocation ${n} failed: ${request}`);
    if (n % every === 0) sample(n);
  },
  onEnd: () => finish(),
});
const env = lambdaEnvironment(api.address, `${options.handler}.handler`, handlers, { DYNAMODB_ENDPOINT: endpoint?.address });
const child = spawn(path.resolve(options.bootstrap), [], { cwd: handlers, env, stdio: ["ignore", "ignore", "inherit"] });
child.on("exit", (code, signal) => { if (signal !== "SIGKILL") fail(`the runtime ended: ${code ?? signal}`); });

function fail(text) {
  process.stderr.write(`${text}\n`);
  child.kill("SIGKILL");
  process.exit(1);
}

function finish() {
  const seconds = Number(process.hrtime.bigint() - started) / 1e9;
  child.kill("SIGKILL");
  const kept = samples.filter(({ n }) => n > count / 20);
  const mean = (pick) => kept.reduce((sum, it) => sum + pick(it), 0) / kept.length;
  const n = mean((it) => it.n), bytes = mean((it) => it.bytes);
  const slope = mean((it) => (it.n - n) * (it.bytes - bytes)) / mean((it) => (it.n - n) ** 2);
  const mb = (value) => (value / 2 ** 20).toFixed(2);
  const first = kept[0], last = kept.at(-1);
  console.log(`${count} invocations of ${options.handler} in ${seconds.toFixed(1)} s, ${((seconds / count) * 1e6).toFixed(1)} us each`);
  console.log(`resident after warm-up ${mb(first.bytes)} MB, at the end ${mb(last.bytes)} MB, slope ${slope.toFixed(3)} bytes for each invocation`);
  console.log(`descriptors ${first.descriptors}, at the end ${last.descriptors}`);
  const flat = slope <= Number(options["most-bytes"]) && last.descriptors <= first.descriptors;
  console.log(flat ? "flat" : "GROWS");
  process.exit(flat ? 0 : 1);
}
