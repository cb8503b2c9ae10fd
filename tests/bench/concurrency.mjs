#!/usr/bin/env node
// What AWS_LAMBDA_MAX_CONCURRENCY gives: a handler that waits 20 ms, served one at a time and several at once.
//
//   node tests/bench/concurrency.mjs --bootstrap PATH [--invocations 400] [--at-once 1,4,16,64]
import fs from "node:fs";
import path from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lambdaEnvironment } from "../lambda/run-case.mjs";
import { startRawApi } from "./raw-api.mjs";

const { values: options } = parseArgs({
  options: { bootstrap: { type: "string" }, invocations: { type: "string", default: "400" }, "at-once": { type: "string", default: "1,4,16,64" } },
});
if (!options.bootstrap) {
  process.stderr.write("usage: concurrency.mjs --bootstrap PATH [--invocations N] [--at-once LIST]\n");
  process.exit(2);
}
const handlers = path.join(path.dirname(fileURLToPath(import.meta.url)), "handlers");

async function measure(atOnce) {
  const count = Number(options.invocations);
  let wrong = 0, begun, end;
  const ended = new Promise((resolve) => (end = resolve));
  const api = await startRawApi({
    count,
    event: (n) => { begun ??= process.hrtime.bigint(); return JSON.stringify({ n }); },
    onAnswer: (n, request) => {
      // Each answer belongs to the invocation that it names.
      const id = /invocation\/0*-?[0-9-]*?-0*(\d+)\/response/.exec(request)?.[1];
      const answer = JSON.parse(request.slice(request.indexOf("\r\n\r\n")) || "{}");
      if (String(answer.n) !== id || !answer.id?.endsWith(id)) wrong++;
    },
    onEnd: end,
  });
  const env = lambdaEnvironment(api.address, "wait.handler", handlers, { AWS_LAMBDA_MAX_CONCURRENCY: String(atOnce) });
  const child = spawn(path.resolve(options.bootstrap), [], { cwd: handlers, env, stdio: ["ignore", "ignore", "inherit"] });
  await ended;
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const status = fs.readFileSync(`/proc/${child.pid}/status`, "utf8");
  child.kill("SIGKILL");
  api.close();
  return { atOnce, rate: count / seconds, peak: Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1024, wrong };
}

let failed = false;
console.log("at once  invocations/s  peak MB");
for (const atOnce of options["at-once"].split(",").map(Number)) {
  const { rate, peak, wrong } = await measure(atOnce);
  failed ||= wrong > 0;
  console.log(`${String(atOnce).padStart(7)}${rate.toFixed(0).padStart(15)}${peak.toFixed(1).padStart(9)}${wrong ? `  ${wrong} answers of another invocation` : ""}`);
}
process.exit(failed ? 1 : 0);
