import {
  AttachRolePolicyCommand, CreatePolicyCommand, CreateRoleCommand, CreateUserCommand, DeleteRoleCommand, DeleteConflictException, DetachRolePolicyCommand, EntityAlreadyExistsException, GetRoleCommand,
  GetUserCommand, IAMClient, ListAttachedRolePoliciesCommand, NoSuchEntityException, PutRolePolicyCommand, GetRolePolicyCommand, DeleteRolePolicyCommand, paginateListUsers,
  waitUntilRoleExists, waitUntilUserExists,
} from "@aws-sdk/client-iam";
import { equal, ok, rejection, test } from "../check.mjs";

const client = new IAMClient({});
const wait = { client, maxWaitTime: 10, minDelay: 1 };
const document = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }] });
const RoleName = "worker";

await test("a role", async () => {
  await client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document, Description: "a & b", Tags: [{ Key: "k", Value: "v" }] }));
  equal((await waitUntilRoleExists(wait, { RoleName })).state, "SUCCESS");
  const { Role } = await client.send(new GetRoleCommand({ RoleName }));
  equal([Role.Description, decodeURIComponent(Role.AssumeRolePolicyDocument), Role.CreateDate instanceof Date], ["a & b", document, true]);
  const error = await rejection(client.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: document })));
  ok(error instanceof EntityAlreadyExistsException, `EntityAlreadyExistsException, got ${error.name}`);
});

await test("policies", async () => {
  const { Policy } = await client.send(new CreatePolicyCommand({ PolicyName: "p", PolicyDocument: document }));
  await client.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: Policy.Arn }));
  equal((await client.send(new ListAttachedRolePoliciesCommand({ RoleName }))).AttachedPolicies, [{ PolicyName: "p", PolicyArn: Policy.Arn }]);
  await client.send(new PutRolePolicyCommand({ RoleName, PolicyName: "inline", PolicyDocument: document }));
  equal(decodeURIComponent((await client.send(new GetRolePolicyCommand({ RoleName, PolicyName: "inline" }))).PolicyDocument), document);
  const error = await rejection(client.send(new DeleteRoleCommand({ RoleName })));
  ok(error instanceof DeleteConflictException, `DeleteConflictException, got ${error.name}`);
  await client.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: Policy.Arn }));
  await client.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "inline" }));
});

await test("users in pages", async () => {
  for (const UserName of ["ann", "bob", "cy"]) await client.send(new CreateUserCommand({ UserName, Path: "/team/" }));
  equal((await waitUntilUserExists(wait, { UserName: "ann" })).state, "SUCCESS");
  const names = [];
  for await (const page of paginateListUsers({ client, pageSize: 2 }, { PathPrefix: "/team/" })) names.push(...page.Users.map((u) => u.UserName));
  equal(names.sort(), ["ann", "bob", "cy"]);
});

await test("delete; what is missing is a typed exception", async () => {
  await client.send(new DeleteRoleCommand({ RoleName }));
  const role = await rejection(client.send(new GetRoleCommand({ RoleName })));
  ok(role instanceof NoSuchEntityException, `NoSuchEntityException, got ${role.name}`);
  const user = await rejection(client.send(new GetUserCommand({ UserName: "nobody" })));
  ok(user instanceof NoSuchEntityException, `NoSuchEntityException, got ${user.name}`);
});
