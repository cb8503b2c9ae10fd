import {
  CreateSecretCommand, DeleteSecretCommand, DescribeSecretCommand, GetRandomPasswordCommand, GetSecretValueCommand, InvalidRequestException, ListSecretVersionIdsCommand,
  PutSecretValueCommand, ResourceExistsException, ResourceNotFoundException, RestoreSecretCommand, SecretsManagerClient, TagResourceCommand, paginateListSecrets,
} from "@aws-sdk/client-secrets-manager";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new SecretsManagerClient({});

await test("create a secret and read it", async () => {
  const { ARN, VersionId } = await client.send(new CreateSecretCommand({ Name: "app/one", SecretString: "caf\u00e9", Tags: [{ Key: "a", Value: "b" }] }));
  const got = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
  equal([got.Name, got.SecretString, got.VersionId, got.VersionStages], ["app/one", "caf\u00e9", VersionId, ["AWSCURRENT"]]);
  ok(got.CreatedDate instanceof Date, "CreatedDate is a Date");
});

await test("a client makes a token for each request", async () => {
  const tokens = [];
  client.middlewareStack.add((next) => (args) => (tokens.push(args.input.ClientRequestToken), next(args)), { step: "build", name: "tokens" });
  const requests = [];
  client.middlewareStack.add((next) => (args) => (requests.push(JSON.parse(args.request.body).ClientRequestToken), next(args)), { step: "finalizeRequest", name: "bodies" });
  await client.send(new PutSecretValueCommand({ SecretId: "app/one", SecretString: "v2" }));
  client.middlewareStack.remove("tokens");
  client.middlewareStack.remove("bodies");
  ok(/^[0-9a-f]{8}-[0-9a-f]{4}-4/.test(requests[0]), `a UUID: ${requests[0]}`);
});

await test("versions", async () => {
  equal((await client.send(new GetSecretValueCommand({ SecretId: "app/one" }))).SecretString, "v2");
  equal((await client.send(new GetSecretValueCommand({ SecretId: "app/one", VersionStage: "AWSPREVIOUS" }))).SecretString, "caf\u00e9");
  equal((await client.send(new ListSecretVersionIdsCommand({ SecretId: "app/one" }))).Versions.length, 2);
});

await test("bytes", async () => {
  await client.send(new CreateSecretCommand({ Name: "app/bytes", SecretBinary: new Uint8Array([0, 128, 255]) }));
  equal([...(await client.send(new GetSecretValueCommand({ SecretId: "app/bytes" }))).SecretBinary], [0, 128, 255]);
});

await test("list in pages, tag", async () => {
  await client.send(new TagResourceCommand({ SecretId: "app/bytes", Tags: [{ Key: "k", Value: "v" }] }));
  equal((await client.send(new DescribeSecretCommand({ SecretId: "app/bytes" }))).Tags, [{ Key: "k", Value: "v" }]);
  const names = [];
  for await (const page of paginateListSecrets({ client, pageSize: 1 }, { Filters: [{ Key: "name", Values: ["app/"] }] })) {
    equal(page.SecretList.length, 1);
    names.push(page.SecretList[0].Name);
  }
  equal(names.sort(), ["app/bytes", "app/one"]);
});

await test("a random password", async () => {
  equal((await client.send(new GetRandomPasswordCommand({ PasswordLength: 40, ExcludePunctuation: true }))).RandomPassword.length, 40);
});

await test("typed exceptions", async () => {
  const again = await rejection(client.send(new CreateSecretCommand({ Name: "app/one", SecretString: "x" })));
  ok(again instanceof ResourceExistsException, `ResourceExistsException, got ${again.name}`);
  const none = await rejection(client.send(new GetSecretValueCommand({ SecretId: "none" })));
  ok(none instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${none.name}`);
});

await test("delete and restore", async () => {
  const { DeletionDate } = await client.send(new DeleteSecretCommand({ SecretId: "app/one" }));
  ok(DeletionDate instanceof Date, "DeletionDate is a Date");
  const deleted = await rejection(client.send(new GetSecretValueCommand({ SecretId: "app/one" })));
  ok(deleted instanceof InvalidRequestException, `InvalidRequestException, got ${deleted.name}`);
  await client.send(new RestoreSecretCommand({ SecretId: "app/one" }));
  equal((await client.send(new GetSecretValueCommand({ SecretId: "app/one" }))).SecretString, "v2");
});
