import {
  CloudWatchLogsClient, CreateLogGroupCommand, CreateLogStreamCommand, DeleteLogGroupCommand, DeleteRetentionPolicyCommand, DescribeLogStreamsCommand, FilterLogEventsCommand,
  GetLogEventsCommand, GetQueryResultsCommand, PutLogEventsCommand, PutRetentionPolicyCommand, ResourceAlreadyExistsException, ResourceNotFoundException, StartQueryCommand,
  paginateDescribeLogGroups, paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new CloudWatchLogsClient({});
const logGroupName = "/app/logs";
const logStreamName = "one";
const now = Date.now();

await test("groups, and one more of the same name", async () => {
  for (const name of [logGroupName, `${logGroupName}/b`, `${logGroupName}/c`]) await client.send(new CreateLogGroupCommand({ logGroupName: name }));
  const error = await rejection(client.send(new CreateLogGroupCommand({ logGroupName })));
  ok(error instanceof ResourceAlreadyExistsException, `ResourceAlreadyExistsException, got ${error.name}`);
  const pages = [];
  for await (const page of paginateDescribeLogGroups({ client, pageSize: 2 }, { logGroupNamePrefix: logGroupName })) pages.push(page.logGroups.map((g) => g.logGroupName));
  equal(pages, [[logGroupName, `${logGroupName}/b`], [`${logGroupName}/c`]]);
});

await test("how long logs are kept", async () => {
  const days = async () => {
    for await (const page of paginateDescribeLogGroups({ client }, { logGroupNamePrefix: logGroupName })) return page.logGroups[0].retentionInDays ?? null;
  };
  await client.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 7 }));
  equal(await days(), 7);
  await client.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  equal(await days(), null);
});

await test("put and read events", async () => {
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName }));
  const logEvents = Array.from({ length: 5 }, (_, n) => ({ timestamp: now + n, message: `line ${n} \u{1f600}` }));
  ok((await client.send(new PutLogEventsCommand({ logGroupName, logStreamName, logEvents }))).nextSequenceToken, "a token");
  const { events } = await client.send(new GetLogEventsCommand({ logGroupName, logStreamName, startFromHead: true }));
  equal(events.map(({ timestamp, message }) => ({ timestamp, message })), logEvents);
  const { logStreams } = await client.send(new DescribeLogStreamsCommand({ logGroupName }));
  equal(logStreams.map((s) => s.logStreamName), [logStreamName]);
});

await test("filter, whole and in pages", async () => {
  const { events } = await client.send(new FilterLogEventsCommand({ logGroupName, filterPattern: '"line 3"' }));
  equal(events.map(({ message }) => message), ["line 3 \u{1f600}"]);
  const seen = [];
  for await (const page of paginateFilterLogEvents({ client, pageSize: 2 }, { logGroupName })) seen.push(...page.events.map(({ timestamp }) => timestamp - now));
  equal(seen, [0, 1, 2, 3, 4]);
});

await test("a query", async () => {
  const { queryId } = await client.send(new StartQueryCommand({ logGroupName, startTime: Math.floor(now / 1000) - 60, endTime: Math.floor(now / 1000) + 60, queryString: "fields @message" }));
  const { status } = await client.send(new GetQueryResultsCommand({ queryId }));
  equal(status, "Complete");
});

await test("delete; a missing group is a typed exception", async () => {
  await client.send(new DeleteLogGroupCommand({ logGroupName }));
  const error = await rejection(client.send(new GetLogEventsCommand({ logGroupName, logStreamName })));
  ok(error instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${error.name}`);
});
