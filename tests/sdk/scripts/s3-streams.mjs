// Bodies as streams, both ways; uploads in parts; presigned requests sent with fetch; checksums.
import { createReadStream, createWriteStream, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PassThrough, Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  AbortMultipartUploadCommand, CompleteMultipartUploadCommand, CreateBucketCommand, CreateMultipartUploadCommand, GetObjectAttributesCommand, GetObjectCommand, HeadObjectCommand, ListMultipartUploadsCommand, ListPartsCommand,
  PutObjectCommand, S3Client, UploadPartCommand, waitUntilBucketExists, waitUntilObjectExists, waitUntilObjectNotExists, DeleteObjectCommand,
} from "@aws-sdk/client-s3";
import { equal, ok, rejection, test } from "./check.mjs";

const { SCRATCH } = process.env;
const client = new S3Client({ forcePathStyle: true });
const Bucket = "streams";
const utf8 = new TextEncoder();
const put = (Key, Body, more) => client.send(new PutObjectCommand({ Bucket, Key, Body, ...more }));
const get = (Key, more) => client.send(new GetObjectCommand({ Bucket, Key, ...more }));
const text = async (Key) => (await get(Key)).Body.transformToString();
/** 3 MB that differ everywhere. */
const large = new Uint8Array(3 * 1024 * 1024);
for (let i = 0; i < large.length; i += 4) new DataView(large.buffer).setUint32(i, i * 2654435761);
const same = (a, b) => a.length === b.length && Buffer.compare(a, b) === 0;

await test("a bucket, waited for", async () => {
  await client.send(new CreateBucketCommand({ Bucket }));
  equal((await waitUntilBucketExists({ client, maxWaitTime: 10, minDelay: 1 }, { Bucket })).state, "SUCCESS");
  await put("large", large);
  equal((await waitUntilObjectExists({ client, maxWaitTime: 10, minDelay: 1 }, { Bucket, Key: "large" })).state, "SUCCESS");
});

await test("Body is a Readable: events, iteration, pipe", async () => {
  const { Body } = await get("large");
  ok(Body instanceof Readable, "instanceof Readable");
  const chunks = [];
  await new Promise((resolve, reject) => Body.on("data", (chunk) => chunks.push(chunk)).on("end", resolve).on("error", reject));
  ok(chunks.every(Buffer.isBuffer) && same(Buffer.concat(chunks), large), "by events");
  const iterated = [];
  for await (const chunk of (await get("large")).Body) iterated.push(chunk);
  ok(same(Buffer.concat(iterated), large), "by iteration");
  const file = join(SCRATCH, "piped");
  await pipeline((await get("large")).Body, createWriteStream(file));
  ok(same(readFileSync(file), large), "through pipeline()");
  const through = (await get("large")).Body.pipe(new PassThrough());
  const piped = [];
  for await (const chunk of through) piped.push(chunk);
  ok(same(Buffer.concat(piped), large), "through pipe()");
});

await test("a Readable that is stopped half way", async () => {
  const { Body } = await get("large");
  for await (const chunk of Body) {
    ok(chunk.length > 0, "a chunk");
    break;
  }
  equal(Body.destroyed, true);
  equal(await text("none").catch((error) => error.name), "NoSuchKey");
});

await test("Body as a web stream: read, cancel, through a Response, tee", async () => {
  const collected = [];
  for await (const chunk of (await get("large")).Body.transformToWebStream()) collected.push(chunk);
  ok(same(Buffer.concat(collected), large), "whole");
  const stream = (await get("large")).Body.transformToWebStream();
  ok(stream instanceof ReadableStream, "instanceof ReadableStream");
  ok(same(new Uint8Array(await new Response(stream).arrayBuffer()), large), "a Response of it");
  const cancelled = (await get("large")).Body.transformToWebStream().getReader();
  ok((await cancelled.read()).value.length > 0, "a part");
  await cancelled.cancel();
  equal((await cancelled.read()).done, true);
  const [one, two] = (await get("large")).Body.transformToWebStream().tee();
  const [a, b] = await Promise.all([one, two].map((branch) => new Response(branch).arrayBuffer()));
  ok(same(new Uint8Array(a), large) && same(new Uint8Array(b), large), "both branches");
});

