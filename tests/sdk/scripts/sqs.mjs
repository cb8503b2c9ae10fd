import {
  ChangeMessageVisibilityCommand, CreateQueueCommand, DeleteMessageCommand, DeleteQueueCommand, GetQueueUrlCommand, QueueDoesNotExist, ReceiveMessageCommand,
  SQSClient, SendMessageBatchCommand, SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new SQSClient({});
let QueueUrl;

await test("create a queue", async () => {
  ({ QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: "jobs" })));
  ok(QueueUrl.endsWith("/jobs"), QueueUrl);
  equal((await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }))).QueueUrl, QueueUrl);
});

await test("send, receive and delete a message", async () => {
  const MessageBody = "work \u00e9\u{1f600}";
  const sent = await client.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes: { kind: { DataType: "String", StringValue: "k" } } }));
  ok(/^[0-9a-f]{32}$/.test(sent.MD5OfMessageBody), "MD5OfMessageBody");
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ["All"] }));
  equal([Messages.length, Messages[0].Body, Messages[0].MessageAttributes.kind.StringValue], [1, MessageBody, "k"]);
  equal(Messages[0].MessageId, sent.MessageId);
  await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle, VisibilityTimeout: 30 }));
  await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: Messages[0].ReceiptHandle }));
  equal((await client.send(new ReceiveMessageCommand({ QueueUrl }))).Messages, undefined);
});

await test("send a batch", async () => {
  const { Successful, Failed } = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries: ["a", "b"].map((Id) => ({ Id, MessageBody: Id })) }));
  equal([Successful.map((s) => s.Id), Failed ?? []], [["a", "b"], []]);
  const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  equal(Messages.map((m) => m.Body).sort(), ["a", "b"]);
});

await test("a missing queue is a typed exception", async () => {
  const error = await rejection(client.send(new GetQueueUrlCommand({ QueueName: "none" })));
  ok(error instanceof QueueDoesNotExist, `instanceof QueueDoesNotExist, got ${error.name}`);
});

await test("delete the queue", async () => {
  equal((await client.send(new DeleteQueueCommand({ QueueUrl }))).$metadata.httpStatusCode, 200);
});
