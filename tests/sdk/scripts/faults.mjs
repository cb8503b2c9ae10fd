// Retries, timeouts, broken connections, by a server that fails as it is told: see servers/faults.mjs.
import { DynamoDBClient, ListTablesCommand, ProvisionedThroughputExceededException, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { Readable } from "node:stream";
import { equal, ok, rejection, test } from "./check.mjs";

const server = process.env.FAULTS;
const logged = async (id) => (await fetch(`${server}/log/${id}`)).json();
/** Retries at once, so that the tests do not wait. */
const quick = { retryStrategy: undefined };
let calls = 0;

/** A call against these steps: its result or error, and what the server saw. */
async function run(steps, config = {}, send = (client) => client.send(new ListTablesCommand({})), Client = DynamoDBClient) {
  const id = `${Client.name}-${++calls}`;
  const client = new Client({ endpoint: `${server}/${id}/${encodeURIComponent(steps)}`, ...quick, ...config });
  let result, error;
  try {
    result = await send(client);
  } catch (caught) {
    error = caught;
  }
  const log = await logged(id);
  client.destroy();
  return { result, error, log };
}

await test("throttling is retried, and the headers count", async () => {
  const { result, log } = await run("400:ThrottlingException,400:ProvisionedThroughputExceededException,ok");
  equal([result.TableNames, result.$metadata.attempts], [["t"], 3]);
  ok(result.$metadata.totalRetryDelay > 0, "there was a delay");
  equal(log.map(({ headers }) => headers["amz-sdk-request"]), ["attempt=1; max=4", "attempt=2; max=4", "attempt=3; max=4"]);
  equal(new Set(log.map(({ headers }) => headers["amz-sdk-invocation-id"])).size, 1);
});

for (const status of [500, 502, 503, 504])
  await test(`${status} is retried`, async () => {
    const { result, log } = await run(`${status}:InternalFailure,ok`);
    equal([result.$metadata.attempts, log.length], [2, 2]);
  });

await test("429 with Retry-After", async () => {
  const { result, log } = await run("429:TooManyRequestsException&retry-after=1,ok");
  equal([result.$metadata.attempts, log.length], [2, 2]);
});

await test("a client's fault is not retried", async () => {
  const { error, log } = await run("400:ValidationException,ok");
  equal([error.name, error.message, error.$metadata.attempts, log.length], ["ValidationException", "told to", 1, 1]);
});

await test("giving up after the last attempt", async () => {
  const { error, log } = await run("400:ProvisionedThroughputExceededException", { maxAttempts: 3 });
  ok(error instanceof ProvisionedThroughputExceededException, `typed: ${error.name}`);
  equal([error.$metadata.attempts, error.$retryable ?? null, log.length], [3, null, 3]);
});

await test("maxAttempts: 1 does not retry", async () => {
  const { error, log } = await run("500:InternalFailure,ok", { maxAttempts: 1 });
  equal([error.$metadata.httpStatusCode, log.length], [500, 1]);
});

for (const step of ["drop", "half"])
  await test(`a connection that breaks (${step}) is tried again`, async () => {
    const { result, error, log } = await run(`${step},ok`);
    equal([error?.message, result?.TableNames, log.length], [undefined, ["t"], 2]);
  });

await test("connections that always break", async () => {
  const { error, log } = await run("drop", { maxAttempts: 2 });
  equal([error.code, error.$metadata.attempts, log.length], ["ECONNRESET", 2, 2]);
});

await test("adaptive mode retries too", async () => {
  const { result, log } = await run("400:ThrottlingException,ok", { retryMode: "adaptive" });
  equal([result.TableNames, log.length], [["t"], 2]);
});

await test("a strategy of one's own", async () => {
  const { ConfiguredRetryStrategy } = await import("@smithy/util-retry");
  const delays = [];
  const { result, log } = await run("500:x,500:x,500:x,500:x,ok", { retryStrategy: new ConfiguredRetryStrategy(5, (attempt) => (delays.push(attempt), 1)) });
  equal([result.TableNames, log.length, delays.length], [["t"], 5, 4]);
});

await test("a wrong clock is set right", async () => {
  const { result, error, log } = await run("skewed:7200");
  equal([error?.message, result?.TableNames, log.length], [undefined, ["t"], 2]);
});

await test("a body is sent again, whole", async () => {
  const Item = { id: { S: "x".repeat(300) } };
  const { log } = await run("drop,500:x,ok", {}, (client) => client.send(new PutItemCommand({ TableName: "t", Item })));
  equal(log.length, 3);
  equal(log.map(({ body }) => JSON.parse(body).Item), [Item, Item, Item]);
});

const s3 = { forcePathStyle: true };
await test("S3's XML errors are retried", async () => {
  const { result, log } = await run("x503:SlowDown,x500:InternalError,bytes:3", s3, (client) => client.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body: "abc" })), S3Client);
  equal([result.$metadata.attempts, log.map(({ length }) => length > 0)], [3, [true, true, true]]);
});

await test("a stream cannot be sent again", async () => {
  const Body = Readable.from([Buffer.from("abc")]);
  const { error, log } = await run("x500:InternalError,bytes:0", s3, (client) => client.send(new PutObjectCommand({ Bucket: "b", Key: "k", Body, ContentLength: 3 })), S3Client);
  equal([error?.$metadata?.httpStatusCode, log.length], [500, 1]);
});

await test("a time limit for the request", async () => {
  const { error, log } = await run("silence", { maxAttempts: 1, requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true } });
  equal([error.name, error.code, log.length], ["TimeoutError", "ETIMEDOUT", 1]);
});

await test("a time limit for silence", async () => {
  const { error } = await run("silence", { maxAttempts: 1, requestHandler: { socketTimeout: 200 } });
  equal([error.name, /timed out after 200 ms/.test(error.message)], ["TimeoutError", true]);
});

await test("a time-out is tried again", async () => {
  const { result, log } = await run("silence,ok", { requestHandler: { requestTimeout: 200, throwOnRequestTimeout: true } });
  equal([result.TableNames, log.length], [["t"], 2]);
});

await test("aborting while the answer is awaited", async () => {
  const controller = new AbortController();
  const { error } = await run("silence", {}, (client) => {
    const call = client.send(new ListTablesCommand({}), { abortSignal: controller.signal });
    setTimeout(() => controller.abort(), 100);
    return call;
  });
  equal(error.name, "AbortError");
});

await test("aborting between attempts", async () => {
  const { error, log } = await run("500:x", { maxAttempts: 10 }, (client) => client.send(new ListTablesCommand({}), { abortSignal: AbortSignal.timeout(1) }));
  equal([error.name, log.length < 10], ["AbortError", true]);
});

await test("a body that breaks while it is read", async () => {
  const { result } = await run("half", { ...s3, maxAttempts: 1 }, (client) => client.send(new GetObjectCommand({ Bucket: "b", Key: "k" })), S3Client);
  const error = await rejection(result.Body.transformToString());
  equal(["ECONNRESET"].includes(error.code), true, `code ${error.code}: ${error.message}`);
});

await test("middleware sees every attempt", async () => {
  const attempts = [];
  await run("500:x,ok", {}, (client) => {
    client.middlewareStack.add((next) => async (args) => {
      attempts.push(args.request.headers["amz-sdk-request"]);
      return next(args);
    }, { step: "finalizeRequest", priority: "low" });
    return client.send(new ListTablesCommand({}));
  });
  equal(attempts.length, 2);
});
