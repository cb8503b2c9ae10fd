// Requests to a server of its own.
import http from "node:http";
import zlib from "node:zlib";
import got, { HTTPError, RequestError, TimeoutError } from "got";

let tries = 0;
const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url === "/slow") return;
  if (request.url === "/redirect") return response.writeHead(302, { Location: "/" }).end();
  if (request.url === "/gzip") return response.writeHead(200, { "Content-Encoding": "gzip" }).end(zlib.gzipSync('{"unpacked":true}'));
  if (request.url === "/again" && tries++ === 0) response.statusCode = 503;
  if (request.url === "/bad") response.statusCode = 500;
  response.end(JSON.stringify({ method: request.method, url: request.url, type: request.headers["content-type"], body }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = got.extend({ prefixUrl: `http://127.0.0.1:${server.address().port}`, retry: { limit: 0 } });
console.log(await client("", { searchParams: { a: 1, b: "x y" } }).json());
console.log(await client.post("", { json: { a: [1] } }).json());
console.log(await client.post("", { form: { a: "1" } }).json());
console.log(await client("redirect").json(), await client("gzip").json());
console.log(await client("again", { retry: { limit: 1, calculateDelay: ({ computedValue }) => (computedValue ? 1 : 0) } }).json(), tries);
let streamed = "";
for await (const chunk of client.stream("stream")) streamed += chunk;
console.log(streamed);
const bad = await client("bad").catch((it) => it);
console.log(bad instanceof HTTPError, bad.code, bad.response.statusCode, JSON.parse(bad.response.body).url);
const slow = await client("slow", { timeout: { request: 100 } }).catch((it) => it);
console.log(slow instanceof TimeoutError, slow.code, slow.event);
const controller = new AbortController();
const aborted = client("slow", { signal: controller.signal }).catch((it) => it);
setTimeout(() => controller.abort(), 20);
console.log((await aborted).name, (await aborted).code);
server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));
const refused = await client("").catch((it) => it);
console.log(refused instanceof RequestError, refused.code);
console.log("done");
