// The smallest Runtime API client: what the peers serve the Lambda loop with.
import http from "node:http";
import { pathToFileURL } from "node:url";

const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [host, port] = AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host, port, agent, method, path: `/2018-06-01/runtime/invocation/${path}` }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, text: Buffer.concat(chunks).toString() }));
    });
    request.on("error", reject).end(body);
  });
}

const [file, name] = _HANDLER.split(".");
const { [name]: handler } = await import(pathToFileURL(`${LAMBDA_TASK_ROOT}/${file}.mjs`).href);
for (;;) {
  const { headers, text } = await call("GET", "next");
  const awsRequestId = headers["lambda-runtime-aws-request-id"];
  const result = await handler(JSON.parse(text), { awsRequestId });
  await call("POST", `${awsRequestId}/response`, JSON.stringify(result));
}
