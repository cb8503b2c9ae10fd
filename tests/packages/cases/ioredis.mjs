// Imported only: its network use needs node:net.
import { createRequire } from "node:module";
import Redis, { Cluster, Command, Pipeline, ReplyError, ScanStream } from "ioredis";

const cjs = createRequire(import.meta.url)("ioredis");
console.log(cjs.Redis === Redis || cjs.default === Redis, [Redis, Cluster, Pipeline, ReplyError, ScanStream].map((it) => [typeof it, it.name]));
console.log(new Command("set", ["key", { a: 1 }], { replyEncoding: "utf8" }).toWritable(), Command.checkFlag("WILL_DISCONNECT", "quit"), new ReplyError("x").name);
console.log(Object.keys(cjs).sort());
console.log("done");
