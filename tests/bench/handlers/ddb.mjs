import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT });

export const handler = async (event) => {
  const command = new PutItemCommand({ TableName: "table", Item: { id: { S: String(event.count) } } });
  const { $metadata } = await client.send(command);
  return { ok: $metadata.httpStatusCode === 200, count: event.count };
};
