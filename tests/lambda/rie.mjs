// The same handlers under the real Runtime Interface Emulator: what a caller gets, byte for byte.
import http from "node:http";
import net from "node:net";
import { spawn } from "node:child_process";
import { lambdaEnvironment } from "./run-case.mjs";
import { normalise } from "./normalise.mjs";

const mib = 1024 * 1024;

/** `bodies` are sent one after another to one emulator; `aws` cases need a mock of AWS. */
export const rieCases = [
  { name: "hello", handler: "hello.handler", bodies: ['{"name":"you"}', "{}"] },
  { name: "unicode", handler: "values.string" },
  { name: "client-context", handler: "context.identity", headers: { "X-Amz-Client-Context": Buffer.from('{"custom":{"k":"v"}}').toString("base64") } },
  { name: "throws", handler: "errors.custom" },
  { name: "throws-a-string", handler: "errors.string" },
  { name: "rejects", handler: "errors.rejected" },
  { name: "fails-once", handler: "errors.once", bodies: ['{"fail":true}', "{}"] },
  { name: "callback", handler: "callbacks.later" },
  { name: "cannot-be-serialised", handler: "values.cycle", bodies: ["{}", "{}"] },
  { name: "missing-file", handler: "missing-file.handler", bodies: ["{}", "{}"] },
  { name: "missing-export", handler: "hello.missing" },
  { name: "bad-name", handler: "hello" },
  { name: "syntax-error", handler: "syntax-error.handler", engineText: true },
  { name: "init-throws", handler: "init-throws.handler" },
  { name: "init-exits", handler: "init-exit.handler" },
  { name: "exits", ends: true, handler: "exits.exit7", bodies: ["{}", "{}"] },
  { name: "exits-quietly", ends: true, handler: "exits.exit0" },
  { name: "unhandled-rejection", ends: true, handler: "exits.unhandled" },
  { name: "uncaught-exception", ends: true, handler: "exits.uncaught" },
  { name: "timeout", handler: "exits.hang", timeoutSeconds: 1, bodies: ["{}", "{}"] },
  { name: "timeout-while-computing", handler: "exits.spin", timeoutSeconds: 1 },
  { name: "event-is-not-json", handler: "values.event", bodies: ["not json", "{}"], engineText: true },
  { name: "six-megabytes", handler: "values.large", bodies: [`{"length":${6 * mib}}`, `{"length":${7 * mib}}`, '{"length":1}'] },
  { name: "dynamodb", handler: "ddb.handler", aws: true, bodies: ['{"create":true,"id":"1","value":"v\u00e9"}', '{"id":"1"}', '{"id":"2"}'] },
  { name: "dynamodb-error", handler: "ddb.failing", aws: true },
];

async function twoPorts() {
  const servers = [net.createServer(), net.createServer()];
  for (const server of servers) await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

const canConnect = (port) => new Promise((resolve) => {
  const socket = net.connect(port, "127.0.0.1", () => { socket.destroy(); resolve(true); });
  socket.on("error", () => resolve(false));
});

function post(port, body, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { host: "127.0.0.1", port, method: "POST", path: "/2015-03-31/functions/function/invocations", headers },
      (response) => {
        const chunks = [];
        response.on("data", (d) => chunks.push(d));
        response.on("end", () => resolve(`${response.statusCode}\n${Buffer.concat(chunks)}`));
        response.on("error", reject);
      },
    );
    request.setTimeout(20000, () => request.destroy(new Error("the emulator did not answer in 20 s")));
    request.on("error", reject);
    request.end(body);
  });
}

export async function invokeInEmulator(testCase, rie, command, root, awsEndpoint) {
  const [port, apiPort] = await twoPorts();
  const { AWS_LAMBDA_RUNTIME_API: _, ...env } = lambdaEnvironment("", testCase.handler, root, {
    AWS_LAMBDA_FUNCTION_TIMEOUT: String(testCase.timeoutSeconds ?? 20),
    ...(testCase.aws ? { AWS_ENDPOINT_URL: awsEndpoint } : {}),
  });
  const words = command.map((word) => (word === "{handler}" ? testCase.handler : word));
  const child = spawn(
    rie,
    ["--log-level", "error", "--runtime-interface-emulator-address", `127.0.0.1:${port}`, "--runtime-api-address", `127.0.0.1:${apiPort}`, ...words],
    { env, cwd: root, stdio: "ignore" },
  );
  let failure;
  child.on("error", (error) => { failure = error; });
  const closed = new Promise((resolve) => child.on("close", resolve));
  try {
    for (let i = 0; !(await canConnect(port)); i++) {
      if (failure || i === 500 || child.exitCode !== null) throw failure ?? new Error("the emulator did not start");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const answers = [];
    for (const body of testCase.bodies ?? ["{}"]) {
      let answer = await post(port, body, testCase.headers);
      // When a runtime ends right after its first GET /next, the emulator may not have noted the end of its init, and answers without a
      // body, as for an init that ended. Which of the two it is, is the emulator's race; the case asks again.
      for (let i = 0; i < 3 && testCase.ends && answer === "502\n"; i++) answer = await post(port, body, testCase.headers);
      answers.push(answer);
    }
    return normalise(answers.join("\n").replace(/RequestId: [0-9a-f-]{36}/g, "RequestId: <id>"), root, testCase.engineText);
  } finally {
    child.kill("SIGTERM"); // it ends the runtime it started
    await closed;
  }
}
