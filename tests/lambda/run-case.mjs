// One start of a runtime client against the recording Runtime API, told as text.
import { spawn } from "node:child_process";
import { normalise } from "./normalise.mjs";
import { startRuntimeApi } from "./runtime-api.mjs";

/** The environment that the Lambda service gives a bootstrap. */
export function lambdaEnvironment(address, handler, root, extra = {}) {
  const env = {
    PATH: process.env.PATH, HOME: "/tmp", TZ: ":UTC", LANG: "en_US.UTF-8",
    AWS_LAMBDA_RUNTIME_API: address, _HANDLER: handler, LAMBDA_TASK_ROOT: root, LAMBDA_RUNTIME_DIR: "/tmp",
    AWS_REGION: "us-east-1", AWS_DEFAULT_REGION: "us-east-1", AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "secret",
    AWS_LAMBDA_FUNCTION_NAME: "tested", AWS_LAMBDA_FUNCTION_VERSION: "$LATEST", AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand", AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/tested",
    AWS_LAMBDA_LOG_STREAM_NAME: "2026/01/01/[$LATEST]stream", ...extra,
  };
  return env;
}

/** Starts the client; resolves when it has ended with everything that it wrote. */
export function startClient(command, handler, root, address, extra, stdio = ["ignore", "pipe", "pipe", "ignore"]) {
  const [program, ...args] = command.map((word) => (word === "{handler}" ? handler : word));
  const child = spawn(program, args, { env: lambdaEnvironment(address, handler, root, extra), cwd: root, stdio });
  const output = child.stdio.map(() => []);
  child.stdio.forEach((stream, i) => stream?.on?.("data", (d) => output[i].push(d)));
  const ended = new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, stdout: Buffer.concat(output[1]), stderr: Buffer.concat(output[2]), telemetry: Buffer.concat(output[3]) }));
  });
  return { child, ended };
}

const comparedHeaders = ["content-type", "lambda-runtime-function-error-type", "lambda-runtime-function-xray-error-cause", "lambda-runtime-function-response-mode"];

/** Telemetry frames: 4 bytes type, 4 bytes length, 8 bytes time in microseconds, then the record. */
function frames(bytes) {
  const out = [];
  while (bytes.length >= 16) {
    const length = bytes.readUInt32BE(4);
    const micros = Number(bytes.readBigUInt64BE(8));
    const age = Math.abs(Date.now() - micros / 1000);
    out.push(`FRAME ${bytes.subarray(0, 4).toString("hex")}${age < 60000 ? "" : ` wrong time ${micros}`}${length > bytes.length - 16 ? " cut short" : ""}\n${bytes.subarray(16, 16 + length)}`);
    bytes = bytes.subarray(16 + length);
  }
  if (bytes.length) out.push(`LEFT OVER ${bytes.toString("hex")}`);
  return out;
}

export async function runCase(testCase, command, root) {
  let idle = false, lingering;
  const api = await startRuntimeApi({
    events: testCase.events,
    onIdle() {
      idle = true;
      lingering = setTimeout(() => client.child.kill("SIGKILL"), testCase.lingerMs ?? 0);
    },
  });
  const telemetry = testCase.env._LAMBDA_TELEMETRY_LOG_FD !== undefined;
  const client = startClient(command, testCase.handler, root, api.address, testCase.env, ["ignore", "pipe", "pipe", telemetry ? "pipe" : "ignore"]);
  let timedOut = false;
  const timer = setTimeout(() => { timedOut = true; client.child.kill("SIGKILL"); }, testCase.timeoutMs ?? 15000);
  const end = await client.ended;
  clearTimeout(timer);
  clearTimeout(lingering);
  await api.settled();
  api.close();

  const lines = [];
  for (const post of api.seen.posts) {
    lines.push(`${post.method} ${post.path.replace("/2018-06-01/runtime", "")}${post.aborted ? " (aborted)" : ""}`);
    for (const name of comparedHeaders)
      if (post.headers[name] && post.headers[name] !== "application/json") lines.push(`${name}: ${Buffer.from(post.headers[name], "latin1")}`);
    lines.push(post.body.toString());
    for (const [name, value] of Object.entries(post.trailers ?? {}))
      lines.push(`trailer ${name}: ${name.endsWith("-body") ? Buffer.from(value, "base64") : value}`);
  }
  if (end.stdout.length) lines.push("STDOUT", end.stdout.toString().replace(/\n$/, ""));
  lines.push(...frames(end.telemetry));
  lines.push(timedOut ? "END still running" : idle && end.signal === "SIGKILL" ? "END waits for the next event" : end.signal ? `END by ${end.signal}` : `END exit code ${end.code}`);
  return normalise(lines.join("\n"), root, testCase.engineText);
}
