// The DynamoDB document client: every operation, every kind of value, both ways of saying how to convert.
import { CreateTableCommand, DynamoDB, DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  BatchGetCommand, BatchWriteCommand, DeleteCommand, DynamoDBDocument, DynamoDBDocumentClient, ExecuteStatementCommand, GetCommand, NumberValue, PutCommand, QueryCommand, ScanCommand, TransactGetCommand,
  TransactWriteCommand, UpdateCommand, paginateQuery, paginateScan,
} from "@aws-sdk/lib-dynamodb";
import { NumberValueImpl, convertToAttr, convertToNative, marshall, unmarshall } from "@aws-sdk/util-dynamodb";
import { equal, ok, rejection, test } from "./check.mjs";

const raw = new DynamoDBClient({});
const documents = DynamoDBDocumentClient.from(raw);
const TableName = "documents";
const Key = { pk: "a", sk: 1 };

await test("a table", async () => {
  await raw.send(new CreateTableCommand({
    TableName, BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }, { AttributeName: "sk", KeyType: "RANGE" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }, { AttributeName: "sk", AttributeType: "N" }],
  }));
});

await test("every kind of value there and back", async () => {
  const Item = {
    ...Key, text: "\u00e9\u{1f600}", empty: "", zero: 0, negative: -1.5, tiny: 1e-100, yes: true, no: false, none: null, list: [1, "two", [3], { four: 4 }], map: { nested: { deep: [true] } },
    bytes: Uint8Array.of(0, 1, 255), buffer: Buffer.from("buffer"),
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const { Item: got } = await documents.send(new GetCommand({ TableName, Key }));
  ok(got.bytes instanceof Uint8Array && got.buffer instanceof Uint8Array, "bytes");
  const plain = ({ bytes, buffer, ...rest }) => [[...bytes], [...buffer], Object.entries(rest).sort()];
  equal(plain(got), plain(Item));
  const { Item: stored } = await raw.send(new GetItemCommand({ TableName, Key: marshall(Key) }));
  equal([stored.negative, stored.none, stored.map], [{ N: "-1.5" }, { NULL: true }, { M: { nested: { M: { deep: { L: [{ BOOL: true }] } } } } }]);
});

await test("sets", async () => {
  const Item = { pk: "sets", sk: 1, strings: new Set(["a", "b"]), numbers: new Set([1, 2]), binary: new Set([Uint8Array.of(1)]) };
  await documents.send(new PutCommand({ TableName, Item }));
  const { Item: got } = await documents.send(new GetCommand({ TableName, Key: { pk: "sets", sk: 1 } }));
  ok(got.strings instanceof Set && got.numbers instanceof Set && got.binary instanceof Set, "Sets");
  equal([[...got.strings].sort(), [...got.numbers].sort(), [...got.binary].map((b) => [...b])], [["a", "b"], [1, 2], [[1]]]);
});

await test("numbers beyond what a number holds", async () => {
  const big = "12345678901234567890123456789";
  await documents.send(new PutCommand({ TableName, Item: { pk: "big", sk: 1, integer: 12345678901234567890n, value: NumberValue.from(big) } }));
  const { Item: exact } = await documents.send(new GetCommand({ TableName, Key: { pk: "big", sk: 1 } }));
  equal([typeof exact.integer, String(exact.integer), String(exact.value)], ["bigint", "12345678901234567890", big]);
  const wrapping = DynamoDBDocumentClient.from(raw, { unmarshallOptions: { wrapNumbers: true } });
  const { Item } = await wrapping.send(new GetCommand({ TableName, Key: { pk: "big", sk: 1 } }));
  equal([Item.value.value, Item.integer.value], [big, "12345678901234567890"]);
  const custom = DynamoDBDocumentClient.from(raw, { unmarshallOptions: { wrapNumbers: (text) => BigInt(text) } });
  equal(String((await custom.send(new GetCommand({ TableName, Key: { pk: "big", sk: 1 } }))).Item.value), big);
  ok(NumberValueImpl.from(big).toBigInt() === BigInt(big), "toBigInt");
});

await test("options of conversion", async () => {
  class Point { constructor() { this.x = 1; } }
  const exacting = DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: false } });
  const strict = await rejection(exacting.send(new PutCommand({ TableName, Item: { pk: "o", sk: 1, list: [undefined] } })));
  ok(/removeUndefinedValues/.test(strict.message), strict.message);
  const instance = await rejection(documents.send(new PutCommand({ TableName, Item: { pk: "o", sk: 1, point: new Point() } })));
  ok(/convertClassInstanceToMap/.test(instance.message), instance.message);
  const lenient = DynamoDBDocumentClient.from(raw, { marshallOptions: { removeUndefinedValues: true, convertEmptyValues: true, convertClassInstanceToMap: true } });
  await lenient.send(new PutCommand({ TableName, Item: { pk: "o", sk: 1, gone: undefined, empty: "", point: new Point() } }));
  equal((await documents.send(new GetCommand({ TableName, Key: { pk: "o", sk: 1 } }))).Item, { pk: "o", sk: 1, empty: null, point: { x: 1 } });
  equal(convertToNative(convertToAttr({ a: [1, null] }, { convertTopLevelContainer: true })), { a: [1, null] });
  equal(unmarshall(marshall({ a: { b: 1 } })), { a: { b: 1 } });
});

