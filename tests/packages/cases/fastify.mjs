// An application over the network, and its own way of asking it.
import { createRequire } from "node:module";
import { Readable } from "node:stream";
import Fastify from "fastify";

console.log(createRequire(import.meta.url)("fastify") === Fastify);
const app = Fastify();
app.decorate("answer", 42);
app.addHook("onRequest", async (request) => { request.seen = request.method; });
app.get("/", async (request) => ({ hello: request.query.name ?? "you", seen: request.seen, answer: app.answer }));
app.post("/echo", { schema: { body: { type: "object", properties: { n: { type: "number" } }, required: ["n"] } } }, async (request) => request.body);
app.get("/things/:id", async (request, reply) => reply.code(206).header("x-id", request.params.id).send(request.params));
app.get("/stream", (request, reply) => reply.type("text/plain").send(Readable.from(["a", "b", "c"])));
app.get("/fails", async () => { throw Object.assign(new Error("failed"), { statusCode: 418 }); });
app.register(async (scope) => scope.get("/inner", async () => "inner"), { prefix: "/scope" });
const address = await app.listen({ port: 0, host: "127.0.0.1" });
const json = { "content-type": "application/json" };
for (const [path, options] of [
  ["/?name=me"], ["/echo", { method: "POST", headers: json, body: '{"n":"5"}' }], ["/echo", { method: "POST", headers: json, body: '{"m":5}' }],
  ["/echo", { method: "POST", headers: json, body: "{" }], ["/things/7"], ["/stream"], ["/fails"], ["/scope/inner"], ["/none"],
]) {
  const response = await fetch(address + path, options);
  const text = await response.text();
  console.log(path, response.status, response.headers.get("content-type"), response.headers.get("x-id"), text.startsWith("{") ? { ...JSON.parse(text), message: undefined } : text);
}
const injected = await app.inject({ method: "GET", url: "/?name=inside" });
console.log(injected.statusCode, injected.json());
await app.close();
console.log("done");
