// With a server that knows a few commands.
import net from "node:net";
import { createRequire } from "node:module";
import Redis, { Cluster, Command, Pipeline, ReplyError, ScanStream } from "ioredis";

const cjs = createRequire(import.meta.url)("ioredis");
console.log(cjs.Redis === Redis || cjs.default === Redis, [Redis, Cluster, Pipeline, ReplyError, ScanStream].map((it) => [typeof it, it.name]));
console.log(new Command("set", ["key", { a: 1 }], { replyEncoding: "utf8" }).toWritable(), Command.checkFlag("WILL_DISCONNECT", "quit"), new ReplyError("x").name);
console.log(Object.keys(cjs).sort());

const replies = { info: "$15\r\nredis_version:7\r\n", set: "+OK\r\n", get: "$5\r\nworld\r\n", lrange: "*2\r\n$1\r\na\r\n$-1\r\n", incr: ":7\r\n", quit: "+OK\r\n" };
const server = net.createServer((socket) => {
  socket.on("data", (chunk) => {
    // Each command is an array of bulk strings; several may come in one piece.
    for (const command of `${chunk}`.split(/^\*/m).slice(1)) {
      const name = command.split("\r\n")[2].toLowerCase();
      socket.write(replies[name] ?? `-ERR unknown command '${name}'\r\n`);
      if (name === "quit") socket.end();
    }
  });
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const redis = new Redis({ port: server.address().port, host: "127.0.0.1", lazyConnect: true, disableClientInfo: true });
const events = [];
for (const event of ["connect", "ready", "close", "end"]) redis.on(event, () => events.push(event));
const ended = new Promise((resolve) => redis.on("end", resolve));
await redis.connect();
console.log(await redis.set("hello", "world"), await redis.get("hello"), await redis.lrange("list", 0, -1), await redis.getBuffer("hello"));
console.log(await redis.pipeline().incr("n").get("hello").exec(), await redis.call("nope").catch(({ name, message }) => [name, message]));
console.log(await redis.quit());
await ended;
server.close();
console.log(events);
const refused = new Redis({ port: server.address()?.port ?? 1, host: "127.0.0.1", lazyConnect: true, retryStrategy: null });
refused.on("error", ({ code, syscall }) => console.log(code, syscall));
await refused.connect().catch(({ message }) => console.log(message));
console.log("done");
