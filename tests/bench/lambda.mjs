#!/usr/bin/env node
// The Lambda loop: starts runtimes as the service starts a bootstrap, is their Runtime API, and times them.
//
//   node tests/bench/lambda.mjs [--handler hello|ddb] [--rounds 10] [--warm 200] [--json] 'NAME[@FOLDER]=COMMAND'...
//
// FOLDER is where a runtime takes the handlers from, instead of handlers/. A round is one process of each runtime: a cold
// start, then `warm` invocations; a round before the first is not counted. Figures are medians:
//   init   spawn to the first request for work       cold  spawn to the first response
//   warm   an event handed out to its response       p99   the 99th percentile of that
//   peak   most resident memory at once              cpu   processor time of cold start and warm invocations together
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { lambdaEnvironment } from "../lambda/run-case.mjs";
import { startEndpoint } from "./dynamodb.mjs";

const patienceMs = 60_000;
const millisecondsPerTick = 10; // of /proc/PID/stat, on every Linux there is

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    handler: { type: "string", default: "hello" },
    rounds: { type: "string", default: "10" },
    warm: { type: "string", default: "200" },
    json: { type: "boolean", default: false },
  },
});
const rounds = Number(options.rounds), warm = Number(options.warm);
const handlers = path.join(path.dirname(fileURLToPath(import.meta.url)), "handlers");
const runtimes = positionals.map((text) => {
  const [, name, folder, command] = /^([^@=]+)(?:@([^=]+))?=(.+)$/.exec(text) ?? usage(`not NAME=COMMAND: ${text}`);
  return { name, folder: path.resolve(folder ?? handlers), command: command.split(" "), samples: [] };
});
if (!runtimes.length || !(rounds > 0) || !(warm > 0)) usage("no runtime, or no rounds");

function usage(message) {
  process.stderr.write(`${message}\nusage: lambda.mjs [--handler NAME] [--rounds N] [--warm N] [--json] 'NAME[@FOLDER]=COMMAND'...\n`);
  process.exit(2);
}

/** What the system says about a process that waits. */
function resources(pid) {
  const peakKib = /VmHWM:\s+(\d+)/.exec(fs.readFileSync(`/proc/${pid}/status`, "utf8"))[1];
  // The name before the last bracket may hold blanks; user and system time are the 12th and 13th field behind it.
  const fields = fs.readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1).split(" ");
  return { peak: Number(peakKib) / 1024, cpu: (Number(fields[11]) + Number(fields[12])) * millisecondsPerTick };
}

function invocationHead(count) {
  return {
    "content-type": "application/json",
    "lambda-runtime-aws-request-id": `00000000-0000-4000-8000-${String(count).padStart(12, "0")}`,
    "lambda-runtime-deadline-ms": String(Date.now() + 30_000),
    "lambda-runtime-invoked-function-arn": "arn:aws:lambda:us-east-1:123456789012:function:bench",
    "lambda-runtime-trace-id": "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
  };
}

/** One process: a cold start and the warm invocations. */
async function measure({ command, folder }, endpoint) {
  const sample = { warm: [] };
  const ended = {};
  ended.promise = new Promise((resolve, reject) => Object.assign(ended, { resolve, reject }));
  let child, startedAt, handedOutAt, count = 0, output = "";

  const next = (response) => {
    sample.init ??= performance.now() - startedAt;
    if (count > warm) return ended.resolve(Object.assign(sample, resources(child.pid)));
    count++;
    handedOutAt = performance.now();
    response.writeHead(200, invocationHead(count)).end(JSON.stringify({ count }));
  };
  const posted = (request, response, body) => {
    const now = performance.now();
    if (!request.url.endsWith("/response") || JSON.parse(body).ok !== true) return ended.reject(new Error(`${request.url}: ${body}`));
    if (count === 1) sample.cold = now - startedAt;
    else sample.warm.push(now - handedOutAt);
    response.writeHead(202, { "content-type": "application/json" }).end('{"status":"OK"}');
  };
  const api = http.createServer((request, response) => {
    if (request.url.endsWith("/invocation/next")) return next(response);
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => posted(request, response, Buffer.concat(chunks).toString()));
  });
  api.keepAliveTimeout = patienceMs;
  await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));

  const env = lambdaEnvironment(`127.0.0.1:${api.address().port}`, `${options.handler}.handler`, folder, { DYNAMODB_ENDPOINT: endpoint });
  const timer = setTimeout(() => ended.reject(new Error(`no answer in ${patienceMs / 1000} s`)), patienceMs);
  startedAt = performance.now();
  child = spawn(command[0], command.slice(1), { env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.on("data", (chunk) => (output += chunk));
  child.stderr.on("data", (chunk) => (output += chunk));
  child.on("error", ended.reject);
  child.on("exit", (code, signal) => ended.reject(new Error(`ended with ${signal ?? code}`)));
  try {
    return await ended.promise;
  } catch (error) {
    throw new Error(`${command.join(" ")}: ${error.message}\n${output.slice(-2000)}`);
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
    api.closeAllConnections();
    api.close();
  }
}

const sorted = (numbers) => numbers.toSorted((a, b) => a - b);
const quantile = (numbers, q) => sorted(numbers)[Math.min(numbers.length - 1, Math.floor(numbers.length * q))];
const median = (numbers) => quantile(numbers, 0.5);

function figures({ name, samples }) {
  const calls = samples.flatMap((sample) => sample.warm);
  const of = (key) => median(samples.map((sample) => sample[key]));
  return { name, init: of("init"), cold: of("cold"), warm: median(calls), p99: quantile(calls, 0.99), peak: of("peak"), cpu: of("cpu") };
}

const { server, address } = await startEndpoint();
for (let round = -1; round < rounds; round++) {
  for (const runtime of runtimes) {
    const sample = await measure(runtime, address);
    if (round >= 0) runtime.samples.push(sample);
  }
}
server.closeAllConnections();
server.close();

const results = runtimes.map(figures);
if (options.json) {
  console.log(JSON.stringify(results));
} else {
  const columns = [["init", "ms", 1], ["cold", "ms", 1], ["warm", "ms", 3], ["p99", "ms", 3], ["peak", "MB", 1], ["cpu", "ms", 0]];
  console.log(`handler ${options.handler}, ${rounds} rounds of one cold start and ${warm} warm invocations; medians`);
  console.log("".padEnd(12) + columns.map(([key, unit]) => `${key} ${unit}`.padStart(10)).join(""));
  for (const result of results)
    console.log(result.name.padEnd(12) + columns.map(([key, , digits]) => result[key].toFixed(digits).padStart(10)).join(""));
}
