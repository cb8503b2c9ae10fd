import {
  ConditionalCheckFailedException, CreateTableCommand, DeleteItemCommand, DescribeTableCommand, DynamoDB, DynamoDBClient, DynamoDBServiceException,
  GetItemCommand, PutItemCommand, QueryCommand, ResourceNotFoundException, ScanCommand, TransactWriteItemsCommand, waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from "@aws-sdk/lib-dynamodb";
import { marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new DynamoDBClient({});
const TableName = "things";

await test("create a table and wait for it", async () => {
  const { TableDescription, $metadata } = await client.send(new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
  }));
  equal(TableDescription.TableName, TableName);
  ok(TableDescription.CreationDateTime instanceof Date, "CreationDateTime is a Date");
  equal($metadata.httpStatusCode, 200);
  equal($metadata.attempts, 1);
  const { state } = await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName });
  equal(state, "SUCCESS");
});

await test("put an item and get it back", async () => {
  const Item = { pk: { S: "caf\u00e9 \u{1f600}" }, sk: { N: "1" }, b: { B: new Uint8Array([0, 1, 255]) }, l: { L: [{ BOOL: true }, { NULL: true }] }, ss: { SS: ["a", "b"] } };
  await client.send(new PutItemCommand({ TableName, Item }));
  const { Item: got } = await client.send(new GetItemCommand({ TableName, Key: { pk: Item.pk, sk: Item.sk } }));
  equal(got.pk, Item.pk);
  ok(got.b.B instanceof Uint8Array, "bytes come back as Uint8Array");
  equal([...got.b.B], [0, 1, 255]);
  equal(got.l, Item.l);
  equal(got.ss.SS.sort(), ["a", "b"]);
});

await test("get a missing item", async () => {
  const { Item } = await client.send(new GetItemCommand({ TableName, Key: { pk: { S: "none" }, sk: { N: "0" } } }));
  equal(Item, undefined);
});

await test("query in order, in pages", async () => {
  for (let n = 0; n < 5; n++) await client.send(new PutItemCommand({ TableName, Item: { pk: { S: "list" }, sk: { N: String(n) } } }));
  const query = { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": { S: "list" } }, Limit: 2 };
  const seen = [];
  let ExclusiveStartKey;
  do {
    const page = await client.send(new QueryCommand({ ...query, ExclusiveStartKey }));
    seen.push(...page.Items.map((i) => Number(i.sk.N)));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  equal(seen, [0, 1, 2, 3, 4]);
});

await test("delete an item", async () => {
  const Key = { pk: { S: "list" }, sk: { N: "0" } };
  const { Attributes } = await client.send(new DeleteItemCommand({ TableName, Key, ReturnValues: "ALL_OLD" }));
  equal(Attributes, Key);
  const { Count } = await client.send(new ScanCommand({ TableName, FilterExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": { S: "list" } } }));
  equal(Count, 4);
});

await test("a failed condition is a typed exception", async () => {
  const error = await rejection(client.send(new PutItemCommand({ TableName, Item: { pk: { S: "list" }, sk: { N: "1" } }, ConditionExpression: "attribute_not_exists(pk)" })));
  ok(error instanceof ConditionalCheckFailedException, "instanceof ConditionalCheckFailedException");
  ok(error instanceof DynamoDBServiceException, "instanceof DynamoDBServiceException");
  ok(error instanceof Error, "instanceof Error");
  equal([error.name, error.$fault, error.$metadata.httpStatusCode], ["ConditionalCheckFailedException", "client", 400]);
  equal(error.message, "The conditional request failed");
});

await test("a missing table is a typed exception", async () => {
  const error = await rejection(client.send(new DescribeTableCommand({ TableName: "no-such-table" })));
  ok(error instanceof ResourceNotFoundException, `instanceof ResourceNotFoundException, got ${error.name}`);
});

await test("an error without a class of its own keeps its name", async () => {
  const error = await rejection(client.send(new GetItemCommand({ TableName, Key: { wrong: { S: "x" } } })));
  equal([error.name, error instanceof DynamoDBServiceException], ["ValidationException", true]);
});

await test("a cancelled transaction has its reasons", async () => {
  const error = await rejection(client.send(new TransactWriteItemsCommand({
    TransactItems: [{ Put: { TableName, Item: { pk: { S: "list" }, sk: { N: "1" } }, ConditionExpression: "attribute_not_exists(pk)" } }],
  })));
  equal([error.name, error.CancellationReasons?.[0]?.Code], ["TransactionCanceledException", "ConditionalCheckFailed"]);
});

await test("the document client takes and gives plain values", async () => {
  const documents = DynamoDBDocumentClient.from(client);
  const Item = { pk: "doc", sk: 7, nested: { list: [1, "two", null, true] }, empty: "" };
  await documents.send(new PutCommand({ TableName, Item }));
  const { Item: got } = await documents.send(new GetCommand({ TableName, Key: { pk: "doc", sk: 7 } }));
  equal(Object.fromEntries(Object.entries(got).sort()), Object.fromEntries(Object.entries(Item).sort()));
  const pages = [];
  for await (const page of paginateQuery({ client: documents, pageSize: 3 }, { TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "list" } }))
    pages.push(page.Items.length);
  equal(pages.reduce((a, b) => a + b), 4);
});

await test("marshalling by hand", async () => {
  equal(marshall({ a: 1, b: "x", c: [true], d: new Set(["s"]) }), { a: { N: "1" }, b: { S: "x" }, c: { L: [{ BOOL: true }] }, d: { SS: ["s"] } });
  equal(unmarshall({ a: { N: "1.5" }, m: { M: { k: { NULL: true } } } }), { a: 1.5, m: { k: null } });
});

await test("the aggregated client and parallel calls", async () => {
  const all = new DynamoDB({});
  const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => all.getItem({ TableName, Key: { pk: { S: "list" }, sk: { N: String(n) } } })));
  equal(answers.filter((a) => a.Item).length, 4);
});

await test("delete the table", async () => {
  const { TableDescription } = await new DynamoDB({}).deleteTable({ TableName });
  equal(TableDescription.TableName, TableName);
});
