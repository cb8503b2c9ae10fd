// What the replaced parts must still do, through the clients, against a local server: run with and without hooks.mjs.
import assert from "node:assert/strict";
import http from "node:http";
import net from "node:net";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";

process.env.AWS_ACCESS_KEY_ID = "AKIDEXAMPLE";
process.env.AWS_SECRET_ACCESS_KEY = "secret";
process.env.AWS_REGION = "us-east-1";
process.env.HOME = "/nonexistent";

const { DynamoDBClient, PutItemCommand, GetItemCommand, ResourceNotFoundException } = await import("@aws-sdk/client-dynamodb");
const { S3Client, GetObjectCommand, PutObjectCommand, ListObjectsV2Command } = await import("@aws-sdk/client-s3");
const { STSClient, GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
const { NodeHttpHandler } = await import("@smithy/node-http-handler");
const { DynamoDBDocumentClient, PutCommand } = await import("@aws-sdk/lib-dynamodb");
const { getSignedUrl } = await import("@aws-sdk/s3-request-presigner");

async function serve(handler) {
  const server = http.createServer(handler);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { endpoint: `http://127.0.0.1:${server.address().port}`, close: () => (server.closeAllConnections(), server.close()) };
}
const text = async (req) => Buffer.concat(await Array.fromAsync(req)).toString();

test("PutItem sends a signed JSON request and reads the answer", async () => {
  let seen;
  const { endpoint, close } = await serve(async (req, res) => {
    seen = { headers: req.headers, body: await text(req), method: req.method, url: req.url };
    res.writeHead(200, { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "r1" }).end('{"Attributes":{"a":{"B":"aGk="}}}');
  });
  const client = new DynamoDBClient({ endpoint });
  const out = await client.send(new PutItemCommand({ TableName: "t", Item: { id: { S: "é" }, b: { B: new Uint8Array([1, 2]) } } }));
  assert.equal(out.$metadata.requestId, "r1");
  assert.deepEqual([...out.Attributes.a.B], [104, 105]);
  assert.equal(seen.body, '{"TableName":"t","Item":{"id":{"S":"é"},"b":{"B":"AQI="}}}');
  assert.match(seen.headers.authorization, /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/dynamodb\/aws4_request, SignedHeaders=[\w;-]+, Signature=[0-9a-f]{64}$/);
  assert.equal(seen.headers["content-length"], String(Buffer.byteLength(seen.body)));
  assert.equal(seen.headers["x-amz-target"], "DynamoDB_20120810.PutItem");
  close();
});

test("a service error is its class, with the request's metadata", async () => {
  const { endpoint, close } = await serve((req, res) => {
    req.resume();
    res.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end('{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}');
  });
  const client = new DynamoDBClient({ endpoint });
  const error = await client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: "1" } } })).catch((e) => e);
  assert.ok(error instanceof ResourceNotFoundException);
  assert.equal(error.constructor.name, "ResourceNotFoundException");
  assert.equal(error.message, "no table");
  assert.equal(error.$metadata.httpStatusCode, 400);
  assert.ok(error.$response);
  close();
});

test("500 is retried", async () => {
  let count = 0;
  const { endpoint, close } = await serve((req, res) => {
    req.resume();
    res.writeHead(count++ === 0 ? 500 : 200, { "content-type": "application/x-amz-json-1.0" }).end("{}");
  });
  const out = await new DynamoDBClient({ endpoint }).send(new PutItemCommand({ TableName: "t", Item: {} }));
  assert.equal(out.$metadata.attempts, 2);
  close();
});

test("a connection closed without an answer is retried, and then an ECONNRESET named TimeoutError", async () => {
  const sockets = [];
  const server = net.createServer((s) => (sockets.push(s), s.on("data", () => s.destroy())));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new DynamoDBClient({ endpoint: `http://127.0.0.1:${server.address().port}`, maxAttempts: 2 });
  const error = await client.send(new PutItemCommand({ TableName: "t", Item: {} })).catch((e) => e);
  assert.equal(error.code, "ECONNRESET");
  assert.equal(error.name, "TimeoutError");
  assert.equal(error.$metadata.attempts, 2);
  assert.equal(sockets.length, 2);
  server.close();
});

