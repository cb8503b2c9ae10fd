import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient();

/** Writes an item down for each request. */
export const handler = async (event: { requestContext?: { requestId: string } }) => {
  const id = event.requestContext?.requestId ?? crypto.randomUUID();
  await client.send(new PutItemCommand({ TableName: process.env.TABLE, Item: { id: { S: id } } }));
  return { statusCode: 200, body: JSON.stringify({ id }) };
};
