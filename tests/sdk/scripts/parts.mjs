// A client is built in as parts: whichever way a program asks for it, it gets the same things.
import { DynamoDBClient, PutItemCommand, paginateQuery } from "@aws-sdk/client-dynamodb";
import { GetItemCommand as Get } from "@aws-sdk/client-dynamodb";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { equal, ok, test } from "./check.mjs";

const require = createRequire(import.meta.url);

await test("an error is of its class, which nobody had asked for", async () => {
  const server = createServer((request, response) => {
    request.resume();
    const body = { __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", message: "no", Item: { l: { L: [{ N: "1" }] } } };
    response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${server.address().port}`;
  const client = new DynamoDBClient({ region: "us-east-1", endpoint, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  const error = await client.send(new PutItemCommand({ TableName: "t", Item: {} })).catch((error) => error);
  const { ConditionalCheckFailedException, DynamoDBServiceException } = await import("@aws-sdk/client-dynamodb");
  ok(error instanceof ConditionalCheckFailedException && error instanceof DynamoDBServiceException, String(error));
  equal([error.name, error.message, error.$fault, error.Item], ["ConditionalCheckFailedException", "no", "client", { l: { L: [{ N: "1" }] } }]);
  server.close();
});

await test("what schemas refer to", async () => {
  const { AttributeValue$, PutItem$, PutItemInput$, PutItemOutput$ } = await import("@aws-sdk/client-dynamodb");
  const meant = (reference) => (typeof reference === "function" ? reference() : reference);
  ok(meant(PutItem$[4]) === PutItemInput$ && meant(PutItem$[5]) === PutItemOutput$, "an operation");
  const [, , , , names, types] = AttributeValue$;
  ok(meant(meant(types[names.indexOf("L")])[4]) === AttributeValue$, "a value that holds values");
});

await test("names, the namespace and CommonJS give the same classes", async () => {
  const namespace = await import("@aws-sdk/client-dynamodb");
  const required = require("@aws-sdk/client-dynamodb");
  for (const [name, value] of Object.entries({ DynamoDBClient, PutItemCommand, paginateQuery, GetItemCommand: Get })) {
    ok(namespace[name] === value, `import().${name}`);
    ok(required[name] === value, `require().${name}`);
  }
  equal(PutItemCommand.name, "PutItemCommand");
});

await test("what CommonJS gets has all names, and only these", async () => {
  const namespace = await import("@aws-sdk/client-kms");
  const required = require("@aws-sdk/client-kms");
  const { DecryptCommand } = required;
  ok(DecryptCommand === namespace.DecryptCommand, "a name read before the others");
  ok("EncryptCommand" in required && !("NoSuchCommand" in required), "in");
  equal(required.NoSuchCommand, undefined);
  const names = (object) => Object.keys(object).filter((name) => !["default", "module.exports"].includes(name)).sort();
  equal(names(required), names(namespace));
  ok(Object.values(required).every((value) => value !== undefined), "every value");
  ok({ ...required }.KMSClient === namespace.KMSClient, "spread");
});

await test("what CommonJS gets can be changed, as in tests that replace a class", () => {
  const required = require("@aws-sdk/client-sns");
  const { SNSClient } = required;
  required.SNSClient = class Fake {};
  equal(required.SNSClient.name, "Fake");
  required.SNSClient = SNSClient;
  delete required.PublishCommand;
  equal(required.PublishCommand, undefined);
});

await test("the aggregated client and its paginators and waiters find their commands", async () => {
  const { SQS, paginateListQueues } = await import("@aws-sdk/client-sqs");
  const client = new SQS({ region: "us-east-1", endpoint: "http://127.0.0.1:1", maxAttempts: 1, credentials: { accessKeyId: "a", secretAccessKey: "b" } });
  equal(typeof client.sendMessage, "function");
  equal(typeof client.paginateListQueues, "function");
  const error = await paginateListQueues({ client }, {}).next().catch((error) => error);
  equal(error.code, "ECONNREFUSED");
});

await test("a name that is not there is a SyntaxError that says which", async () => {
  const source = 'import { NoSuchCommand } from "@aws-sdk/client-sqs";';
  const error = await import(`data:text/javascript,${encodeURIComponent(source)}`).catch((error) => error);
  ok(error instanceof SyntaxError, String(error));
  ok(error.message.includes("NoSuchCommand"), error.message);
});