await test("transformToString and transformToByteArray, and only once", async () => {
  await put("latin", Uint8Array.of(0xe9, 0x41));
  equal(await (await get("latin")).Body.transformToString("latin1"), "\u00e9A");
  equal(await (await get("latin")).Body.transformToString("base64"), "6UE=");
  equal(await (await get("latin")).Body.transformToString("hex"), "e941");
  const { Body } = await get("large");
  const bytes = await Body.transformToByteArray();
  ok(bytes instanceof Uint8Array && same(bytes, large), "bytes");
  for (const again of ["transformToString", "transformToByteArray"]) ok((await rejection(Body[again]())) instanceof Error, again);
  const thrown = await rejection(Promise.resolve().then(() => Body.transformToWebStream()));
  ok(thrown instanceof Error, "transformToWebStream");
});

await test("an empty body", async () => {
  await put("empty", "");
  equal(await text("empty"), "");
  equal((await (await get("empty")).Body.transformToByteArray()).length, 0);
  equal((await new Response((await get("empty")).Body.transformToWebStream()).text()).length, 0);
});

await test("send a file as a Readable", async () => {
  const file = join(SCRATCH, "sent");
  writeFileSync(file, large);
  await put("from-file", createReadStream(file));
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: "from-file" }));
  equal(ContentLength, large.length);
  ok(same(await (await get("from-file")).Body.transformToByteArray(), large), "the same bytes");
});

await test("send a Readable with a known length", async () => {
  async function* parts() {
    for (let i = 0; i < 10; i++) yield Buffer.from(`part ${i}\n`);
  }
  await put("generated", Readable.from(parts()), { ContentLength: 70 });
  equal((await text("generated")).split("\n").length, 11);
});

await test("send a web stream", async () => {
  const Body = new ReadableStream({
    start(controller) {
      controller.enqueue(utf8.encode("web "));
      controller.enqueue(utf8.encode("stream"));
      controller.close();
    },
  });
  await put("web", Readable.fromWeb(Body), { ContentLength: 10 });
  equal(await text("web"), "web stream");
});

await test("send a Blob, a Buffer, a view, a long string", async () => {
  await new Upload({ client, params: { Bucket, Key: "blob", Body: new Blob(["blo", "b"]) } }).done();
  await put("buffer", Buffer.from("buffer"));
  await put("view", new Uint8Array(utf8.encode("..view..").buffer, 2, 4));
  await put("long", "\u00e9".repeat(200_000));
  equal([await text("blob"), await text("buffer"), await text("view"), (await text("long")).length], ["blob", "buffer", "view", 200_000]);
});

await test("from one object to another, through a Transform", async () => {
  const upper = new Transform({ transform: (chunk, encoding, done) => done(null, chunk.toString().toUpperCase()) });
  const { Body, ContentLength } = await get("generated");
  await put("upper", Body.pipe(upper), { ContentLength });
  ok((await text("upper")).startsWith("PART 0\n"), "in upper case");
});

await test("a stream that fails while it is sent", async () => {
  const Body = new Readable({ read() { this.push("x"); this.destroy(new Error("source failed")); } });
  const upload = new Upload({ client, params: { Bucket, Key: "failed", Body } });
  equal((await rejection(upload.done())).message, "source failed");
});

