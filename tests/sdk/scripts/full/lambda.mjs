import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import {
  AddPermissionCommand, CreateAliasCommand, CreateFunctionCommand, CreateFunctionUrlConfigCommand, DeleteFunctionCommand, GetFunctionCommand, GetPolicyCommand, InvokeCommand, LambdaClient,
  ListTagsCommand, PublishVersionCommand, PutFunctionConcurrencyCommand, ResourceConflictException, ResourceNotFoundException, UpdateFunctionConfigurationCommand, paginateListFunctions,
  paginateListVersionsByFunction, waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { equal, ok, rejection, test } from "../check.mjs";

const client = new LambdaClient({});
const FunctionName = "hello";
const ZipFile = Uint8Array.from(atob("UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="), (c) => c.charCodeAt(0)); // an empty archive
let Role;

await test("create a function and wait for it", async () => {
  ({ Role: { Arn: Role } } = await new IAMClient({}).send(new CreateRoleCommand({ RoleName: "lambda-role", AssumeRolePolicyDocument: "{}" })));
  const create = (name) => client.send(new CreateFunctionCommand({
    FunctionName: name, Role, Runtime: "provided.al2023", Handler: "index.handler", Code: { ZipFile }, Environment: { Variables: { A: "b" } }, Tags: { team: "x" },
  }));
  const made = await create(FunctionName);
  equal([made.FunctionName, made.CodeSize, made.Environment.Variables], [FunctionName, ZipFile.length, { A: "b" }]);
  equal((await waitUntilFunctionActiveV2({ client, maxWaitTime: 10, minDelay: 1 }, { FunctionName })).state, "SUCCESS");
  const error = await rejection(create(FunctionName));
  ok(error instanceof ResourceConflictException, `ResourceConflictException, got ${error.name}`);
  await create("other");
});

await test("get and change it", async () => {
  const { Configuration, Tags } = await client.send(new GetFunctionCommand({ FunctionName }));
  equal([Configuration.Runtime, Tags], ["provided.al2023", { team: "x" }]);
  equal((await client.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }))).MemorySize, 256);
  equal((await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 10, minDelay: 1 }, { FunctionName })).state, "SUCCESS");
  equal((await client.send(new ListTagsCommand({ Resource: Configuration.FunctionArn }))).Tags, { team: "x" });
});

await test("versions, an alias, a URL, limits, a policy", async () => {
  const { Version } = await client.send(new PublishVersionCommand({ FunctionName }));
  await client.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: Version }));
  const versions = [];
  for await (const page of paginateListVersionsByFunction({ client }, { FunctionName })) versions.push(...page.Versions.map((v) => v.Version));
  equal(versions, ["$LATEST", Version]);
  ok((await client.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: "NONE" }))).FunctionUrl.startsWith("https://"), "a URL");
  equal((await client.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions: 3 }))).ReservedConcurrentExecutions, 3);
  await client.send(new AddPermissionCommand({ FunctionName, StatementId: "s", Action: "lambda:InvokeFunction", Principal: "s3.amazonaws.com" }));
  equal(JSON.parse((await client.send(new GetPolicyCommand({ FunctionName }))).Policy).Statement[0].Sid, "s");
});

await test("functions in pages", async () => {
  const names = [];
  for await (const page of paginateListFunctions({ client, pageSize: 1 }, {})) names.push(...page.Functions.map((f) => f.FunctionName));
  equal(names.sort(), ["hello", "other"]);
});

await test("delete; a missing function is a typed exception", async () => {
  await client.send(new DeleteFunctionCommand({ FunctionName }));
  const error = await rejection(client.send(new InvokeCommand({ FunctionName, Payload: new TextEncoder().encode("{}") })));
  ok(error instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${error.name}`);
  equal(error.$metadata.httpStatusCode, 404);
});
