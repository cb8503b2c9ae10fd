// Every package of the standard tier loads, and what it exports can be used: clients are made, commands are classes.
import { equal, ok, test } from "./check.mjs";

const clients = {
  "@aws-sdk/client-cloudwatch-events": "CloudWatchEvents",
  "@aws-sdk/client-cloudwatch-logs": "CloudWatchLogs",
  "@aws-sdk/client-cognito-identity": "CognitoIdentity",
  "@aws-sdk/client-cognito-identity-provider": "CognitoIdentityProvider",
  "@aws-sdk/client-dynamodb": "DynamoDB",
  "@aws-sdk/client-eventbridge": "EventBridge",
  "@aws-sdk/client-kms": "KMS",
  "@aws-sdk/client-s3": "S3",
  "@aws-sdk/client-secrets-manager": "SecretsManager",
  "@aws-sdk/client-ses": "SES",
  "@aws-sdk/client-sfn": "SFN",
  "@aws-sdk/client-sns": "SNS",
  "@aws-sdk/client-sqs": "SQS",
  "@aws-sdk/client-ssm": "SSM",
  "@aws-sdk/client-sts": "STS",
  "@aws-sdk/client-xray": "XRay",
};
const others = {
  "@aws-sdk/credential-providers": ["fromEnv", "fromIni", "fromNodeProviderChain", "fromTemporaryCredentials", "fromWebToken"],
  "@aws-sdk/lib-dynamodb": ["DynamoDBDocumentClient", "GetCommand", "paginateQuery"],
  "@aws-sdk/lib-storage": ["Upload"],
  "@aws-sdk/s3-presigned-post": ["createPresignedPost"],
  "@aws-sdk/s3-request-presigner": ["getSignedUrl", "S3RequestPresigner"],
  "@aws-sdk/util-dynamodb": ["marshall", "unmarshall"],
  "@aws-crypto/sha256-js": ["Sha256"],
  "@smithy/core": ["createPaginator", "getSmithyContext"],
  "@smithy/core/protocols": ["HttpRequest", "HttpResponse"],
  "@smithy/credential-provider-imds": ["fromContainerMetadata", "fromInstanceMetadata"],
  "@smithy/fetch-http-handler": ["FetchHttpHandler"],
  "@smithy/node-http-handler": ["NodeHttpHandler"],
  "@smithy/signature-v4": ["SignatureV4"],
  "@smithy/util-utf8": ["fromUtf8", "toUtf8"],
};

for (const [specifier, name] of Object.entries(clients))
  await test(specifier, async () => {
    const exports = await import(specifier);
    const client = new exports[`${name}Client`]({});
    equal(await client.config.region(), "us-east-1");
    ok(typeof new exports[name]({}).send === "function", `${name} is a client`);
    ok(Object.keys(exports).some((key) => key.endsWith("Command")), "has commands");
    client.destroy();
  });

for (const [specifier, names] of Object.entries(others))
  await test(specifier, async () => {
    const exports = await import(specifier);
    equal(names.filter((n) => typeof exports[n] !== "function"), []);
  });

await test("modules are shared between packages", async () => {
  const [{ DynamoDBClient }, { S3Client }] = await Promise.all([import("@aws-sdk/client-dynamodb"), import("@aws-sdk/client-s3")]);
  ok(Object.getPrototypeOf(DynamoDBClient) === Object.getPrototypeOf(S3Client), "one smithy Client class");
});

await test("require() gives what import gives", async () => {
  const { createRequire } = await import("node:module");
  const required = createRequire(import.meta.url)("@aws-sdk/client-sqs");
  ok(required.SQSClient === (await import("@aws-sdk/client-sqs")).SQSClient, "the same class");
});
