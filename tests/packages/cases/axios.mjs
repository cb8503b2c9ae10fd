// Its own parts, then its adapter for node:http.
import http from "node:http";
import { createRequire } from "node:module";
import zlib from "node:zlib";
import axios, { AxiosError, AxiosHeaders, CanceledError } from "axios";

console.log(createRequire(import.meta.url)("axios").VERSION === axios.VERSION);
console.log(axios.getUri({ url: "/x", baseURL: "https://host/api", params: { a: [1, 2], b: { c: "é" }, d: new Date(0), e: null } }));
const seen = [];
const instance = axios.create({
  baseURL: "https://host/",
  headers: { common: { "X-Own": "1" } },
  adapter: async (config) => {
    seen.push([config.method, config.url, config.headers.toJSON(), config.data]);
    const status = config.url === "/missing" ? 404 : 200;
    const response = { data: '{"answer":42}', status, statusText: "", headers: new AxiosHeaders({ "content-type": "application/json" }), config };
    if (config.validateStatus(status)) return response;
    throw new AxiosError(`Request failed with status code ${status}`, AxiosError.ERR_BAD_REQUEST, config, null, response);
  },
});
instance.interceptors.request.use((config) => { config.headers.set("X-Intercepted", "yes"); return config; });
instance.interceptors.response.use((response) => ({ ...response, extra: true }), (error) => Promise.reject(Object.assign(error, { extra: true })));
const { data, extra } = await instance.post("/things", { name: "you", nested: [1] });
console.log(data, extra);
await instance.post("/form", new URLSearchParams({ a: "1", b: "x y" }));
await instance.get("/plain", { auth: { username: "u", password: "p" } });
console.log(seen);
const error = await instance.get("/missing").catch((it) => it);
console.log(error.name, error.message, error.code, error.response.status, error.extra, axios.isAxiosError(error), error.toJSON().config.url);
const controller = new AbortController();
controller.abort();
console.log(await instance.get("/", { signal: controller.signal }).catch((it) => [it instanceof CanceledError, it.code, axios.isCancel(it)]));
console.log(axios.toFormData({ a: { b: 1 } }, new URLSearchParams()).toString(), axios.formToJSON(new URLSearchParams("a[b]=1&c[]=2")), axios.mergeConfig({ timeout: 1 }, { headers: { a: "b" } }).timeout);

const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  if (request.url === "/redirect") return response.writeHead(302, { Location: "/json" }).end();
  if (request.url === "/slow") return;
  if (request.url === "/gzip") return response.writeHead(200, { "Content-Encoding": "gzip" }).end(zlib.gzipSync("unpacked"));
  response.statusCode = request.url === "/bad" ? 503 : 200;
  response.setHeader("Content-Type", "application/json");
  response.end(JSON.stringify({ method: request.method, url: request.url, type: request.headers["content-type"], body }));
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const client = axios.create({ baseURL: `http://127.0.0.1:${server.address().port}`, adapter: "http" });
for (const [name, request] of Object.entries({
  get: () => client.get("/json", { params: { a: 1 } }),
  post: () => client.post("/json", { a: [1] }),
  form: () => client.post("/json", new URLSearchParams({ a: "1" })),
  redirect: () => client.get("/redirect"),
  gzip: () => client.get("/gzip"),
  stream: async () => {
    const response = await client.get("/json", { responseType: "stream" });
    let data = "";
    for await (const chunk of response.data) data += chunk;
    return { ...response, data };
  },
  bad: () => client.get("/bad"),
  slow: () => client.get("/slow", { timeout: 100 }),
  large: () => client.get("/json", { maxContentLength: 5 }),
})) {
  const { status, data, code, message } = await request().catch((it) => it);
  console.log(name, status, data, code, message);
}
server.closeAllConnections();
await new Promise((resolve) => server.close(resolve));
console.log("done");
