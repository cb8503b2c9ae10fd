// Services that answer with event streams, over HTTP/1.1 and HTTP/2: with TLS at one address, without it at others.
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import path from "node:path";
import { SignatureChain, decode, event, frame, messages } from "./frames.mjs";

const certificate = `
import sys, datetime, ipaddress
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
key = ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
now = datetime.datetime.now(datetime.timezone.utc)
names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
made = (x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
  .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
  .add_extension(names, False).add_extension(x509.BasicConstraints(True, None), True).sign(key, hashes.SHA256()))
sys.stdout.write(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()).decode())
sys.stdout.write(made.public_bytes(serialization.Encoding.PEM).decode())
`;

/** Starts them; `environment` names STREAMS_H1, STREAMS_H2C, STREAMS_H2 and the certificate to trust. */
export async function streams(python, folder) {
  const made = spawnSync(python, ["-c", certificate], { encoding: "utf8" });
  if (made.status !== 0) throw new Error(`no certificate: ${made.error ?? made.stderr}`);
  const file = path.join(folder, "certificate.pem");
  fs.writeFileSync(file, made.stdout.slice(made.stdout.indexOf("-----BEGIN CERTIFICATE")));
  const answer = (request, response) => {
    route(request, response).catch((error) => {
      if (response.headersSent) return response.destroy?.(error);
      response.writeHead(500, { "content-type": "application/json", "x-amzn-errortype": "TestServerError" });
      response.end(JSON.stringify({ message: error.stack }));
    });
  };
  const servers = [http.createServer(answer), http2.createServer(answer), http2.createSecureServer({ key: made.stdout, cert: made.stdout }, answer)];
  const sessions = new Set();
  for (const server of servers.slice(1)) server.on("session", (session) => sessions.add(session.on("close", () => sessions.delete(session))));
  const listen = (server) => new Promise((resolve, reject) => server.on("error", reject).listen(0, "127.0.0.1", () => resolve(server.address().port)));
  const [h1, h2c, h2] = await Promise.all(servers.map(listen));
  return {
    environment: {
      STREAMS_H1: `http://127.0.0.1:${h1}`, STREAMS_H2C: `http://127.0.0.1:${h2c}`, STREAMS_H2: `https://localhost:${h2}`,
      NODE_EXTRA_CA_CERTS: file,
    },
    stop() {
      for (const session of sessions) session.destroy();
      for (const server of servers) server.close();
      servers[0].closeAllConnections();
    },
  };
}

const type = { "content-type": "application/vnd.amazon.eventstream" };
const tick = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms));
const drain = async (request) => {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
};

async function route(request, response) {
  const target = request.headers["x-amz-target"] ?? "";
  const { pathname } = new URL(request.url, "http://x");
  const version = request.httpVersion;
  if (target.endsWith(".SubscribeToShard")) return subscribe(JSON.parse(await drain(request)), response, version);
  if (target.endsWith(".StartLiveTail")) return tail(JSON.parse(await drain(request)), response);
  if (target.endsWith(".ListStreams")) {
    await drain(request);
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1" });
    return response.end(JSON.stringify({ StreamNames: [`over ${version}`], HasMoreStreams: false }));
  }
  if (pathname.endsWith("/converse-stream")) return converse(decodeURIComponent(pathname.split("/")[2]), JSON.parse(await drain(request)), response);
  if (pathname.endsWith("/invoke-with-bidirectional-stream")) return converseBothWays(request, response);
  if (pathname.endsWith("/response-streaming-invocations")) return invoke(await drain(request), response);
  if (pathname === "/v1/speech") {
    await drain(request);
    response.writeHead(200, { "content-type": "audio/mpeg", "x-amzn-requestcharacters": "5" });
    for (let i = 0; i < 20; i++) response.write(Buffer.alloc(10_000, i));
    return response.end();
  }
  await drain(request);
  response.writeHead(404, { "content-type": "application/json", "x-amzn-errortype": "ResourceNotFoundException" });
  response.end(JSON.stringify({ message: `no ${request.method} ${request.url} ${target}` }));
}

