// Clients that are not in the tier: see installed.mjs of the folder above, which puts them into INSTALLED.
import { createRequire } from "node:module";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { equal, ok, test } from "./check.mjs";

const { INSTALLED, AWS_ENDPOINT_URL } = process.env;
const parent = (Class) => Object.getPrototypeOf(Class);

await test("a client in node_modules works, and shares the built-in core", async () => {
  const { KinesisClient, CreateStreamCommand, DescribeStreamSummaryCommand, DeleteStreamCommand, ResourceNotFoundException } = await import(`${INSTALLED}/kinesis.mjs`);
  ok(parent(KinesisClient) === parent(DynamoDBClient), "one Client class");
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  const client = new KinesisClient({ requestHandler: new NodeHttpHandler() });
  await client.send(new CreateStreamCommand({ StreamName: "installed", ShardCount: 1 }));
  const { StreamDescriptionSummary } = await client.send(new DescribeStreamSummaryCommand({ StreamName: "installed" }));
  equal([StreamDescriptionSummary.StreamName, StreamDescriptionSummary.StreamCreationTimestamp instanceof Date], ["installed", true]);
  await client.send(new DeleteStreamCommand({ StreamName: "installed" }));
  const error = await client.send(new DeleteStreamCommand({ StreamName: "installed" })).catch((error) => error);
  ok(error instanceof ResourceNotFoundException, `typed: ${error.name}`);
});

await test("a client in node_modules by require()", async () => {
  const { ECS, ECSClient, paginateListClusters } = createRequire(import.meta.url)(`${INSTALLED}/ecs.cjs`);
  ok(parent(ECSClient) === parent(DynamoDBClient), "one Client class");
  const client = new ECS({});
  await client.createCluster({ clusterName: "installed" });
  const names = [];
  for await (const page of paginateListClusters({ client }, {})) names.push(...page.clusterArns.map((arn) => arn.split("/").at(-1)));
  ok(names.includes("installed"), names.join());
});

await test("a bundle that leaves out what is built in", async () => {
  const { KinesisClient, ListStreamsCommand } = await import(`${INSTALLED}/bundled/external.mjs`);
  ok(parent(KinesisClient) === parent(DynamoDBClient), "one Client class");
  const { NodeHttpHandler } = await import("@smithy/node-http-handler");
  ok(Array.isArray((await new KinesisClient({ requestHandler: new NodeHttpHandler() }).send(new ListStreamsCommand({}))).StreamNames), "names");
});

await test("a whole bundle for browsers", async () => {
  const { SchedulerClient, CreateScheduleGroupCommand, GetScheduleGroupCommand, ListScheduleGroupsCommand, Sha256 } = await import(`${INSTALLED}/bundled/browser.mjs`);
  const credentials = { accessKeyId: "AKID", secretAccessKey: "s" };
  const client = new SchedulerClient({ region: "us-east-1", endpoint: AWS_ENDPOINT_URL, credentials, sha256: Sha256 });
  await client.send(new CreateScheduleGroupCommand({ Name: "bundled" }));
  equal((await client.send(new GetScheduleGroupCommand({ Name: "bundled" }))).Name, "bundled");
  ok((await client.send(new ListScheduleGroupsCommand({}))).ScheduleGroups.some(({ Name }) => Name === "bundled"), "listed");
});

await test("a package takes its own copy of another version, and shares one of the same", async () => {
  const { core, types, clientCore } = await import(`${INSTALLED}/own/index.mjs`);
  equal([core.mine ?? null, clientCore.core.mine, types.mine ?? null], [null, true, null]);
  ok(core === (await import("@smithy/core")), "the program has the built-in one");
  const required = createRequire(import.meta.url)(`${INSTALLED}/own/index.cjs`);
  equal([required.core.mine ?? null, required.client.core.mine, required.client.types.mine ?? null], [null, true, null]);
});
