import {
  AddTagsToStreamCommand, CreateStreamCommand, DeleteStreamCommand, DescribeStreamSummaryCommand, GetRecordsCommand, GetShardIteratorCommand, KinesisClient, ListShardsCommand, ListStreamsCommand,
  ListTagsForStreamCommand, PutRecordCommand, PutRecordsCommand, ResourceInUseException, ResourceNotFoundException, waitUntilStreamExists, waitUntilStreamNotExists,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { equal, ok, rejection, test } from "../check.mjs";

// moto speaks HTTP/1.1 only.
const client = new KinesisClient({ requestHandler: new NodeHttpHandler() });
const StreamName = "clicks";
const utf8 = new TextEncoder();

await test("create a stream and wait for it", async () => {
  await client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 }));
  equal((await waitUntilStreamExists({ client, maxWaitTime: 10, minDelay: 1 }, { StreamName })).state, "SUCCESS");
  const error = await rejection(client.send(new CreateStreamCommand({ StreamName, ShardCount: 2 })));
  ok(error instanceof ResourceInUseException, `ResourceInUseException, got ${error.name}`);
  equal((await client.send(new DescribeStreamSummaryCommand({ StreamName }))).StreamDescriptionSummary.OpenShardCount, 2);
});

await test("put records and read them", async () => {
  await client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: utf8.encode("one \u{1f600}") }));
  const { FailedRecordCount } = await client.send(new PutRecordsCommand({ StreamName, Records: ["two", "three"].map((text) => ({ PartitionKey: "k", Data: utf8.encode(text) })) }));
  equal(FailedRecordCount, 0);
  const { Shards } = await client.send(new ListShardsCommand({ StreamName }));
  const seen = [];
  for (const { ShardId } of Shards) {
    const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
    const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));
    seen.push(...Records.map(({ Data }) => new TextDecoder().decode(Data)));
  }
  equal(seen, ["one \u{1f600}", "two", "three"]);
});

await test("tags; streams in pages", async () => {
  await client.send(new AddTagsToStreamCommand({ StreamName, Tags: { a: "b" } }));
  equal((await client.send(new ListTagsForStreamCommand({ StreamName }))).Tags, [{ Key: "a", Value: "b" }]);
  for (const name of ["more-1", "more-2"]) await client.send(new CreateStreamCommand({ StreamName: name, ShardCount: 1 }));
  const names = [];
  // moto has no NextToken, which the paginator wants.
  for (let more = true; more; ) {
    const page = await client.send(new ListStreamsCommand({ Limit: 2, ExclusiveStartStreamName: names.at(-1) }));
    names.push(...page.StreamNames);
    more = page.HasMoreStreams;
  }
  equal(names.filter((name) => name !== "installed").sort(), ["clicks", "more-1", "more-2"]); // that one is of another script
});

await test("delete; a missing stream is a typed exception", async () => {
  await client.send(new DeleteStreamCommand({ StreamName }));
  equal((await waitUntilStreamNotExists({ client, maxWaitTime: 10, minDelay: 1 }, { StreamName })).state, "SUCCESS");
  const error = await rejection(client.send(new PutRecordCommand({ StreamName, PartitionKey: "k", Data: utf8.encode("x") })));
  ok(error instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${error.name}`);
});