/** Kinesis: one event in several pieces, one big, then as the consumer's name says. */
async function subscribe({ ConsumerARN, ShardId, StartingPosition }, response, version) {
  response.writeHead(200, type);
  response.write(event("initial-response", {}));
  const records = (data) => ({
    ContinuationSequenceNumber: "2", MillisBehindLatest: 0,
    Records: data.map((text, n) => ({ Data: Buffer.from(text).toString("base64"), PartitionKey: "k", SequenceNumber: String(n), ApproximateArrivalTimestamp: 1700000000.5 })),
  });
  const first = event("SubscribeToShardEvent", records([`${ShardId} ${StartingPosition.Type} over ${version}`]));
  for (let at = 0; at < first.length; at += 50) {
    response.write(first.subarray(at, at + 50));
    await tick(1);
  }
  response.write(event("SubscribeToShardEvent", records(["x".repeat(300_000)])));
  if (ConsumerARN.endsWith("failing"))
    response.write(frame({ ":message-type": "exception", ":exception-type": "ResourceInUseException", ":content-type": "application/json" }, '{"message":"in use"}'));
  if (ConsumerARN.endsWith("broken")) return response.write(first.subarray(0, 40), () => (response.stream ?? response.socket).destroy());
  if (ConsumerARN.endsWith("spoiled")) {
    const spoiled = Buffer.from(first);
    spoiled[60] ^= 1;
    response.write(spoiled);
  }
  if (ConsumerARN.endsWith("endless")) {
    const closed = new Promise((resolve) => response.on("close", resolve));
    for (let n = 0, over = false; n < 100 && !over; n++, over = await Promise.race([closed.then(() => true), tick().then(() => false)])) response.write(event("SubscribeToShardEvent", records(["more"])));
  }
  response.end();
}

async function tail({ logGroupIdentifiers }, response) {
  response.writeHead(200, type);
  response.write(event("initial-response", {}));
  response.write(event("sessionStart", { requestId: "r", sessionId: "s", logGroupIdentifiers }));
  for (const message of ["one", "two \u{1f600}"]) {
    await tick();
    response.write(event("sessionUpdate", { sessionMetadata: { sampled: false }, sessionResults: [{ message, timestamp: 1 }] }));
  }
  if (logGroupIdentifiers[0].endsWith("timeout"))
    response.write(frame({ ":message-type": "exception", ":exception-type": "SessionTimeoutException", ":content-type": "application/json" }, '{"message":"too long"}'));
  if (logGroupIdentifiers[0].endsWith("error"))
    response.write(frame({ ":message-type": "error", ":error-code": "InternalError", ":error-message": "of no type" }));
  response.end();
}

async function converse(model, { messages: [{ content }] }, response) {
  if (model === "throttled") {
    response.writeHead(429, { "content-type": "application/json", "x-amzn-errortype": "ThrottlingException" });
    return response.end('{"message":"slow down"}');
  }
  response.writeHead(200, type);
  response.write(event("messageStart", { role: "assistant" }));
  for (const text of content[0].text.split(" ")) {
    await tick(5);
    response.write(event("contentBlockDelta", { contentBlockIndex: 0, delta: { text } }));
  }
  if (model === "failing")
    response.write(frame({ ":message-type": "exception", ":exception-type": "modelStreamErrorException", ":content-type": "application/json" }, '{"message":"model","originalStatusCode":500}'));
  else response.write(event("messageStop", { stopReason: "end_turn" }));
  response.end();
}

/** Answers each chunk when it comes, with what its signature is worth. */
async function converseBothWays(request, response) {
  const chain = new SignatureChain(request.headers.authorization, "secret");
  response.writeHead(200, type);
  const chunk = (value) => response.write(event("chunk", { bytes: Buffer.from(JSON.stringify(value)).toString("base64") }));
  chunk({ greeting: request.httpVersion, contentType: request.headers["content-type"] });
  for await (const message of messages(request)) {
    const signed = chain.verify(message);
    if (message.payload.length === 0) {
      chunk({ end: true, signed });
      break;
    }
    const inner = decode(message.payload);
    const { bytes } = JSON.parse(inner.payload);
    chunk({ echo: Buffer.from(bytes, "base64").toString(), event: inner.headers[":event-type"], signed });
  }
  response.end();
}

async function invoke(body, response) {
  response.writeHead(200, { ...type, "x-amz-executed-version": "$LATEST" });
  for (const part of ["you said ", body, "!"]) {
    response.write(frame({ ":message-type": "event", ":event-type": "PayloadChunk", ":content-type": "application/octet-stream" }, part));
    await tick(5);
  }
  response.write(event("InvokeComplete", body === '"fail"' ? { ErrorCode: "Unhandled", ErrorDetails: "details" } : {}));
  response.end();
}
