// What most functions do with the SDK: construct clients, and call the operations that functions call most, with success.
import { answerWith } from "internal:http-client";

const json = (value) => ({ type: "application/x-amz-json-1.0", body: JSON.stringify(value) });
const rest = (value) => ({ type: "application/json", body: JSON.stringify(value) });
const xml = (body, headers) => ({ type: "text/xml", body, headers });
const queryResult = (name, body) => xml(`<${name}Response><${name}Result>${body}</${name}Result><ResponseMetadata><RequestId>id</RequestId></ResponseMetadata></${name}Response>`);

const key = { id: { S: "1" }, n: { N: "2" } };
const item = { ...key, list: { L: [{ BOOL: true }, { NULL: true }] }, map: { M: { b: { B: new Uint8Array([1, 2]) } } }, set: { SS: ["a"] } };
const stored = { id: { S: "1" }, n: { N: "2" }, list: { L: [{ BOOL: true }] }, map: { M: { b: { B: "AQI=" } } }, set: { SS: ["a"] } };

const calls = [
  ["dynamodb", "PutItem", { TableName: "t", Item: item }, json({})],
  ["dynamodb", "GetItem", { TableName: "t", Key: key }, json({ Item: stored })],
  ["dynamodb", "UpdateItem", { TableName: "t", Key: key, UpdateExpression: "SET a = :a", ExpressionAttributeValues: { ":a": { N: "1" } } }, json({})],
  ["dynamodb", "DeleteItem", { TableName: "t", Key: key }, json({})],
  ["dynamodb", "Query", { TableName: "t", KeyConditionExpression: "id = :id", ExpressionAttributeValues: { ":id": { S: "1" } } }, json({ Items: [stored], Count: 1 })],
  ["s3", "GetObject", { Bucket: "bucket", Key: "a/b c" }, xml("text", { etag: '"e"', "x-amz-checksum-crc32": "O4unxw==", "last-modified": "Wed, 21 Oct 2026 07:28:00 GMT" })],
  ["s3", "PutObject", { Bucket: "bucket", Key: "k", Body: "text", ContentType: "text/plain" }, xml("", { etag: '"e"' })],
  ["s3", "HeadObject", { Bucket: "bucket", Key: "k" }, xml("", { etag: '"e"' })],
  ["s3", "ListObjectsV2", { Bucket: "bucket", Prefix: "p" }, xml("<ListBucketResult><Name>bucket</Name><KeyCount>1</KeyCount><Contents><Key>k</Key><Size>1</Size><LastModified>2026-01-01T00:00:00.000Z</LastModified></Contents></ListBucketResult>")],
  ["s3", "DeleteObject", { Bucket: "bucket", Key: "k" }, xml("")],
  ["sqs", "SendMessage", { QueueUrl: "https://sqs.us-east-1.amazonaws.com/1/q", MessageBody: "m" }, json({ MD5OfMessageBody: "6f8f57715090da2632453988d9a1501b", MessageId: "1" })],
  ["sqs", "ReceiveMessage", { QueueUrl: "https://sqs.us-east-1.amazonaws.com/1/q" }, json({ Messages: [] })],
  ["sns", "Publish", { TopicArn: "arn:aws:sns:us-east-1:1:t", Message: "m" }, queryResult("Publish", "<MessageId>1</MessageId>")],
  ["ssm", "GetParameter", { Name: "/a", WithDecryption: true }, json({ Parameter: { Name: "/a", Value: "v", LastModifiedDate: 1.5 } })],
  ["secrets-manager", "GetSecretValue", { SecretId: "a" }, json({ SecretString: "s", CreatedDate: 1.5 })],
  ["sts", "GetCallerIdentity", {}, queryResult("GetCallerIdentity", "<Account>1</Account>")],
  ["eventbridge", "PutEvents", { Entries: [{ Source: "a", DetailType: "b", Detail: "{}" }] }, json({ FailedEntryCount: 0, Entries: [] })],
  ["sfn", "StartExecution", { stateMachineArn: "arn:aws:states:us-east-1:1:stateMachine:m", input: "{}" }, json({ executionArn: "a", startDate: 1.5 })],
  ["kms", "Decrypt", { CiphertextBlob: new Uint8Array([1]) }, json({ Plaintext: "AQI=" })],
  ["cloudwatch-logs", "PutLogEvents", { logGroupName: "g", logStreamName: "s", logEvents: [{ timestamp: 1, message: "m" }] }, json({})],
  ["lambda", "Invoke", { FunctionName: "f", Payload: "{}" }, rest({})],
];

/**
 * @param {(specifier: string) => Promise<object> | undefined} load imports a module of the bundle, or tells that it has none
 * @param {(service: string) => Promise<void>} done is told of each call that is done
 */
export async function run(load, done) {
  for (const call of calls) {
    const [service, operation, input, answer] = call;
    const module = await load(`@aws-sdk/client-${service}`);
    if (module === undefined) continue;
    const Client = Object.entries(module).find(([name, value]) => name.endsWith("Client") && typeof value === "function" && name !== "__Client")[1];
    for (const config of [{}, { region: "us-east-1", endpoint: "http://localhost:4566" }]) {
      answerWith(answer);
      const client = new Client(config);
      const output = await client.send(new module[`${operation}Command`](input));
      if (output.Body) await output.Body.transformToString();
      if (output.$metadata.httpStatusCode !== 200) throw new Error(`${service} ${operation}: ${JSON.stringify(output)}`);
    }
    // What the first call does once and for all is no service's own.
    await done(call === calls[0] ? "load" : service);
  }
  const { DynamoDBDocumentClient, GetCommand } = await load("@aws-sdk/lib-dynamodb");
  const { DynamoDBClient } = await load("@aws-sdk/client-dynamodb");
  answerWith(json({ Item: stored }));
  await DynamoDBDocumentClient.from(new DynamoDBClient({ region: "us-east-1" })).send(new GetCommand({ TableName: "t", Key: { id: "1" } }));
  await done("dynamodb");
}
