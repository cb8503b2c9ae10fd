// The SDK is built into the runtime: nothing to install, nothing to bundle.
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient();

/** Writes an item down for each request. */
export const handler = async (event) => {
  const id = event.requestContext?.requestId ?? crypto.randomUUID();
  await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ id }) };
};
