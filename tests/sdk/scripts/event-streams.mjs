// Event streams over HTTP/1.1: S3 Select at moto, live tail of logs at servers/streams.mjs.
import { CloudWatchLogsClient, SessionTimeoutException, StartLiveTailCommand } from "@aws-sdk/client-cloudwatch-logs";
import { CreateBucketCommand, PutObjectCommand, S3Client, SelectObjectContentCommand } from "@aws-sdk/client-s3";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { fromUtf8, toUtf8 } from "@smithy/util-utf8";
import { equal, ok, rejection, test } from "./check.mjs";

const logs = new CloudWatchLogsClient({ endpoint: process.env.STREAMS_H1, disableHostPrefix: true, maxAttempts: 1 });
const tail = async (group) => (await logs.send(new StartLiveTailCommand({ logGroupIdentifiers: [`arn:aws:logs:us-east-1:123456789012:log-group:${group}`] }))).responseStream;

await test("select from an object", async () => {
  const s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "selected" }));
  await s3.send(new PutObjectCommand({ Bucket: "selected", Key: "rows", Body: '{"n":1,"t":"a"}\n{"n":2,"t":"b"}\n' }));
  const { Payload } = await s3.send(new SelectObjectContentCommand({
    Bucket: "selected", Key: "rows", ExpressionType: "SQL", Expression: "SELECT * FROM s3object s", InputSerialization: { JSON: { Type: "LINES" } }, OutputSerialization: { JSON: {} },
  }));
  let rows = "";
  const kinds = [];
  for await (const event of Payload) {
    kinds.push(Object.keys(event)[0]);
    if (event.Records) rows += toUtf8(event.Records.Payload);
    if (event.Stats) ok(typeof event.Stats.Details.BytesReturned === "number", "BytesReturned is a number");
  }
  equal(rows.trim().split("\n").map((row) => JSON.parse(row).n), [1, 2]);
  equal(kinds, ["Records", "Stats", "End"]);
});

await test("events as they come", async () => {
  const seen = [];
  for await (const event of await tail("quiet")) {
    if (event.sessionStart) seen.push(event.sessionStart.sessionId);
    if (event.sessionUpdate) seen.push(event.sessionUpdate.sessionResults[0].message);
  }
  equal(seen, ["s", "one", "two \u{1f600}"]);
});

await test("an exception in the stream is typed", async () => {
  const seen = [];
  const error = await rejection((async () => { for await (const event of await tail("timeout")) seen.push(event); })());
  ok(error instanceof SessionTimeoutException, `SessionTimeoutException, got ${error.name}: ${error.message}`);
  equal([error.message, seen.length], ["too long", 3]);
});

await test("an error without a type", async () => {
  const error = await rejection((async () => { for await (const event of await tail("error")) ok(event, "an event"); })());
  equal([error.name, error.message], ["InternalError", "of no type"]);
});

await test("leaving early frees the connection's loop", async () => {
  for await (const event of await tail("quiet")) {
    ok(event.sessionStart, "the first");
    break;
  }
});

await test("every type of header goes through the codec", async () => {
  const codec = new EventStreamCodec(toUtf8, fromUtf8);
  const { Int64 } = await import("@smithy/core/event-streams");
  const headers = {
    t: { type: "boolean", value: true }, f: { type: "boolean", value: false }, b: { type: "byte", value: -5 }, s: { type: "short", value: -300 }, i: { type: "integer", value: 70000 },
    l: { type: "long", value: Int64.fromNumber(1234567890123) }, bin: { type: "binary", value: Uint8Array.of(1, 2) }, str: { type: "string", value: "caf\u00e9" },
    time: { type: "timestamp", value: new Date(1.7e12) }, id: { type: "uuid", value: "6ba7b810-9dad-11d1-80b4-00c04fd430c8" },
  };
  const encoded = codec.encode({ headers, body: Uint8Array.of(9) });
  const decoded = codec.decode(encoded);
  equal(decoded.headers.l.value.valueOf(), 1234567890123);
  equal([decoded.headers.time.value, decoded.headers.id.value, decoded.headers.str.value, decoded.headers.b.value, [...decoded.body]], [new Date(1.7e12), headers.id.value, "caf\u00e9", -5, [9]]);
  equal(codec.encode(decoded), encoded);
  encoded[20] ^= 1;
  ok(/checksum/.test((await rejection(Promise.resolve().then(() => codec.decode(encoded)))).message), "a spoiled message");
});
