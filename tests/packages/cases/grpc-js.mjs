// Calls of all four kinds between a client and a server of its own, their metadata, deadlines and errors, in the clear and over HTTP/2's streams.
import grpc from "@grpc/grpc-js";

const json = { requestSerialize: (value) => Buffer.from(JSON.stringify(value)), requestDeserialize: (bytes) => JSON.parse(bytes) };
const method = (name, requestStream, responseStream) => ({
  path: `/test.Echo/${name}`, requestStream, responseStream, ...json, responseSerialize: json.requestSerialize, responseDeserialize: json.requestDeserialize,
});
const service = {
  one: method("One", false, false), gather: method("Gather", true, false), spread: method("Spread", false, true), chat: method("Chat", true, true),
};
const server = new grpc.Server();
server.addService(service, {
  one(call, callback) {
    if (call.request.fail) {
      const trailers = new grpc.Metadata();
      trailers.set("why", "asked");
      return callback({ code: grpc.status.NOT_FOUND, details: "nothing here", metadata: trailers });
    }
    if (call.request.never) return;
    const headers = new grpc.Metadata();
    headers.set("x-seen", call.metadata.get("x-sent")[0] ?? "none");
    call.sendMetadata(headers);
    callback(null, { echo: call.request, peer: typeof call.getPeer() });
  },
  gather(call, callback) {
    let sum = 0;
    call.on("data", ({ n }) => (sum += n));
    call.on("end", () => callback(null, { sum }));
  },
  spread(call) {
    for (let n = 0; n < call.request.count; n++) call.write({ n, pad: "x".repeat(call.request.size) });
    call.end();
  },
  chat(call) {
    call.on("data", ({ say }) => call.write({ heard: say.toUpperCase() }));
    call.on("end", () => call.end());
  },
});
const port = await new Promise((resolve, reject) =>
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port))),
);
const Client = grpc.makeGenericClientConstructor(service, "Echo");
const client = new Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
const call = (name, ...args) => new Promise((resolve) => client[name](...args, (error, value) => resolve(error ?? value)));

const sent = new grpc.Metadata();
sent.set("x-sent", "hello");
const seen = await new Promise((resolve) => {
  const one = client.one({ a: 1 }, sent, (error, value) => resolve([error, value, headers]));
  let headers;
  one.on("metadata", (metadata) => (headers = metadata.get("x-seen")));
});
console.log(seen);
const failed = await call("one", { fail: true });
console.log(failed.code, failed.details, failed.metadata.get("why"));
const late = await new Promise((resolve) => client.one({ never: true }, { deadline: Date.now() + 150 }, resolve));
console.log(late.code, late.details.slice(0, 17));
console.log((await new Promise((resolve) => {
  const gather = client.gather((error, value) => resolve(error ?? value));
  for (let n = 1; n <= 100; n++) gather.write({ n });
  gather.end();
})).sum);
let received = 0;
let size = 0;
for await (const { n, pad } of client.spread({ count: 50, size: 10000 })) {
  if (n !== received) console.log("out of order", n);
  received++;
  size += pad.length;
}
console.log(received, size);
const chat = client.chat();
const heard = [];
chat.on("data", ({ heard: text }) => {
  heard.push(text);
  if (heard.length < 3) chat.write({ say: "more" });
  else chat.end();
});
chat.write({ say: "begin" });
await new Promise((resolve) => chat.on("status", ({ code }) => resolve(console.log("status", code))));
console.log(heard);
const many = await Promise.all(Array.from({ length: 40 }, (_, n) => call("one", { n })));
console.log(many.map(({ echo }) => echo.n).join());
const cancelled = client.spread({ count: 100000, size: 10 });
cancelled.on("data", () => cancelled.cancel());
console.log((await new Promise((resolve) => cancelled.on("error", resolve))).code);
client.close();
const missing = new Client("127.0.0.1:1", grpc.credentials.createInsecure());
console.log((await new Promise((resolve) => missing.one({}, resolve))).code);
missing.close();
await new Promise((resolve) => server.tryShutdown(resolve));
console.log("done");
