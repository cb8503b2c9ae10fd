import {
  CloudWatchEventsClient, DeleteRuleCommand, DescribeRuleCommand, DisableRuleCommand, EnableRuleCommand, ListRulesCommand, ListTargetsByRuleCommand, PutEventsCommand, PutRuleCommand,
  PutTargetsCommand, RemoveTargetsCommand, ResourceNotFoundException,
} from "@aws-sdk/client-cloudwatch-events";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new CloudWatchEventsClient({});

await test("a rule on a schedule", async () => {
  const { RuleArn } = await client.send(new PutRuleCommand({ Name: "cwe-tick", ScheduleExpression: "rate(5 minutes)", State: "ENABLED" }));
  ok(RuleArn.endsWith("rule/cwe-tick"), RuleArn);
  await client.send(new DisableRuleCommand({ Name: "cwe-tick" }));
  equal((await client.send(new DescribeRuleCommand({ Name: "cwe-tick" }))).State, "DISABLED");
  await client.send(new EnableRuleCommand({ Name: "cwe-tick" }));
  equal((await client.send(new ListRulesCommand({ NamePrefix: "cwe-" }))).Rules.map(({ Name, State }) => [Name, State]), [["cwe-tick", "ENABLED"]]);
});

await test("targets", async () => {
  const Targets = [{ Id: "1", Arn: "arn:aws:sqs:us-east-1:123456789012:q", Input: '{"a":1}' }, { Id: "2", Arn: "arn:aws:sns:us-east-1:123456789012:t" }];
  equal((await client.send(new PutTargetsCommand({ Rule: "cwe-tick", Targets }))).FailedEntryCount, 0);
  equal((await client.send(new ListTargetsByRuleCommand({ Rule: "cwe-tick" }))).Targets.map(({ Id, Input }) => [Id, Input ?? null]), [["1", '{"a":1}'], ["2", null]]);
  await client.send(new RemoveTargetsCommand({ Rule: "cwe-tick", Ids: ["1", "2"] }));
});

await test("events", async () => {
  const { Entries, FailedEntryCount } = await client.send(new PutEventsCommand({ Entries: [{ Source: "s", DetailType: "d", Detail: "{}" }] }));
  equal([FailedEntryCount, typeof Entries[0].EventId], [0, "string"]);
});

await test("delete; a missing rule is a typed exception", async () => {
  await client.send(new DeleteRuleCommand({ Name: "cwe-tick" }));
  const error = await rejection(client.send(new DescribeRuleCommand({ Name: "cwe-tick" })));
  ok(error instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${error.name}`);
});