await test("Upload: a stream in parts, with progress", async () => {
  async function* parts() {
    for (let i = 0; i < 11; i++) yield Buffer.alloc(1024 * 1024, i);
  }
  const upload = new Upload({ client, params: { Bucket, Key: "upload", Body: Readable.from(parts()) }, partSize: 5 * 1024 * 1024, queueSize: 2, tags: [{ Key: "a", Value: "b" }] });
  const seen = [];
  upload.on("httpUploadProgress", ({ loaded, part }) => seen.push([part, loaded]));
  const { ETag, Key } = await upload.done();
  ok(/-3"$/.test(ETag) && Key === "upload", ETag);
  equal(Math.max(...seen.map(([, loaded]) => loaded)), 11 * 1024 * 1024);
  const { ContentLength } = await client.send(new HeadObjectCommand({ Bucket, Key: "upload" }));
  equal(ContentLength, 11 * 1024 * 1024);
  const tail = await get("upload", { Range: "bytes=-1" });
  equal([...(await tail.Body.transformToByteArray())], [10]);
});

await test("Upload: a stream that ends in its first part, by default four at a time", async () => {
  await new Upload({ client, params: { Bucket, Key: "upload-short", Body: Readable.from([Buffer.from("sh"), Buffer.from("ort")]) } }).done();
  equal(await text("upload-short"), "short");
});

await test("Upload: a web stream, a small body, a Blob", async () => {
  const web = new ReadableStream({ start(c) { c.enqueue(new Uint8Array(6 * 1024 * 1024).fill(7)); c.close(); } });
  ok(/-2"$/.test((await new Upload({ client, params: { Bucket, Key: "upload-web", Body: web } }).done()).ETag), "two parts");
  ok(!/-\d"$/.test((await new Upload({ client, params: { Bucket, Key: "upload-small", Body: "small" } }).done()).ETag), "one request");
  equal(await text("upload-small"), "small");
});

await test("Upload: aborted", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  async function* endless() {
    yield Buffer.alloc(5 * 1024 * 1024);
    await held;
    yield Buffer.alloc(5 * 1024 * 1024);
  }
  const upload = new Upload({ client, params: { Bucket, Key: "aborted", Body: Readable.from(endless()) }, leavePartsOnError: false });
  const done = upload.done();
  setTimeout(() => upload.abort(), 50);
  equal((await rejection(done)).name, "AbortError");
  release();
});

await test("parts by hand", async () => {
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "hand", ChecksumAlgorithm: "CRC32" }));
  const Parts = [];
  for (const [index, size] of [5 * 1024 * 1024, 10].entries()) {
    const PartNumber = index + 1;
    const { ETag, ChecksumCRC32 } = await client.send(new UploadPartCommand({ Bucket, Key: "hand", UploadId, PartNumber, Body: new Uint8Array(size).fill(PartNumber), ChecksumAlgorithm: "CRC32" }));
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const listed = await client.send(new ListPartsCommand({ Bucket, Key: "hand", UploadId }));
  equal(listed.Parts.map((part) => part.PartNumber), [1, 2]);
  await client.send(new CompleteMultipartUploadCommand({ Bucket, Key: "hand", UploadId, MultipartUpload: { Parts } }));
  equal((await client.send(new HeadObjectCommand({ Bucket, Key: "hand" }))).ContentLength, 5 * 1024 * 1024 + 10);
  const { UploadId: gone } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key: "gone" }));
  await client.send(new AbortMultipartUploadCommand({ Bucket, Key: "gone", UploadId: gone }));
  equal(((await client.send(new ListMultipartUploadsCommand({ Bucket }))).Uploads ?? []).filter(({ Key }) => Key === "gone"), []);
});

await test("presigned GET, PUT, HEAD and DELETE with fetch", async () => {
  const sign = (command, options) => getSignedUrl(client, command, { expiresIn: 60, ...options });
  const putUrl = await sign(new PutObjectCommand({ Bucket, Key: "pre signed/\u00e9", ContentType: "text/plain" }));
  const sent = await fetch(putUrl, { method: "PUT", body: "presigned", headers: { "content-type": "text/plain" } });
  equal(sent.status, 200);
  const got = await fetch(await sign(new GetObjectCommand({ Bucket, Key: "pre signed/\u00e9", ResponseContentType: "text/x-mine" })));
  equal([got.status, await got.text(), got.headers.get("content-type").split(";")[0]], [200, "presigned", "text/x-mine"]);
  equal((await fetch(await sign(new HeadObjectCommand({ Bucket, Key: "pre signed/\u00e9" })), { method: "HEAD" })).headers.get("content-length"), "9");
  equal((await fetch(await sign(new DeleteObjectCommand({ Bucket, Key: "pre signed/\u00e9" })), { method: "DELETE" })).status, 204);
  equal((await waitUntilObjectNotExists({ client, maxWaitTime: 10, minDelay: 1 }, { Bucket, Key: "pre signed/\u00e9" })).state, "SUCCESS");
  equal((await fetch(await sign(new GetObjectCommand({ Bucket, Key: "pre signed/\u00e9" })))).status, 404);
});

