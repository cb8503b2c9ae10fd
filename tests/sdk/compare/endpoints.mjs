// Where a call would go, and how it would be signed: the endpoint rules, the resolved configuration and the middlewares around them.
// Nothing is sent: the request handler keeps the request.
import * as dynamodb from "@aws-sdk/client-dynamodb";
import * as eventbridge from "@aws-sdk/client-eventbridge";
import * as s3 from "@aws-sdk/client-s3";
import * as sqs from "@aws-sdk/client-sqs";
import * as sts from "@aws-sdk/client-sts";
import { HttpResponse } from "@smithy/core/protocols";

const credentials = { accessKeyId: "AKID", secretAccessKey: "SECRET" };
const session = `<CreateSessionResult><Credentials><SessionToken>t</SessionToken><SecretAccessKey>s</SecretAccessKey><AccessKeyId>SESSIONKEY</AccessKeyId>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></CreateSessionResult>`;

/** Sends `input` with a client of `config` and says what arrived, or how it failed. */
async function resolve(Client, Command, config, input = {}) {
  const seen = [];
  const requestHandler = {
    metadata: { handlerProtocol: "http/1.1" },
    handle: async (request) => {
      seen.push(request);
      if (request.query?.session !== undefined) {
        const body = new TextEncoder().encode(session);
        return { response: new HttpResponse({ statusCode: 200, headers: { "content-type": "application/xml" }, body }) };
      }
      throw Object.assign(new Error("kept"), { name: "Kept" });
    },
    destroy() {},
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
  try {
    await new Client({ credentials, maxAttempts: 1, ...config, requestHandler }).send(new Command(input));
    return "sent";
  } catch (error) {
    if (error.name !== "Kept") return `${error.name}: ${error.message}`;
  }
  return seen.map(describe);
}

function describe({ method, protocol, hostname, port, path, query, headers }) {
  const named = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const signature = /^(\S+) Credential=([^/]+)\/\d{8}\/([^,]+)/.exec(named.authorization ?? "");
  return {
    url: `${method} ${protocol}//${hostname}${port ? `:${port}` : ""}${path}`,
    query: Object.keys(query ?? {}).sort().join(),
    host: named.host,
    signed: signature ? signature.slice(1).join(" ") : named.authorization ?? null,
    regions: named["x-amz-region-set"],
    session: named["x-amz-s3session-token"],
  };
}

const cases = [];
const add = (name, ...call) => cases.push([name, ...call]);

// Every client of the tier, in every partition, plain, dual-stack, FIPS and both.
const clients = {
  dynamodb: [dynamodb.DynamoDBClient, dynamodb.ListTablesCommand],
  eventbridge: [eventbridge.EventBridgeClient, eventbridge.ListRulesCommand],
  s3: [s3.S3Client, s3.ListBucketsCommand],
  sqs: [sqs.SQSClient, sqs.ListQueuesCommand],
  sts: [sts.STSClient, sts.GetCallerIdentityCommand],
};
for (const [name, Client, Command] of [
  ["cloudwatch-events", "CloudWatchEventsClient", "ListRulesCommand"],
  ["cloudwatch-logs", "CloudWatchLogsClient", "DescribeLogGroupsCommand"],
  ["cognito-identity", "CognitoIdentityClient", "ListIdentityPoolsCommand"],
  ["cognito-identity-provider", "CognitoIdentityProviderClient", "ListUserPoolsCommand"],
  ["kms", "KMSClient", "ListKeysCommand"],
  ["secrets-manager", "SecretsManagerClient", "ListSecretsCommand"],
  ["ses", "SESClient", "ListIdentitiesCommand"],
  ["sfn", "SFNClient", "ListStateMachinesCommand"],
  ["sns", "SNSClient", "ListTopicsCommand"],
  ["ssm", "SSMClient", "DescribeParametersCommand"],
  ["xray", "XRayClient", "GetGroupsCommand"],
]) {
  const module = await import(`@aws-sdk/client-${name}`);
  clients[name] = [module[Client], module[Command]];
}
const regions = ["us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "us-iso-east-1"];
const variants = { plain: {}, dual: { useDualstackEndpoint: true }, fips: { useFipsEndpoint: true }, both: { useDualstackEndpoint: true, useFipsEndpoint: true } };
for (const [name, [Client, Command]] of Object.entries(clients))
  for (const region of regions)
    for (const [variant, config] of Object.entries(variants)) add(`${name} ${region} ${variant}`, Client, Command, { region, ...config });

// Regions that are odd, or from partitions with rules of their own.
for (const region of ["aws-global", "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "ap-southeast-7", "mars-north-1", "us-gov-east-1", "cn-northwest-1",
  "fips-us-east-1", "us-west-2-fips", "bad region", ""])
  for (const name of ["s3", "dynamodb", "sts", "kms"]) add(`${name} odd region ${region}`, clients[name][0], clients[name][1], { region });

// S3: what the bucket says.
const { GetObjectCommand, PutObjectCommand, CreateBucketCommand, HeadBucketCommand, ListObjectsV2Command, WriteGetObjectResponseCommand, ListDirectoryBucketsCommand } = s3;
const buckets = {
  plain: "bucket",
  dotted: "my.bucket.name",
  upper: "BUCKET",
  underscore: "under_score",
  "too short": "ab",
  empty: "",
  slash: "a/b",
  "like an address": "192.168.0.1",
  alias: "test-accessp-abcdefghijklmnopqrstuvwxyz12345-s3alias",
  "outposts alias": "test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3",
  "access point": "arn:aws:s3:us-west-2:123456789012:accesspoint/mine",
  "access point with colon": "arn:aws:s3:us-west-2:123456789012:accesspoint:mine",
  "access point elsewhere": "arn:aws:s3:eu-west-1:123456789012:accesspoint/mine",
  "access point in China": "arn:aws-cn:s3:cn-north-1:123456789012:accesspoint/mine",
  "access point in GovCloud": "arn:aws-us-gov:s3:us-gov-east-1:123456789012:accesspoint/mine",
  "access point without region": "arn:aws:s3::123456789012:accesspoint/mine",
  "access point without account": "arn:aws:s3:us-west-2::accesspoint/mine",
  "access point with sub-resource": "arn:aws:s3:us-west-2:123456789012:accesspoint/mine/object",
  "multi-region access point": "arn:aws:s3::123456789012:accesspoint/mfzwi23gnjvgw.mrap",
  "object lambda": "arn:aws:s3-object-lambda:us-west-2:123456789012:accesspoint/mine",
  "object lambda elsewhere": "arn:aws:s3-object-lambda:eu-west-1:123456789012:accesspoint/mine",
  outpost: "arn:aws:s3-outposts:us-west-2:123456789012:outpost/op-01234567890123456/accesspoint/mine",
  "outpost elsewhere": "arn:aws:s3-outposts:eu-west-1:123456789012:outpost/op-01234567890123456/accesspoint/mine",
  "wrong service": "arn:aws:sqs:us-west-2:123456789012:someresource",
  "wrong resource": "arn:aws:s3:us-west-2:123456789012:bucket_name:mybucket",
  express: "mybucket--usw2-az1--x-s3",
  "express in a local zone": "mybucket--usw2-lax1-az1--x-s3",
  "express access point": "mine--usw2-az1--xa-s3",
};
const s3Configs = {
  plain: {},
  "path style": { forcePathStyle: true },
  dual: { useDualstackEndpoint: true },
  fips: { useFipsEndpoint: true },
  accelerate: { useAccelerateEndpoint: true },
  "ARN's region": { useArnRegion: true },
  endpoint: { endpoint: "https://storage.example.com:8443/base" },
};
for (const [bucketName, Bucket] of Object.entries(buckets))
  for (const [configName, config] of Object.entries(s3Configs))
    add(`s3 ${bucketName}, ${configName}`, s3.S3Client, GetObjectCommand, { region: "us-west-2", ...config }, { Bucket, Key: "a b/\u00e9+.txt" });
const s3Case = (name, Command, config, input) => add(`s3 ${name}`, s3.S3Client, Command, { region: "us-west-2", ...config }, input);
s3Case("access point over MRAP off", GetObjectCommand, { disableMultiregionAccessPoints: true }, { Bucket: buckets["multi-region access point"], Key: "k" });
s3Case("express, session off", GetObjectCommand, { disableS3ExpressSessionAuth: true }, { Bucket: buckets.express, Key: "k" });
s3Case("express, bucket operation", CreateBucketCommand, {}, { Bucket: buckets.express });
s3Case("express, list of buckets", ListDirectoryBucketsCommand, {}, {});
s3Case("express, put", PutObjectCommand, {}, { Bucket: buckets.express, Key: "k", Body: "x" });
s3Case("express at an endpoint", GetObjectCommand, { endpoint: "https://10.0.0.1" }, { Bucket: buckets.express, Key: "k" });
s3Case("dual and fips", GetObjectCommand, variants.both, { Bucket: "bucket", Key: "k" });
s3Case("dual and accelerate", GetObjectCommand, { useDualstackEndpoint: true, useAccelerateEndpoint: true }, { Bucket: "bucket", Key: "k" });
s3Case("accelerate in China", GetObjectCommand, { region: "cn-north-1", useAccelerateEndpoint: true }, { Bucket: "bucket", Key: "k" });
s3Case("fips and accelerate", GetObjectCommand, { useFipsEndpoint: true, useAccelerateEndpoint: true }, { Bucket: "bucket", Key: "k" });
s3Case("global endpoint", GetObjectCommand, { region: "us-east-1", useGlobalEndpoint: true }, { Bucket: "bucket", Key: "k" });
s3Case("create a bucket elsewhere", CreateBucketCommand, {}, { Bucket: "bucket", CreateBucketConfiguration: { LocationConstraint: "eu-west-1" } });
s3Case("head a bucket", HeadBucketCommand, {}, { Bucket: "bucket" });
s3Case("list", ListObjectsV2Command, {}, { Bucket: "bucket", Prefix: "a/", MaxKeys: 2 });
s3Case("object lambda's answer", WriteGetObjectResponseCommand, {}, { RequestRoute: "route", RequestToken: "token" });
s3Case("object lambda's answer, fips", WriteGetObjectResponseCommand, { useFipsEndpoint: true }, { RequestRoute: "route", RequestToken: "token" });
for (const [name, Key] of Object.entries({ dots: "a/../b/./c", slashes: "//a//b/", odd: "!'()*~%20&=?#[]@:,;$" }))
  s3Case(`key with ${name}`, GetObjectCommand, {}, { Bucket: "bucket", Key });
for (const endpoint of ["http://localhost:4566", "http://[::1]:4566", "http://127.0.0.1/x/y/", "https://s3.example.com", "s3.example.com", "http://host?query=1"]) {
  s3Case(`at ${endpoint}`, GetObjectCommand, { endpoint }, { Bucket: "bucket", Key: "k" });
  s3Case(`at ${endpoint}, path style`, GetObjectCommand, { endpoint, forcePathStyle: true }, { Bucket: "bucket", Key: "k" });
  add(`dynamodb at ${endpoint}`, dynamodb.DynamoDBClient, dynamodb.ListTablesCommand, { region: "us-east-1", endpoint });
}
add("dynamodb at an object", dynamodb.DynamoDBClient, dynamodb.ListTablesCommand, { region: "us-east-1", endpoint: { protocol: "http:", hostname: "h", port: 8000, path: "/p" } });
add("dynamodb at a function's", dynamodb.DynamoDBClient, dynamodb.ListTablesCommand, { region: "us-east-1", endpoint: async () => "http://later:1" });
add("dynamodb in a function's region", dynamodb.DynamoDBClient, dynamodb.ListTablesCommand, { region: async () => "ap-south-1" });
add("dynamodb, an endpoint with fips", dynamodb.DynamoDBClient, dynamodb.ListTablesCommand, { region: "us-east-1", endpoint: "http://h", useFipsEndpoint: true });
add("dynamodb local", dynamodb.DynamoDBClient, dynamodb.ListTablesCommand, { region: "local" });
// An account's own endpoint.
for (const accountIdEndpointMode of ["preferred", "disabled", "required"])
  for (const [name, more] of Object.entries({ "an account": { accountId: "123456789012" }, "no account": {} })) {
    const config = { accountIdEndpointMode, credentials: { ...credentials, ...more } };
    add(`dynamodb, ${name}, ${accountIdEndpointMode}`, dynamodb.DynamoDBClient, dynamodb.GetItemCommand, { region: "us-east-1", ...config }, { TableName: "t", Key: { k: { S: "1" } } });
    add(`dynamodb, ${name}, ${accountIdEndpointMode}, in China`, dynamodb.DynamoDBClient, dynamodb.GetItemCommand, { region: "cn-north-1", ...config }, { TableName: "t", Key: { k: { S: "1" } } });
  }
add("dynamodb, a table's ARN", dynamodb.DynamoDBClient, dynamodb.GetItemCommand, { region: "us-east-1" }, { TableName: "arn:aws:dynamodb:us-east-1:222222222222:table/t", Key: { k: { S: "1" } } });
// The queue's URL is where its messages go.
for (const QueueUrl of ["https://sqs.us-east-1.amazonaws.com/123456789012/q", "https://sqs.eu-west-1.amazonaws.com/123456789012/q", "http://localhost:9324/000000000000/q", "q"]) {
  add(`sqs to ${QueueUrl}`, sqs.SQSClient, sqs.SendMessageCommand, { region: "us-east-1" }, { QueueUrl, MessageBody: "m" });
  add(`sqs to ${QueueUrl}, own endpoint`, sqs.SQSClient, sqs.SendMessageCommand, { region: "us-east-1", endpoint: "http://127.0.0.1:9" }, { QueueUrl, MessageBody: "m" });
  add(`sqs to ${QueueUrl}, its URL ignored`, sqs.SQSClient, sqs.SendMessageCommand, { region: "us-east-1", useQueueUrlAsEndpoint: false }, { QueueUrl, MessageBody: "m" });
}
const event = { Entries: [{ Detail: "{}", DetailType: "t", Source: "s" }] };
add("eventbridge, a global endpoint", eventbridge.EventBridgeClient, eventbridge.PutEventsCommand, { region: "us-east-1" }, { ...event, EndpointId: "abc.456" });
add("eventbridge, a global endpoint, fips", eventbridge.EventBridgeClient, eventbridge.PutEventsCommand, { region: "us-east-1", useFipsEndpoint: true }, { ...event, EndpointId: "abc.456" });
add("sts, the global endpoint", sts.STSClient, sts.GetCallerIdentityCommand, { region: "us-west-2", useGlobalEndpoint: true });
add("sts, unsigned", sts.STSClient, sts.AssumeRoleWithWebIdentityCommand, { region: "us-west-2" }, { RoleArn: "arn:aws:iam::123456789012:role/r", RoleSessionName: "s", WebIdentityToken: "t" });
// A prefix to the host's name.
const { SFNClient, StartSyncExecutionCommand } = await import("@aws-sdk/client-sfn");
const { CloudWatchLogsClient, StartLiveTailCommand } = await import("@aws-sdk/client-cloudwatch-logs");
add("sfn, synchronous", SFNClient, StartSyncExecutionCommand, { region: "us-east-1" }, { stateMachineArn: "arn:aws:states:us-east-1:123456789012:express:x" });
add("sfn, synchronous, no prefix", SFNClient, StartSyncExecutionCommand, { region: "us-east-1", disableHostPrefix: true }, { stateMachineArn: "arn:aws:states:us-east-1:123456789012:express:x" });
add("logs, live tail", CloudWatchLogsClient, StartLiveTailCommand, { region: "us-east-1" }, { logGroupIdentifiers: ["arn:aws:logs:us-east-1:123456789012:log-group:g"] });

/** What the environment says. */
const environments = {
  "a region": { AWS_REGION: "eu-north-1" },
  "a default region": { AWS_DEFAULT_REGION: "eu-north-1" },
  "dual-stack": { AWS_REGION: "eu-north-1", AWS_USE_DUALSTACK_ENDPOINT: "true" },
  fips: { AWS_REGION: "us-east-1", AWS_USE_FIPS_ENDPOINT: "true" },
  "an endpoint": { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: "http://all.test:81/p" },
  "endpoints by service": {
    AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: "http://all.test:81", AWS_ENDPOINT_URL_S3: "http://s3.test:82", AWS_ENDPOINT_URL_DYNAMODB: "http://ddb.test:83/x",
    AWS_ENDPOINT_URL_CLOUDWATCH_LOGS: "http://logs.test:84", AWS_ENDPOINT_URL_SECRETS_MANAGER: "http://secrets.test",
  },
  "endpoints to ignore": { AWS_REGION: "us-east-1", AWS_ENDPOINT_URL: "http://all.test:81", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
  "an account mode": { AWS_REGION: "us-east-1", AWS_ACCOUNT_ID_ENDPOINT_MODE: "required" },
  "no MRAP": { AWS_REGION: "us-east-1", AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS: "true" },
  "express without sessions": { AWS_REGION: "us-west-2", AWS_S3_DISABLE_EXPRESS_SESSION_AUTH: "true" },
  "STS legacy": { AWS_REGION: "us-west-2", AWS_STS_REGIONAL_ENDPOINTS: "legacy" },
};

const clear = () => {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
};
clear();
Object.assign(process.env, { AWS_CONFIG_FILE: "/nonexistent", AWS_SHARED_CREDENTIALS_FILE: "/nonexistent" });
for (const [name, ...call] of cases) console.log(`${name}\t${JSON.stringify(await resolve(...call))}`);
for (const [name, values] of Object.entries(environments)) {
  clear();
  Object.assign(process.env, values);
  for (const [client, [Client, Command]] of Object.entries(clients)) console.log(`${client}, environment: ${name}\t${JSON.stringify(await resolve(Client, Command, {}))}`);
  for (const bucket of ["plain", "express", "multi-region access point"])
    console.log(`s3 ${bucket}, environment: ${name}\t${JSON.stringify(await resolve(s3.S3Client, GetObjectCommand, {}, { Bucket: buckets[bucket], Key: "k" }))}`);
}