test("nobody listening: ECONNREFUSED", async () => {
  const { endpoint, close } = await serve(() => {});
  close();
  const error = await new DynamoDBClient({ endpoint, maxAttempts: 1 }).send(new PutItemCommand({ TableName: "t", Item: {} })).catch((e) => e);
  assert.equal(error.code, "ECONNREFUSED");
  assert.equal(error.syscall, "connect");
});

test("abort: AbortError, before and during the request", async () => {
  const { endpoint, close } = await serve(() => controller.abort());
  const client = new DynamoDBClient({ endpoint });
  const command = new PutItemCommand({ TableName: "t", Item: {} });
  let controller = new AbortController();
  const during = await client.send(command, { abortSignal: controller.signal }).catch((e) => e);
  assert.equal(during.name, "AbortError");
  controller = new AbortController();
  controller.abort();
  const before = await client.send(command, { abortSignal: controller.signal }).catch((e) => e);
  assert.equal(before.name, "AbortError");
  close();
});

test("requestTimeout with throwOnRequestTimeout, socketTimeout", async () => {
  const { endpoint, close } = await serve(() => {});
  const send = (requestHandler) =>
    new DynamoDBClient({ endpoint, maxAttempts: 1, requestHandler }).send(new PutItemCommand({ TableName: "t", Item: {} })).catch((e) => e);
  const a = await send({ requestTimeout: 30, throwOnRequestTimeout: true });
  assert.equal(a.name, "TimeoutError");
  assert.equal(a.code, "ETIMEDOUT");
  assert.match(a.message, /\[ERROR\] a request has exceeded the configured 30 ms requestTimeout/);
  const b = await send({ socketTimeout: 30 });
  assert.equal(b.name, "TimeoutError");
  assert.match(b.message, /the request socket timed out after 30 ms of inactivity \(configured by client requestHandler\)/);
  close();
});

test("an agent of the caller's own is used", async () => {
  const { endpoint, close } = await serve((req, res) => (req.resume(), res.end("{}")));
  let used = 0;
  class Counting extends http.Agent {
    createConnection(...args) {
      used++;
      return super.createConnection(...args);
    }
  }
  const httpAgent = new Counting();
  const client = new DynamoDBClient({ endpoint, requestHandler: new NodeHttpHandler({ httpAgent }) });
  await client.send(new PutItemCommand({ TableName: "t", Item: {} }));
  assert.equal(used, 1);
  httpAgent.destroy();
  close();
});

test("S3: the body as string, bytes, web stream, and Node stream", async () => {
  const { endpoint, close } = await serve((req, res) => {
    res.writeHead(200, { "content-type": "text/plain", etag: '"e"' });
    res.write("hello ");
    setImmediate(() => res.end("wörld"));
  });
  const s3 = new S3Client({ endpoint, forcePathStyle: true, responseChecksumValidation: "WHEN_REQUIRED" });
  const get = async () => (await s3.send(new GetObjectCommand({ Bucket: "b", Key: "k" }))).Body;
  assert.equal(await (await get()).transformToString(), "hello wörld");
  assert.equal(await (await get()).transformToString("base64"), Buffer.from("hello wörld").toString("base64"));
  assert.equal(Buffer.from(await (await get()).transformToByteArray()).toString(), "hello wörld");
  assert.equal(await new Response((await get()).transformToWebStream()).text(), "hello wörld");
  const body = await get();
  assert.ok(body instanceof Readable);
  assert.equal(body.statusCode, 200);
  assert.equal(await text(body), "hello wörld");
  const twice = await get();
  await twice.transformToString();
  await assert.rejects(twice.transformToString(), /already been transformed/);
  const piped = await get();
  const chunks = [];
  await new Promise((resolve, reject) => piped.on("data", (c) => chunks.push(c)).on("end", resolve).on("error", reject));
  assert.equal(Buffer.concat(chunks).toString(), "hello wörld");
  assert.ok(chunks.every((c) => Buffer.isBuffer(c)));
  close();
});

