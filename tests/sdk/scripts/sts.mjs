import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new STSClient({});
const RoleArn = "arn:aws:iam::123456789012:role/tested";

await test("who am I", async () => {
  const { Account, Arn, UserId } = await client.send(new GetCallerIdentityCommand({}));
  equal(Account, "123456789012");
  ok(Arn.startsWith("arn:aws:sts::123456789012:"), Arn);
  ok(UserId, "UserId");
});

await test("assume a role", async () => {
  const { Credentials, AssumedRoleUser } = await client.send(new AssumeRoleCommand({ RoleArn, RoleSessionName: "s" }));
  ok(Credentials.Expiration instanceof Date && Credentials.Expiration > new Date(), "Expiration is a Date to come");
  ok(AssumedRoleUser.Arn.endsWith("assumed-role/tested/s"), AssumedRoleUser.Arn);
});

await test("a provider of temporary credentials", async () => {
  const credentials = await fromTemporaryCredentials({ params: { RoleArn, RoleSessionName: "p" } })();
  ok(credentials.accessKeyId && credentials.secretAccessKey && credentials.sessionToken && credentials.expiration instanceof Date, "complete");
  const { Arn } = await new STSClient({ credentials }).send(new GetCallerIdentityCommand({}));
  ok(Arn.endsWith("assumed-role/tested/p"), Arn);
});

await test("no credentials is an error that says so", async () => {
  const error = await rejection(new STSClient({ credentials: async () => { throw new Error("none here"); } }).send(new GetCallerIdentityCommand({})));
  equal(error.message, "none here");
});

await test("a dead endpoint rejects after its retries", async () => {
  const error = await rejection(new STSClient({ endpoint: "http://127.0.0.1:1", maxAttempts: 2, retryStrategy: undefined }).send(new GetCallerIdentityCommand({})));
  equal([error.code, error.$metadata?.attempts], ["ECONNREFUSED", 2]);
});

await test("an aborted call rejects with AbortError", async () => {
  const controller = new AbortController();
  const call = client.send(new GetCallerIdentityCommand({}), { abortSignal: controller.signal });
  controller.abort();
  equal((await rejection(call)).name, "AbortError");
});
