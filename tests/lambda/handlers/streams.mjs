import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

const { HttpResponseStream, streamifyResponse } = awslambda;
const original = async (event, out) => { out.end("x"); };
const marked = streamifyResponse(original);

export const plain = streamifyResponse(async (event, out) => { out.setContentType("text/html"); out.write("one "); out.write("two"); out.end(); });
export const event = streamifyResponse(async (event, out) => { out.end(JSON.stringify(event)); });
export const shape = async () => ({
  same: original === marked, keys: Reflect.ownKeys(marked).map(String).sort(), value: marked[Symbol.for("aws.lambda.runtime.handler.streaming")],
  from: HttpResponseStream.from.length, streamify: streamifyResponse.length, name: HttpResponseStream.name,
});
export const context = streamifyResponse(async (event, out, context, ...rest) => { out.end(JSON.stringify([Object.keys(context), rest.length])); });
export const http = streamifyResponse(async (event, out) => {
  const wrapped = HttpResponseStream.from(out, { statusCode: 201, headers: { "x-a": "b" }, cookies: ["a=1"] });
  wrapped.write("body");
  wrapped.end();
});
export const httpSame = streamifyResponse(async (event, out) => { out.end(String(HttpResponseStream.from(out, {}) === out)); });
export const httpEmpty = streamifyResponse(async (event, out) => { HttpResponseStream.from(out, { statusCode: 204 }).end(); });
export const httpContentType = streamifyResponse(async (event, out) => {
  const wrapped = HttpResponseStream.from(out, { statusCode: 200 });
  wrapped.setContentType("text/plain");
  wrapped.end("x");
});
export const httpTwice = streamifyResponse(async (event, out) => { HttpResponseStream.from(HttpResponseStream.from(out, { n: 1 }), { n: 2 }).end("x"); });
export const httpLate = streamifyResponse(async (event, out) => { out.write("a"); HttpResponseStream.from(out, { n: 1 }).end("x"); });
export const httpNoPrelude = streamifyResponse(async (event, out) => { HttpResponseStream.from(out).end("x"); });
export const httpCyclic = streamifyResponse(async (event, out) => { const a = {}; a.a = a; HttpResponseStream.from(out, a).end("x"); });
export const httpFails = streamifyResponse(async (event, out) => { HttpResponseStream.from(out, { statusCode: 200 }); throw new TypeError("no body"); });
export const fails = streamifyResponse(async () => { throw new TypeError("before a byte"); });
export const failsSync = streamifyResponse(() => { throw new TypeError("at once"); });
export const failsMidway = streamifyResponse(async (event, out) => { out.write("part"); await sleep(20); throw new TypeError("midway"); });
export const failsString = streamifyResponse(async (event, out) => { out.write("part"); throw "text"; });
export const failsAfterEnd = streamifyResponse(async (event, out) => { out.end("whole"); await sleep(20); throw new TypeError("after the end"); });
export const failsCustom = streamifyResponse(async (event, out) => {
  class OrderError extends Error { name = "OrderError"; code = "E1"; }
  out.write("part");
  throw new OrderError("n\u00e9");
});
export const never = streamifyResponse(async (event, out) => { out.write("x"); });
export const neverSettles = streamifyResponse((event, out) => { out.end("x"); return new Promise(() => {}); });
export const neverSettlesLater = streamifyResponse((event, out) => { setTimeout(() => out.end("x"), 20); return new Promise(() => {}); });
export const value = streamifyResponse(async (event, out) => { out.end(); return "ignored"; });
export const valueNull = streamifyResponse(async (event, out) => { out.end(); return null; });
export const sync = streamifyResponse((event, out) => { setTimeout(() => out.end("later"), 20); });
export const syncValue = streamifyResponse((event, out) => { out.end("x"); return 5; });
export const thenable = streamifyResponse((event, out) => ({ then(resolve) { out.end("x"); resolve(); } }));
export const returnsFirst = streamifyResponse(async (event, out) => { setTimeout(() => out.end("later"), 20); });
export const empty = streamifyResponse(async (event, out) => { out.end(); });
export const afterEnd = streamifyResponse(async (event, out) => { out.on("error", (error) => console.log(error.code)); out.end("x"); out.write("y"); });
export const afterEndUnheard = streamifyResponse(async (event, out) => { out.end("x"); out.write("y"); });
export const destroys = streamifyResponse(async (event, out) => { out.write("x"); out.destroy(new Error("destroyed")); });
export const destroysHeard = streamifyResponse(async (event, out) => { out.on("error", (error) => console.log(error.message)); out.write("x"); await sleep(20); out.destroy(new Error("destroyed")); });
export const destroysPlain = streamifyResponse(async (event, out) => { out.write("x"); await sleep(20); out.destroy(); });
export const uncaughtMidway = streamifyResponse(async (event, out) => { out.write("x"); setTimeout(() => { throw new RangeError("uncaught"); }, 20); await sleep(1000); out.end(); });
export const unhandledMidway = streamifyResponse(async (event, out) => { out.write("x"); await sleep(20); Promise.reject(new RangeError("unhandled")); await sleep(1000); out.end(); });
export const exits = streamifyResponse(async (event, out) => { out.write("x"); await sleep(20); process.exit(7); });
export const kinds = streamifyResponse(async (event, out) => { out.write(Buffer.from("b")); out.write(new Uint8Array([0x41])); out.write("s"); out.write("c3a9", "hex"); out.end(); });
export const number = streamifyResponse(async (event, out) => { out.write(5); out.write(true); out.end(); });
export const objectChunk = streamifyResponse(async (event, out) => { out.write({ a: 1 }); out.write(["b"]); out.end(); });
export const nullChunk = streamifyResponse(async (event, out) => { try { out.write(null); } catch (error) { out.write(error.code); } out.end(); });
export const emptyChunks = streamifyResponse(async (event, out) => { out.write(""); out.write("a"); out.write(Buffer.alloc(0)); out.end(""); });
export const callbacks = streamifyResponse(async (event, out) => {
  const seen = [];
  out.on("finish", () => console.log("finish", seen.join()));
  out.write("a", () => seen.push("a"));
  out.write("b", "latin1", () => seen.push("b"));
  await sleep(20);
  out.end("c", () => console.log("ended"));
});
export const cork = streamifyResponse(async (event, out) => { out.cork(); out.write("a"); out.write("b"); out.uncork(); out.end(); });
export const large = streamifyResponse(async (event, out) => {
  for (let i = 0; i < 40; i++) if (!out.write("x".repeat(100000))) await new Promise((resolve) => out.once("drain", resolve));
  out.end();
});
export const piped = streamifyResponse(async (event, out) => { await pipeline(Readable.from(["a", "b", "c"]), new Transform({ transform(c, e, cb) { cb(null, String(c).toUpperCase()); } }), out); });
export const pipedFails = streamifyResponse(async (event, out) => {
  await pipeline(async function* () { yield "a"; throw new TypeError("source"); }, out);
});
export const pipes = streamifyResponse(async (event, out) => { Readable.from(["a", "b"]).pipe(out); });
export const state = streamifyResponse(async (event, out) => {
  const seen = [out.writable, out.writableEnded, out.writableFinished, out.destroyed, out.writableHighWaterMark, out.writableLength, out.writableNeedDrain, out.writableObjectMode, out.writableCorked];
  out.end(JSON.stringify(seen));
});
export const contentTypeLate = streamifyResponse(async (event, out) => { out.write("a"); await sleep(20); try { out.setContentType("text/html"); } catch (error) { out.write(error.name); } out.end(); });
export const contentTypeOdd = streamifyResponse(async (event, out) => { out.setContentType("a\u00e9\nb"); out.end(); });
export const logs = streamifyResponse(async (event, out, context) => { console.log("streaming", context.awsRequestId === undefined); out.end("x"); });
export const endless = streamifyResponse(async (event, out) => {
  const chunk = Buffer.alloc(65536, "x");
  for (let sent = 0; sent < event.bytes; sent += chunk.length) {
    if (!out.write(chunk)) await new Promise((resolve, reject) => out.once("drain", resolve).once("close", () => reject(new Error("closed early"))));
  }
  out.end();
});
export const gated = streamifyResponse(async (event, out) => {
  out.write("first");
  await (await fetch(`http://127.0.0.1:${event.port}/`)).text();
  out.end("second");
});