test("S3: checksum of the response is validated", async () => {
  const good = Buffer.from([0x36, 0x10, 0xa6, 0x86]).toString("base64"); // CRC-32 of "hello"
  let sent = good;
  const { endpoint, close } = await serve((req, res) => res.writeHead(200, { "x-amz-checksum-crc32": sent, "content-length": 5 }).end("hello"));
  const s3 = new S3Client({ endpoint, forcePathStyle: true });
  const get = async () => (await s3.send(new GetObjectCommand({ Bucket: "b", Key: "k" }))).Body.transformToString();
  assert.equal(await get(), "hello");
  sent = Buffer.from([0, 0, 0, 0]).toString("base64");
  await assert.rejects(get(), /Checksum mismatch/);
  close();
});

test("S3: string, bytes and stream bodies", async () => {
  const seen = [];
  const { endpoint, close } = await serve(async (req, res) => {
    seen.push({ body: await text(req), headers: req.headers });
    res.end();
  });
  const s3 = new S3Client({ endpoint, forcePathStyle: true });
  const put = (Body, more) => s3.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body, ...more }));
  await put("text");
  assert.equal(seen[0].body, "text");
  assert.ok(seen[0].headers["x-amz-checksum-crc32"]);
  assert.equal(seen[0].headers["x-amz-content-sha256"], createHash("sha256").update("text").digest("hex"));
  await put(new Uint8Array([104, 105]));
  assert.equal(seen[1].body, "hi");
  await put(Readable.from([Buffer.from("a".repeat(10000)), Buffer.from("b".repeat(100000))]), { ContentLength: 110000 });
  assert.match(seen[2].body, /^[0-9a-f]+\r\na/);
  assert.equal(seen[2].headers["x-amz-decoded-content-length"], "110000");
  assert.match(seen[2].body, /x-amz-checksum-crc32:[\w+/=]+\r\n\r\n$/);
  close();
});

test("XML and query protocols parse", async () => {
  const { endpoint, close } = await serve((req, res) => {
    req.resume();
    res.setHeader("content-type", "application/xml");
    if (req.method === "POST")
      res.end("<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1&amp;2</Account></GetCallerIdentityResult></GetCallerIdentityResponse>");
    else
      res.end('<?xml version="1.0"?><ListBucketResult xmlns="x"><Name>b</Name><Contents><Key>k1</Key><Size>1</Size></Contents><Contents><Key> k2 </Key></Contents><IsTruncated>false</IsTruncated></ListBucketResult>');
  });
  const list = await new S3Client({ endpoint, forcePathStyle: true }).send(new ListObjectsV2Command({ Bucket: "b" }));
  assert.deepEqual(list.Contents.map(({ Key, Size }) => [Key, Size]), [["k1", 1], [" k2 ", undefined]]);
  assert.equal(list.IsTruncated, false);
  const identity = await new STSClient({ endpoint }).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, "1&2");
  close();
});

test("the document client marshals", async () => {
  let body;
  const { endpoint, close } = await serve(async (req, res) => ((body = await text(req)), res.end("{}")));
  await DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint })).send(new PutCommand({ TableName: "t", Item: { id: 1, list: ["a", null] } }));
  assert.equal(body, '{"TableName":"t","Item":{"id":{"N":"1"},"list":{"L":[{"S":"a"},{"NULL":true}]}}}');
  close();
});

test("a missing shared config file is no error, a present one is read", async () => {
  const fs = await import("node:fs");
  const os = await import("node:os");
  const path = await import("node:path");
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "sdk-"));
  fs.mkdirSync(path.join(home, ".aws"));
  fs.writeFileSync(path.join(home, ".aws/config"), "[profile p]\nregion = eu-west-3\n");
  const { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } = await import("@smithy/core/config");
  const region = loadConfig(NODE_REGION_CONFIG_OPTIONS, { ...NODE_REGION_CONFIG_FILE_OPTIONS, profile: "p", configFilepath: path.join(home, ".aws/config"), filepath: path.join(home, ".aws/credentials"), ignoreCache: true });
  delete process.env.AWS_REGION;
  assert.equal(await region(), "eu-west-3");
  process.env.AWS_REGION = "us-east-1";
  fs.rmSync(home, { recursive: true });
});

