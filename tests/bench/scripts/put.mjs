// One PutItem from a cold process.
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({ endpoint: process.env.DYNAMODB_ENDPOINT });
const { $metadata } = await client.send(new PutItemCommand({ TableName: "table", Item: { id: { S: "1" }, text: { S: "hello" } } }));
if ($metadata.httpStatusCode !== 200) throw new Error(`status ${$metadata.httpStatusCode}`);
