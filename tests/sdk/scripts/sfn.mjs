import {
  CreateActivityCommand, CreateStateMachineCommand, DeleteStateMachineCommand, DescribeExecutionCommand, DescribeStateMachineCommand, ExecutionDoesNotExist, InvalidName,
  ListExecutionsCommand, SFNClient, StartExecutionCommand, StateMachineDoesNotExist, StopExecutionCommand, TagResourceCommand, UpdateStateMachineCommand, paginateGetExecutionHistory,
  paginateListStateMachines,
} from "@aws-sdk/client-sfn";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new SFNClient({});
const roleArn = "arn:aws:iam::123456789012:role/states";
const definition = JSON.stringify({ StartAt: "Done", States: { Done: { Type: "Pass", End: true } } });
let stateMachineArn, executionArn;

await test("state machines, in pages", async () => {
  for (const name of ["a", "b", "c"]) ({ stateMachineArn } = await client.send(new CreateStateMachineCommand({ name, definition, roleArn })));
  const pages = [];
  for await (const page of paginateListStateMachines({ client, pageSize: 2 }, {})) pages.push(page.stateMachines.map(({ name }) => name));
  equal(pages, [["a", "b"], ["c"]]);
});

await test("describe and update", async () => {
  const machine = await client.send(new DescribeStateMachineCommand({ stateMachineArn }));
  equal([machine.name, JSON.parse(machine.definition).StartAt, machine.creationDate instanceof Date], ["c", "Done", true]);
  const { updateDate } = await client.send(new UpdateStateMachineCommand({ stateMachineArn, definition }));
  ok(updateDate instanceof Date, "updateDate is a Date");
  equal((await client.send(new TagResourceCommand({ resourceArn: stateMachineArn, tags: [{ key: "k", value: "v" }] }))).$metadata.httpStatusCode, 200);
});

await test("run, stop, look back", async () => {
  ({ executionArn } = await client.send(new StartExecutionCommand({ stateMachineArn, name: "run", input: '{"n":1}' })));
  equal((await client.send(new DescribeExecutionCommand({ executionArn }))).input, '{"n":1}');
  const { stopDate } = await client.send(new StopExecutionCommand({ executionArn }));
  ok(stopDate instanceof Date, "stopDate is a Date");
  equal((await client.send(new ListExecutionsCommand({ stateMachineArn, statusFilter: "ABORTED" }))).executions.map(({ name }) => name), ["run"]);
  const events = [];
  for await (const page of paginateGetExecutionHistory({ client }, { executionArn })) events.push(...page.events);
  ok(Array.isArray(events), "a history");
});

await test("typed exceptions", async () => {
  const name = await rejection(client.send(new CreateStateMachineCommand({ name: "with space", definition, roleArn })));
  ok(name instanceof InvalidName, `InvalidName, got ${name.name}`);
  const execution = await rejection(client.send(new DescribeExecutionCommand({ executionArn: `${executionArn}-none` })));
  ok(execution instanceof ExecutionDoesNotExist, `ExecutionDoesNotExist, got ${execution.name}`);
});

await test("an activity", async () => {
  ok((await client.send(new CreateActivityCommand({ name: "work" }))).activityArn.endsWith(":activity:work"), "its ARN");
});

await test("delete", async () => {
  await client.send(new DeleteStateMachineCommand({ stateMachineArn }));
  const error = await rejection(client.send(new DescribeStateMachineCommand({ stateMachineArn })));
  ok(error instanceof StateMachineDoesNotExist, `StateMachineDoesNotExist, got ${error.name}`);
});
