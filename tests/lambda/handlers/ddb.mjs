// The handler that the whole project is measured by: one write and one read.
import { CreateTableCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({});

export const handler = async ({ id, value, create }) => {
  if (create)
    await client.send(new CreateTableCommand({
      TableName: "t", BillingMode: "PAY_PER_REQUEST",
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    }));
  if (value !== undefined) await client.send(new PutItemCommand({ TableName: "t", Item: { id: { S: id }, value: { S: value } } }));
  const { Item } = await client.send(new GetItemCommand({ TableName: "t", Key: { id: { S: id } } }));
  return { value: Item?.value.S ?? null };
};

export const failing = async () => client.send(new GetItemCommand({ TableName: "none", Key: { id: { S: "x" } } }));
