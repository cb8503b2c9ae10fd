import {
  CreateArchiveCommand, CreateEventBusCommand, DeleteEventBusCommand, DeleteRuleCommand, DescribeArchiveCommand, DescribeRuleCommand, EventBridgeClient, ListEventBusesCommand,
  ListRulesCommand, ListTargetsByRuleCommand, PutEventsCommand, PutRuleCommand, PutTargetsCommand, RemoveTargetsCommand, ResourceAlreadyExistsException, ResourceNotFoundException,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, GetQueueAttributesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new EventBridgeClient({});
const sqs = new SQSClient({});
const EventBusName = "orders";
const EventPattern = JSON.stringify({ source: ["shop"] });
let QueueUrl;

await test("create a bus", async () => {
  const { EventBusArn } = await client.send(new CreateEventBusCommand({ Name: EventBusName }));
  ok(EventBusArn.endsWith("event-bus/orders"), EventBusArn);
  equal((await client.send(new ListEventBusesCommand({ NamePrefix: "ord" }))).EventBuses.map(({ Name }) => Name), [EventBusName]);
  const error = await rejection(client.send(new CreateEventBusCommand({ Name: EventBusName })));
  ok(error instanceof ResourceAlreadyExistsException, `ResourceAlreadyExistsException, got ${error.name}`);
});

await test("rules, by token from page to page", async () => {
  for (const Name of ["a", "b", "c"]) await client.send(new PutRuleCommand({ Name, EventBusName, EventPattern }));
  const names = [];
  let NextToken;
  do {
    const page = await client.send(new ListRulesCommand({ EventBusName, Limit: 2, NextToken }));
    names.push(...page.Rules.map(({ Name }) => Name));
    ({ NextToken } = page);
  } while (NextToken);
  equal(names.sort(), ["a", "b", "c"]);
  equal((await client.send(new DescribeRuleCommand({ Name: "a", EventBusName }))).EventPattern, EventPattern);
});

await test("an event goes to the rule's target", async () => {
  ({ QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "orders" })));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["QueueArn"] }));
  const { FailedEntryCount } = await client.send(new PutTargetsCommand({ Rule: "a", EventBusName, Targets: [{ Id: "q", Arn: Attributes.QueueArn }] }));
  equal(FailedEntryCount, 0);
  const sent = await client.send(new PutEventsCommand({
    Entries: [
      { EventBusName, Source: "shop", DetailType: "order", Detail: JSON.stringify({ n: 1 }), Time: new Date(1e12) },
      { EventBusName, Source: "elsewhere", DetailType: "order", Detail: "{}" },
    ],
  }));
  equal([sent.FailedEntryCount, sent.Entries.length], [0, 2]);
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  equal(Messages.map(({ Body }) => JSON.parse(Body).detail), [{ n: 1 }]);
});

await test("an archive", async () => {
  const { EventBusArn } = { EventBusArn: "arn:aws:events:us-east-1:123456789012:event-bus/orders" };
  await client.send(new CreateArchiveCommand({ ArchiveName: "kept", EventSourceArn: EventBusArn, RetentionDays: 3 }));
  const archive = await client.send(new DescribeArchiveCommand({ ArchiveName: "kept" }));
  equal([archive.RetentionDays, archive.State, archive.CreationTime instanceof Date], [3, "ENABLED", true]);
});

await test("remove what was made; what is missing is a typed exception", async () => {
  await client.send(new RemoveTargetsCommand({ Rule: "a", EventBusName, Ids: ["q"] }));
  equal((await client.send(new ListTargetsByRuleCommand({ Rule: "a", EventBusName }))).Targets ?? [], []);
  for (const Name of ["a", "b", "c"]) await client.send(new DeleteRuleCommand({ Name, EventBusName }));
  const error = await rejection(client.send(new DescribeRuleCommand({ Name: "a", EventBusName })));
  ok(error instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${error.name}`);
  equal((await client.send(new DeleteEventBusCommand({ Name: EventBusName }))).$metadata.httpStatusCode, 200);
});
