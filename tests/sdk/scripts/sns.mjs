import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import {
  CreateTopicCommand, DeleteTopicCommand, GetTopicAttributesCommand, InvalidParameterException, ListTagsForResourceCommand, NotFoundException, PublishBatchCommand, PublishCommand,
  SNSClient, SetTopicAttributesCommand, SubscribeCommand, UnsubscribeCommand, paginateListSubscriptionsByTopic, paginateListTopics,
} from "@aws-sdk/client-sns";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new SNSClient({});
const sqs = new SQSClient({});
let TopicArn, QueueUrl, SubscriptionArn;

await test("create a topic with tags", async () => {
  ({ TopicArn } = await client.send(new CreateTopicCommand({ Name: "news", Tags: [{ Key: "a", Value: "b & <c>" }] })));
  ok(TopicArn.endsWith(":news"), TopicArn);
  equal((await client.send(new ListTagsForResourceCommand({ ResourceArn: TopicArn }))).Tags, [{ Key: "a", Value: "b & <c>" }]);
});

await test("attributes", async () => {
  await client.send(new SetTopicAttributesCommand({ TopicArn, AttributeName: "DisplayName", AttributeValue: "News \u00e9" }));
  equal((await client.send(new GetTopicAttributesCommand({ TopicArn }))).Attributes.DisplayName, "News \u00e9");
});

await test("what is published arrives in a queue", async () => {
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "news-readers" })));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  ({ SubscriptionArn } = await client.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint: Attributes.QueueArn, ReturnSubscriptionArn: true })));
  const { MessageId } = await client.send(new PublishCommand({
    TopicArn, Subject: "s", Message: "m & \u{1f600}",
    MessageAttributes: { n: { DataType: "Number", StringValue: "1" }, b: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) } },
  }));
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  const body = JSON.parse(Messages[0].Body);
  equal([body.MessageId, body.Message, body.Subject, body.MessageAttributes.b.Value], [MessageId, "m & \u{1f600}", "s", "AQI="]);
});

await test("a batch", async () => {
  const entries = ["a", "b", "c"].map((Id) => ({ Id, Message: Id }));
  const { Successful, Failed } = await client.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries }));
  equal([Successful.map(({ Id }) => Id), Failed ?? []], [["a", "b", "c"], []]);
});

await test("topics and subscriptions in pages", async () => {
  for (let n = 0; n < 120; n++) await client.send(new CreateTopicCommand({ Name: `many-${n}` }));
  const names = new Set();
  let pages = 0;
  for await (const { Topics } of paginateListTopics({ client }, {})) {
    pages++;
    Topics.forEach((topic) => names.add(topic.TopicArn));
  }
  ok(pages >= 2 && names.size >= 121, `${pages} pages, ${names.size} topics`);
  const subscriptions = [];
  for await (const page of paginateListSubscriptionsByTopic({ client }, { TopicArn })) subscriptions.push(...page.Subscriptions);
  equal(subscriptions.map((s) => s.SubscriptionArn), [SubscriptionArn]);
});

await test("typed exceptions", async () => {
  const none = await rejection(client.send(new GetTopicAttributesCommand({ TopicArn: `${TopicArn}-none` })));
  ok(none instanceof NotFoundException, `NotFoundException, got ${none.name}`);
  const invalid = await rejection(client.send(new PublishCommand({ TopicArn, Message: "x".repeat(300000) })));
  ok(invalid instanceof InvalidParameterException, `InvalidParameterException, got ${invalid.name}`);
});

await test("unsubscribe and delete", async () => {
  await client.send(new UnsubscribeCommand({ SubscriptionArn }));
  equal((await client.send(new DeleteTopicCommand({ TopicArn }))).$metadata.httpStatusCode, 200);
});
