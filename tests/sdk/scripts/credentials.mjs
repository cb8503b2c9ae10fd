// Every provider of credentials, alone and in the chain that a client takes by itself. Where they come from: servers/identity.mjs, moto's STS, files.
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  createCredentialChain, fromContainerMetadata, fromEnv, fromHttp, fromIni, fromInstanceMetadata, fromNodeProviderChain, fromProcess, fromSSO, fromTemporaryCredentials, fromTokenFile, fromWebToken,
} from "@aws-sdk/credential-providers";
import { fromInstanceMetadata as rawInstanceMetadata } from "@smithy/credential-provider-imds";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { equal, ok, rejection, test } from "./check.mjs";

const { IDENTITY, SCRATCH, AWS_ENDPOINT_URL } = process.env;
const initial = { ...process.env };
const endpoint = new URL(IDENTITY);

/** Only these variables, and no file but those that `write` makes. */
function environment(values) {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, { AWS_REGION: "us-east-1", AWS_EC2_METADATA_DISABLED: "true" }, values);
}
let files = 0;
function write(text) {
  const file = join(SCRATCH, `file-${++files}`);
  writeFileSync(file, text);
  return file;
}
/** Files of the shared configuration. */
const shared = (config, credentials = "") => ({ AWS_CONFIG_FILE: write(config), AWS_SHARED_CREDENTIALS_FILE: write(credentials) });
const sts = { clientConfig: { endpoint: AWS_ENDPOINT_URL } };
const key = ({ accessKeyId }) => accessKeyId;
/** The key that a client signs with, without its provider being named. */
async function signedBy(config = {}) {
  let authorization;
  // What a provider asks for on the way, unsigned, goes through.
  const sender = new NodeHttpHandler();
  const requestHandler = {
    handle: async (request, options) => {
      if (!request.headers.authorization) return sender.handle(request, options);
      authorization = request.headers.authorization;
      throw new Error("kept");
    },
    destroy() {}, httpHandlerConfigs: () => ({}), updateHttpClientConfig() {},
  };
  const error = await rejection(new DynamoDBClient({ maxAttempts: 1, requestHandler, ...config }).send(new ListTablesCommand({})));
  if (error.message !== "kept") throw error;
  return /Credential=([^/]+)/.exec(authorization)[1];
}

await test("environment", async () => {
  environment({ AWS_ACCESS_KEY_ID: "ENVKEY", AWS_SECRET_ACCESS_KEY: "s", AWS_SESSION_TOKEN: "t", AWS_CREDENTIAL_EXPIRATION: "2099-01-01T00:00:00Z", AWS_ACCOUNT_ID: "123456789012" });
  const { accessKeyId, secretAccessKey, sessionToken, expiration, accountId } = await fromEnv()();
  equal([accessKeyId, secretAccessKey, sessionToken, expiration, accountId], ["ENVKEY", "s", "t", new Date("2099-01-01T00:00:00Z"), "123456789012"]);
  equal(await signedBy(), "ENVKEY");
  environment({});
  const error = await rejection(fromEnv()());
  equal([error.name, error.message, error.tryNextLink], ["CredentialsProviderError", "Unable to find environment variable credentials.", true]);
});

await test("shared files: profiles, their parts, comments", async () => {
  environment(shared(
    "# a comment\n[default]\nregion = eu-west-1\n[profile work]\nregion=ap-south-1\noutput = json ; more\n",
    "[default]\naws_access_key_id = DEFAULTKEY\naws_secret_access_key = s\n\n[work]\naws_access_key_id=WORKKEY\naws_secret_access_key=s2\naws_session_token=t2\n",
  ));
  delete process.env.AWS_REGION;
  equal(key(await fromIni({ ignoreCache: true })()), "DEFAULTKEY");
  const work = await fromIni({ profile: "work", ignoreCache: true })();
  equal([work.accessKeyId, work.secretAccessKey, work.sessionToken], ["WORKKEY", "s2", "t2"]);
  const error = await rejection(fromIni({ profile: "none", ignoreCache: true })());
  equal([error.name, error.message], ["CredentialsProviderError", "Could not resolve credentials using profile: [none] in configuration/credentials file(s)."]);
  const client = new DynamoDBClient({ profile: "work" });
  equal([await client.config.region(), key(await client.config.credentials())], ["ap-south-1", "WORKKEY"]);
  process.env.AWS_PROFILE = "work";
  equal([await new DynamoDBClient({}).config.region(), await signedBy()], ["ap-south-1", "WORKKEY"]);
});