test("options come from the environment, the shared files, or their default, and are kept", async () => {
  const fs = await import("node:fs");
  const os = await import("node:os");
  const path = await import("node:path");
  const { externalDataInterceptor, loadConfig } = await import("@smithy/core/config");
  const home = fs.mkdtempSync(path.join(os.tmpdir(), "sdk-"));
  const file = (name, text) => (fs.writeFileSync(path.join(home, name), text), path.join(home, name));
  const configFilepath = file("config", "[default]\na = of config\nb = default\n[profile p]\na = of p\n");
  const filepath = file("credentials", "[default]\na = of credentials\nc = 1\n");
  let asked = 0;
  const selectors = {
    environmentVariableSelector: (env, options) => (asked++, env.SDK_TEST_A && `${env.SDK_TEST_A} ${options.signingName}`),
    configFileSelector: (profile, sections) => `${profile.a} ${profile.b} ${profile.c} ${Object.keys(sections)}`,
    default: "by default",
  };
  const places = { filepath, configFilepath };
  const configuration = { ...places, signingName: "s" };
  const option = loadConfig(selectors, configuration);
  Object.assign(configuration, { profile: "p", signingName: "changed" });
  assert.deepEqual(await Promise.all([option(), option()]), Array(2).fill("of config default 1 default,p"));
  assert.equal(asked, 1);
  process.env.SDK_TEST_A = "of the environment";
  assert.equal(await option(), "of config default 1 default,p");
  assert.equal(await option({ forceRefresh: true }), "of the environment s");
  delete process.env.SDK_TEST_A;
  assert.equal(await loadConfig(selectors, { ...places, preferredFile: "credentials" })(), "of credentials default 1 default");
  assert.equal(await loadConfig(selectors, { ...places, profile: "p" })(), "of p undefined undefined default,p");
  process.env.AWS_PROFILE = "p";
  assert.equal(await loadConfig(selectors, places)(), "of p undefined undefined default,p");
  process.env.AWS_PROFILE = "absent";
  assert.equal(await loadConfig({ ...selectors, configFileSelector: ({ a }) => a }, places)(), "by default");
  delete process.env.AWS_PROFILE;

  file("config", "[default]\na = new\n");
  assert.equal(await loadConfig(selectors, places)(), "of config default 1 default,p");
  assert.equal(await loadConfig(selectors, { ...places, ignoreCache: true })(), "new undefined 1 default");
  assert.equal(await loadConfig(selectors, places)(), "new undefined 1 default");
  externalDataInterceptor.interceptFile(configFilepath, "[default]\na = intercepted\n");
  assert.equal(await loadConfig(selectors, places)(), "intercepted undefined 1 default");
  process.env.AWS_CONFIG_FILE = file("other", "[default]\na = elsewhere\n");
  assert.equal(await loadConfig(selectors, { filepath })(), "elsewhere undefined 1 default");
  process.env.AWS_CONFIG_FILE = file("another", "[default]\na = elsewhere again\n");
  assert.equal(await loadConfig(selectors, { filepath })(), "elsewhere again undefined 1 default");
  delete process.env.AWS_CONFIG_FILE;

  const fails = () => {
    throw new Error("not here");
  };
  let attempts = 0;
  const none = { environmentVariableSelector: fails, configFileSelector: fails, default: async () => (attempts++ === 0 ? fails() : attempts) };
  const failing = loadConfig(none, places);
  await assert.rejects(Promise.all([failing(), failing()]), /^Error: not here$/);
  assert.equal(await failing(), 2);
  assert.equal(await failing(), 2);
  const told = [];
  assert.equal(await loadConfig({ ...none, default: 5 }, { ...places, logger: { debug: (line) => told.push(line) } })(), 5);
  assert.equal(told.length, 2);
  fs.rmSync(home, { recursive: true });
});

test("methods that few programs call: presign, destroy, the handler's configuration", async () => {
  const client = new S3Client({ requestHandler: new NodeHttpHandler({ requestTimeout: 5 }) });
  const url = new URL(await getSignedUrl(client, new GetObjectCommand({ Bucket: "b", Key: "k" }), { expiresIn: 60 }));
  assert.equal(url.searchParams.get("X-Amz-Expires"), "60");
  assert.match(url.searchParams.get("X-Amz-Signature"), /^[0-9a-f]{64}$/);
  assert.equal((await client.config.requestHandler.configProvider).requestTimeout, 5);
  assert.deepEqual(client.config.requestHandler.httpHandlerConfigs(), {});
  assert.equal(client.destroy(), undefined);
});