await test("update and delete with expressions", async () => {
  const { Attributes } = await documents.send(new UpdateCommand({
    TableName, Key, UpdateExpression: "SET #l = list_append(#l, :more), zero = zero + :one REMOVE #n", ExpressionAttributeNames: { "#l": "list", "#n": "none" },
    ExpressionAttributeValues: { ":more": ["end"], ":one": 1 }, ReturnValues: "ALL_NEW",
  }));
  equal([Attributes.list.at(-1), Attributes.zero, "none" in Attributes], ["end", 1, false]);
  const failed = await rejection(documents.send(new DeleteCommand({ TableName, Key, ConditionExpression: "zero = :two", ExpressionAttributeValues: { ":two": 2 } })));
  equal(failed.name, "ConditionalCheckFailedException");
  equal((await documents.send(new DeleteCommand({ TableName, Key, ReturnValues: "ALL_OLD" }))).Attributes.zero, 1);
});

await test("batches", async () => {
  const items = Array.from({ length: 25 }, (_, sk) => ({ pk: "batch", sk, even: sk % 2 === 0 }));
  const { UnprocessedItems } = await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: items.map((Item) => ({ PutRequest: { Item } })) } }));
  equal(UnprocessedItems, {});
  const { Responses } = await documents.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys: items.slice(0, 10).map(({ pk, sk }) => ({ pk, sk })) } } }));
  equal(Responses[TableName].map(({ sk }) => sk).sort((a, b) => a - b), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

await test("queries and scans, in pages", async () => {
  const query = { TableName, KeyConditionExpression: "pk = :pk AND sk BETWEEN :low AND :high", FilterExpression: "even = :even", ExpressionAttributeValues: { ":pk": "batch", ":low": 3, ":high": 12, ":even": true } };
  equal((await documents.send(new QueryCommand({ ...query, ScanIndexForward: false }))).Items.map(({ sk }) => sk), [12, 10, 8, 6, 4]);
  const pages = [];
  for await (const { Items, Count } of paginateQuery({ client: documents, pageSize: 4 }, query)) pages.push([Count, Items.every(({ even }) => even)]);
  ok(pages.length >= 3 && pages.every(([, even]) => even) && pages.reduce((sum, [count]) => sum + count, 0) === 5, JSON.stringify(pages));
  let scanned = 0;
  for await (const { Items } of paginateScan({ client: documents, pageSize: 10 }, { TableName })) scanned += Items.length;
  equal(scanned, (await documents.send(new ScanCommand({ TableName, Select: "COUNT" }))).Count);
});

await test("transactions", async () => {
  await documents.send(new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item: { pk: "tx", sk: 1, n: 1 } } },
      { Update: { TableName, Key: { pk: "tx", sk: 2 }, UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": 2 } } },
      { Delete: { TableName, Key: { pk: "batch", sk: 0 } } },
    ],
  }));
  const { Responses } = await documents.send(new TransactGetCommand({ TransactItems: [1, 2].map((sk) => ({ Get: { TableName, Key: { pk: "tx", sk } } })) }));
  equal(Responses.map(({ Item }) => Item.n), [1, 2]);
  const error = await rejection(documents.send(new TransactWriteCommand({ TransactItems: [{ ConditionCheck: { TableName, Key: { pk: "tx", sk: 1 }, ConditionExpression: "n = :n", ExpressionAttributeValues: { ":n": 9 } } }] })));
  equal([error.name, error.CancellationReasons.map(({ Code }) => Code)], ["TransactionCanceledException", ["ConditionalCheckFailed"]]);
});

await test("PartiQL", async () => {
  const { Items } = await documents.send(new ExecuteStatementCommand({ Statement: `SELECT n FROM "${TableName}" WHERE pk = ? AND sk = ?`, Parameters: ["tx", 2] }));
  equal(Items, [{ n: 2 }]);
});

await test("the aggregated client, and its own middleware", async () => {
  const all = DynamoDBDocument.from(new DynamoDB({}));
  const seen = [];
  all.middlewareStack.add((next, { commandName }) => (args) => (seen.push([commandName, args.input.Key]), next(args)), { step: "initialize", name: "seen" });
  equal((await all.get({ TableName, Key: { pk: "tx", sk: 1 } })).Item, { pk: "tx", sk: 1, n: 1 });
  await all.put({ TableName, Item: { pk: "all", sk: 1 } });
  equal((await all.query({ TableName, KeyConditionExpression: "pk = :pk", ExpressionAttributeValues: { ":pk": "all" } })).Count, 1);
  equal(seen[0][1], { pk: "tx", sk: 1 });
  all.destroy();
});