await test("shared files: a role, by way of another profile", async () => {
  environment({ AWS_ENDPOINT_URL, ...shared(
    "[profile base]\nregion = us-east-1\n[profile app]\nrole_arn = arn:aws:iam::123456789012:role/ini\nsource_profile = base\nrole_session_name = from-ini\nregion = us-east-1\n",
    "[base]\naws_access_key_id = BASEKEY\naws_secret_access_key = s\n",
  ) });
  const { accessKeyId, sessionToken, expiration, accountId } = await fromIni({ profile: "app", ignoreCache: true })();
  ok(/^ASIA/.test(accessKeyId) && sessionToken && expiration > new Date(), accessKeyId);
  equal(accountId, "123456789012");
});

await test("shared files: a source of credentials in the environment", async () => {
  environment({ AWS_ENDPOINT_URL, AWS_ACCESS_KEY_ID: "ENVKEY", AWS_SECRET_ACCESS_KEY: "s", ...shared("[profile app]\nrole_arn = arn:aws:iam::123456789012:role/ini\ncredential_source = Environment\nregion = us-east-1\n") });
  ok(/^ASIA/.test(key(await fromIni({ profile: "app", ignoreCache: true })())), "a role's key");
});

await test("shared files: circles are told", async () => {
  environment(shared("[profile a]\nrole_arn = arn:x\nsource_profile = b\n[profile b]\nrole_arn = arn:y\nsource_profile = a\n"));
  const error = await rejection(fromIni({ profile: "a", ignoreCache: true })());
  ok(error.name === "CredentialsProviderError" && /circular|Detected a cycle/i.test(error.message), error.message);
});

await test("temporary credentials, with what the caller gives", async () => {
  environment({ AWS_ACCESS_KEY_ID: "ENVKEY", AWS_SECRET_ACCESS_KEY: "s" });
  const provider = fromTemporaryCredentials({
    params: { RoleArn: "arn:aws:iam::123456789012:role/mfa", RoleSessionName: "s", SerialNumber: "arn:aws:iam::123456789012:mfa/me", DurationSeconds: 900 },
    mfaCodeProvider: async (serial) => (serial.endsWith("/me") ? "123456" : "wrong"), clientConfig: { region: "us-east-1", endpoint: AWS_ENDPOINT_URL },
  });
  ok(/^ASIA/.test(key(await provider())), "a role's key");
});

await test("web identity, by token and by file", async () => {
  const roleArn = "arn:aws:iam::123456789012:role/web";
  environment({});
  ok(/^ASIA/.test(key(await fromWebToken({ roleArn, webIdentityToken: "token", roleSessionName: "s", clientConfig: { region: "us-east-1", endpoint: AWS_ENDPOINT_URL } })())), "by token");
  const file = write("file-token");
  environment({ AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: roleArn, AWS_ROLE_SESSION_NAME: "s", AWS_ENDPOINT_URL });
  ok(/^ASIA/.test(key(await fromTokenFile()())), "by file");
  ok(/^ASIA/.test(await signedBy()), "by the chain");
  environment({ AWS_ENDPOINT_URL, ...shared(`[profile web]\nrole_arn = ${roleArn}\nweb_identity_token_file = ${file}\nregion = us-east-1\n`) });
  ok(/^ASIA/.test(key(await fromIni({ profile: "web", ignoreCache: true })())), "by a profile");
  environment({});
  equal((await rejection(fromTokenFile({ clientConfig: { region: "us-east-1" } })())).name, "CredentialsProviderError");
});