await test("a presigned PUT of a stream", async () => {
  const url = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "presigned-stream" }), { expiresIn: 60 });
  const body = new Blob([large]).stream();
  equal((await fetch(url, { method: "PUT", body, duplex: "half", headers: { "content-length": String(large.length) } })).status, 200);
  ok(same(await (await get("presigned-stream")).Body.transformToByteArray(), large), "the same bytes");
});

await test("a presigned POST with a form", async () => {
  const { url, fields } = await createPresignedPost(client, {
    Bucket, Key: "posted/${filename}", Expires: 60, Fields: { acl: "private", "Content-Type": "text/plain" }, Conditions: [["content-length-range", 0, 1000], { acl: "private" }, ["starts-with", "$Content-Type", "text/"]],
  });
  const policy = JSON.parse(atob(fields.Policy));
  ok(policy.conditions.some((condition) => condition[0] === "content-length-range"), "its conditions");
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, key: "posted/file.txt" })) form.append(name, value);
  form.append("file", new Blob(["posted"], { type: "text/plain" }), "file.txt");
  const answer = await fetch(url, { method: "POST", body: form });
  ok([200, 201, 204].includes(answer.status), `${answer.status}: ${await answer.text()}`);
  equal(await text("posted/file.txt"), "posted");
});

for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"])
  await test(`checksum ${ChecksumAlgorithm} of a stream, and as the caller gives it`, async () => {
    const field = `Checksum${ChecksumAlgorithm}`;
    await put("sum", Readable.from([Buffer.from("1234"), Buffer.from("56789")]), { ChecksumAlgorithm, ContentLength: 9 });
    equal(await (await get("sum", { ChecksumMode: "ENABLED" })).Body.transformToString(), "123456789");
    const value = { CRC32: "y/Q5Jg==", CRC32C: "4waSgw==", SHA1: "98O8HYCOBHMq32eZZczDTKeuNEE=", SHA256: "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=" }[ChecksumAlgorithm];
    const given = await put("sum", "123456789", { ChecksumAlgorithm, [field]: value });
    equal(given[field], value);
    const { Checksum } = await client.send(new GetObjectAttributesCommand({ Bucket, Key: "sum", ObjectAttributes: ["Checksum", "ObjectSize"] }));
    ok(Checksum === undefined || Checksum[field] === undefined || Checksum[field] === value, JSON.stringify(Checksum));
  });

await test("an answer that does not match its checksum", async () => {
  await put("checked", "123456789", { ChecksumAlgorithm: "CRC32" });
  const spoiled = new S3Client({ forcePathStyle: true, maxAttempts: 1 });
  spoiled.middlewareStack.add((next) => async (args) => {
    const result = await next(args);
    result.response.headers["x-amz-checksum-crc32"] = "AAAAAA==";
    return result;
  }, { step: "deserialize", priority: "low" });
  const { Body } = await spoiled.send(new GetObjectCommand({ Bucket, Key: "checked", ChecksumMode: "ENABLED" }));
  const error = await rejection(Body.transformToString());
  ok(/Checksum mismatch: expected "AAAAAA==" but received "y\/Q5Jg=="/.test(error.message), error.message);
});

await test("checksums when they are asked for only", async () => {
  const quiet = new S3Client({ forcePathStyle: true, requestChecksumCalculation: "WHEN_REQUIRED", responseChecksumValidation: "WHEN_REQUIRED" });
  const answer = await quiet.send(new PutObjectCommand({ Bucket, Key: "quiet", Body: "x" }));
  equal([answer.ChecksumCRC32 ?? null, await text("quiet")], [null, "x"]);
});

await test("many at once", async () => {
  await Promise.all(Array.from({ length: 30 }, (_, i) => put(`many/${i}`, `body ${i}`)));
  const bodies = await Promise.all(Array.from({ length: 30 }, (_, i) => text(`many/${i}`)));
  equal(bodies, Array.from({ length: 30 }, (_, i) => `body ${i}`));
});