await test("a container's agent", async () => {
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${IDENTITY}/container` });
  const { accessKeyId, sessionToken, expiration } = await fromHttp()();
  equal([accessKeyId, sessionToken, expiration instanceof Date], ["CONTAINERKEY", "CONTAINER-token", true]);
  equal(key(await fromContainerMetadata()()), "CONTAINERKEY");
  equal(await signedBy(), "CONTAINERKEY");
});

await test("a container's agent with a token, given or in a file", async () => {
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${IDENTITY}/container/guarded`, AWS_CONTAINER_AUTHORIZATION_TOKEN: "Basic guard" });
  equal(await signedBy(), "GUARDEDKEY");
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${IDENTITY}/container/guarded`, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: write("Basic guard") });
  equal(await signedBy(), "GUARDEDKEY");
});

await test("a container's agent that refuses, and one that may not be asked", async () => {
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: `${IDENTITY}/container/denied` });
  equal((await rejection(fromHttp({ maxRetries: 1 })())).name, "CredentialsProviderError");
  environment({ AWS_CONTAINER_CREDENTIALS_FULL_URI: "http://example.com/x" });
  const error = await rejection(Promise.resolve().then(() => fromHttp()()));
  ok(error.name === "CredentialsProviderError" && /URL not accepted/.test(error.message), error.message);
});

await test("an instance's metadata", async () => {
  environment({ AWS_EC2_METADATA_SERVICE_ENDPOINT: endpoint.origin, AWS_EC2_METADATA_DISABLED: "false" });
  const { accessKeyId, sessionToken, expiration } = await fromInstanceMetadata()();
  equal([accessKeyId, sessionToken, expiration instanceof Date], ["IMDSKEY", "IMDS-token", true]);
  equal(key(await rawInstanceMetadata({ timeout: 1000 })()), "IMDSKEY");
  Object.assign(process.env, shared(""));
  equal(await signedBy(), "IMDSKEY");
});

await test("an instance's metadata switched off", async () => {
  environment({ ...shared("") });
  const error = await rejection(signedBy());
  equal(error.name, "CredentialsProviderError");
  ok(/Could not load credentials from any providers/.test(error.message), error.message);
});

await test("SSO: a cached token", async () => {
  const start = "https://sso.example.com/start";
  const cache = join(process.env.HOME, ".aws", "sso", "cache");
  mkdirSync(cache, { recursive: true });
  const later = new Date(Date.now() + 3600_000).toISOString();
  writeFileSync(join(cache, `${createHash("sha1").update(start).digest("hex")}.json`), JSON.stringify({ accessToken: "sso-cached", expiresAt: later, region: "us-east-1", startUrl: start }));
  const profile = `sso_account_id = 123456789012\nsso_role_name = Dev\nregion = us-east-1\n`;
  environment({
    AWS_ENDPOINT_URL_SSO: IDENTITY, AWS_ENDPOINT_URL_SSO_OIDC: IDENTITY,
    ...shared(`[profile legacy]\nsso_start_url = ${start}\nsso_region = us-east-1\n${profile}\n[sso-session mine]\nsso_start_url = ${start}\nsso_region = us-east-1\nsso_registration_scopes = sso:account:access\n\n[profile session]\nsso_session = mine\n${profile}`),
  });
  const { accessKeyId, sessionToken, expiration } = await fromSSO({ profile: "legacy", ignoreCache: true, clientConfig: { endpoint: IDENTITY, region: "us-east-1" } })();
  equal([accessKeyId, sessionToken, expiration instanceof Date], ["SSOKEY", "SSO-token-123456789012-Dev", true]);
  process.env.AWS_PROFILE = "legacy";
  equal(await signedBy(), "SSOKEY");
  // A session's token that is over is exchanged for a new one, which is written back.
  const file = join(cache, `${createHash("sha1").update("mine").digest("hex")}.json`);
  const old = { accessToken: "sso-old", expiresAt: new Date(Date.now() - 1000).toISOString(), region: "us-east-1", startUrl: start, clientId: "cid", clientSecret: "csecret", registrationExpiresAt: later, refreshToken: "refresh" };
  writeFileSync(file, JSON.stringify(old));
  process.env.AWS_PROFILE = "session";
  equal(await signedBy(), "SSOREFRESHEDKEY");
  const { readFileSync } = await import("node:fs");
  const written = JSON.parse(readFileSync(file, "utf8"));
  equal([written.accessToken, written.refreshToken], ["sso-refreshed", "refresh2"]);
});

await test("SSO: no token", async () => {
  environment(shared("[profile sso]\nsso_start_url = https://none.example.com\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = r\n"));
  const error = await rejection(fromSSO({ profile: "sso", ignoreCache: true })());
  ok(error.name === "CredentialsProviderError" && /The SSO session associated with this profile is invalid/.test(error.message), error.message);
});

await test("a process", async () => {
  const good = write(JSON.stringify({ Version: 1, AccessKeyId: "PROCESSKEY", SecretAccessKey: "s", SessionToken: "t", Expiration: "2099-01-01T00:00:00Z", AccountId: "123456789012" }));
  const old = write(JSON.stringify({ Version: 1, AccessKeyId: "OLD", SecretAccessKey: "s", Expiration: "2000-01-01T00:00:00Z" }));
  const profile = (name, command) => `[profile ${name}]\ncredential_process = ${command}\nregion = us-east-1\n`;
  environment(shared([
    profile("good", `cat "${good}"`), profile("old", `cat ${old}`), profile("text", "echo no JSON"), profile("failing", "sh -c 'echo oh >&2; exit 3'"), profile("version", `echo '{"Version": 2}'`),
  ].join("")));
  const { accessKeyId, sessionToken, expiration, accountId } = await fromProcess({ profile: "good", ignoreCache: true })();
  equal([accessKeyId, sessionToken, expiration, accountId], ["PROCESSKEY", "t", new Date("2099-01-01T00:00:00Z"), "123456789012"]);
  const failure = async (name) => (await rejection(fromProcess({ profile: name, ignoreCache: true })())).message;
  equal(await failure("old"), "Profile old credential_process returned expired credentials.");
  equal(await failure("text"), "Profile text credential_process returned invalid JSON.");
  equal(await failure("version"), "Profile version credential_process did not return Version 1.");
  ok((await failure("failing")).startsWith("Command failed: sh -c 'echo oh >&2; exit 3'\noh"), await failure("failing"));
  process.env.AWS_PROFILE = "good";
  equal(await signedBy(), "PROCESSKEY");
});

await test("a chain of one's own, and an end of validity", async () => {
  environment({});
  const chain = createCredentialChain(fromEnv(), async () => ({ accessKeyId: "CHAINKEY", secretAccessKey: "s" })).expireAfter(600_000);
  const { accessKeyId, expiration } = await chain();
  equal(accessKeyId, "CHAINKEY");
  ok(Math.abs(expiration - Date.now() - 600_000) < 5000, "in ten minutes");
});

await test("the chain: the environment comes first, a failure does not fall through", async () => {
  environment({ AWS_ACCESS_KEY_ID: "ENVKEY", AWS_SECRET_ACCESS_KEY: "s", AWS_CONTAINER_CREDENTIALS_FULL_URI: `${IDENTITY}/container` });
  equal(key(await fromNodeProviderChain()()), "ENVKEY");
  environment({ ...shared("[default]\nrole_arn = arn:aws:iam::123456789012:role/x\nsource_profile = none\n"), AWS_CONTAINER_CREDENTIALS_FULL_URI: `${IDENTITY}/container` });
  const outcome = await fromNodeProviderChain()().then(key, (error) => error.name);
  ok(["CONTAINERKEY", "CredentialsProviderError"].includes(outcome), outcome);
});

await test("credentials are kept until they are about to end", async () => {
  environment({});
  let calls = 0;
  const provider = (life) => async () => ({ accessKeyId: `CALL${++calls}`, secretAccessKey: "s", expiration: new Date(Date.now() + life) });
  const send = async (client) => rejection(client.send(new ListTablesCommand({})));
  const requestHandler = { handle: async () => { throw new Error("kept"); }, destroy() {}, httpHandlerConfigs: () => ({}), updateHttpClientConfig() {} };
  const longLived = new DynamoDBClient({ credentials: provider(3600_000), requestHandler, maxAttempts: 1 });
  await send(longLived);
  await send(longLived);
  equal(calls, 1);
  const ending = new DynamoDBClient({ credentials: provider(1000), requestHandler, maxAttempts: 1 });
  await send(ending);
  await send(ending);
  ok(calls >= 3, `${calls} calls`);
});

Object.assign(process.env, initial);
