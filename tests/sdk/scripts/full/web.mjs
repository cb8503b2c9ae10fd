// API Gateway 1 and 2, AppSync, load balancing, Polly, Rekognition, Textract, Bedrock, Bedrock agents.
import {
  APIGatewayClient, CreateDeploymentCommand, CreateResourceCommand, CreateRestApiCommand, DeleteRestApiCommand, GetResourcesCommand, GetRestApiCommand, NotFoundException as NoRest, PutIntegrationCommand,
  PutMethodCommand, UpdateRestApiCommand, paginateGetRestApis,
} from "@aws-sdk/client-api-gateway";
import { ApiGatewayV2Client, CreateApiCommand, CreateIntegrationCommand, CreateRouteCommand, DeleteApiCommand, GetApiCommand, GetRoutesCommand, NotFoundException as NoApi, UpdateApiCommand } from "@aws-sdk/client-apigatewayv2";
import { AppSyncClient, CreateApiKeyCommand, CreateGraphqlApiCommand, DeleteGraphqlApiCommand, GetGraphqlApiCommand, NotFoundException as NoGraphql, paginateListGraphqlApis, paginateListApiKeys } from "@aws-sdk/client-appsync";
import { BedrockClient, CreateModelCustomizationJobCommand, GetModelCustomizationJobCommand, PutModelInvocationLoggingConfigurationCommand, GetModelInvocationLoggingConfigurationCommand, ResourceNotFoundException as NoJob, paginateListModelCustomizationJobs } from "@aws-sdk/client-bedrock";
import { BedrockAgentClient, CreateAgentCommand, GetAgentCommand, ResourceNotFoundException as NoAgent } from "@aws-sdk/client-bedrock-agent";
import { CreateSubnetCommand, CreateVpcCommand, DescribeSubnetsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateListenerCommand, CreateLoadBalancerCommand, CreateTargetGroupCommand, DeleteLoadBalancerCommand, DescribeLoadBalancersCommand, ElasticLoadBalancingV2Client,
  LoadBalancerNotFoundException, paginateDescribeLoadBalancers, waitUntilLoadBalancerExists, waitUntilLoadBalancersDeleted,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { LexiconNotFoundException, DeleteLexiconCommand, DescribeVoicesCommand, GetLexiconCommand, ListLexiconsCommand, PollyClient, PutLexiconCommand } from "@aws-sdk/client-polly";
import { CompareFacesCommand, DetectLabelsCommand, GetTextDetectionCommand, RekognitionClient, StartTextDetectionCommand } from "@aws-sdk/client-rekognition";
import { DetectDocumentTextCommand, GetDocumentTextDetectionCommand, InvalidJobIdException, StartDocumentTextDetectionCommand, TextractClient } from "@aws-sdk/client-textract";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { equal, ok, rejection, test } from "../check.mjs";

const collect = async (pages, pick) => {
  const all = [];
  for await (const page of pages) all.push(...pick(page));
  return all;
};

await test("api-gateway: a REST API", async () => {
  const client = new APIGatewayClient({});
  const { id: restApiId, createdDate } = await client.send(new CreateRestApiCommand({ name: "rest", description: "d", binaryMediaTypes: ["image/png"] }));
  ok(createdDate instanceof Date, "createdDate is a Date");
  await client.send(new CreateRestApiCommand({ name: "rest2" }));
  await client.send(new UpdateRestApiCommand({ restApiId, patchOperations: [{ op: "replace", path: "/description", value: "e" }] }));
  equal((await client.send(new GetRestApiCommand({ restApiId }))).description, "e");
  const { items: [root] } = await client.send(new GetResourcesCommand({ restApiId }));
  const { id: resourceId } = await client.send(new CreateResourceCommand({ restApiId, parentId: root.id, pathPart: "{proxy+}" }));
  await client.send(new PutMethodCommand({ restApiId, resourceId, httpMethod: "ANY", authorizationType: "NONE", requestParameters: { "method.request.path.proxy": true } }));
  equal((await client.send(new PutIntegrationCommand({ restApiId, resourceId, httpMethod: "ANY", type: "MOCK", integrationHttpMethod: "POST", requestTemplates: { "application/json": '{"statusCode":200}' } }))).type, "MOCK");
  ok((await client.send(new CreateDeploymentCommand({ restApiId, stageName: "prod" }))).id, "deployed");
  equal((await collect(paginateGetRestApis({ client, pageSize: 1 }, {}), (p) => p.items.map((i) => i.name))).sort(), ["rest", "rest2"]);
  await client.send(new DeleteRestApiCommand({ restApiId }));
  const none = await rejection(client.send(new GetRestApiCommand({ restApiId })));
  ok(none instanceof NoRest, `NotFoundException, got ${none.name}`);
});

await test("apigatewayv2: an HTTP API", async () => {
  const client = new ApiGatewayV2Client({});
  const { ApiId, CreatedDate } = await client.send(new CreateApiCommand({ Name: "http", ProtocolType: "HTTP", CorsConfiguration: { AllowOrigins: ["*"] } }));
  ok(CreatedDate instanceof Date, "CreatedDate is a Date");
  equal((await client.send(new UpdateApiCommand({ ApiId, Description: "e" }))).Description, "e");
  const { IntegrationId } = await client.send(new CreateIntegrationCommand({ ApiId, IntegrationType: "HTTP_PROXY", IntegrationUri: "https://example.com", IntegrationMethod: "GET", PayloadFormatVersion: "1.0" }));
  await client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /a", Target: `integrations/${IntegrationId}` }));
  equal((await client.send(new GetRoutesCommand({ ApiId }))).Items.map((r) => r.RouteKey), ["GET /a"]);
  await client.send(new DeleteApiCommand({ ApiId }));
  const none = await rejection(client.send(new GetApiCommand({ ApiId })));
  ok(none instanceof NoApi, `NotFoundException, got ${none.name}`);
});

await test("appsync: a GraphQL API", async () => {
  const client = new AppSyncClient({});
  const { graphqlApi: { apiId } } = await client.send(new CreateGraphqlApiCommand({ name: "g", authenticationType: "API_KEY", tags: { k: "v" } }));
  equal((await client.send(new GetGraphqlApiCommand({ apiId }))).graphqlApi.tags, { k: "v" });
  const { apiKey } = await client.send(new CreateApiKeyCommand({ apiId, description: "d" }));
  equal(await collect(paginateListApiKeys({ client }, { apiId }), (p) => p.apiKeys.map((k) => k.id)), [apiKey.id]);
  equal(await collect(paginateListGraphqlApis({ client }, {}), (p) => p.graphqlApis.map((g) => g.name)), ["g"]);
  await client.send(new DeleteGraphqlApiCommand({ apiId }));
  const none = await rejection(client.send(new GetGraphqlApiCommand({ apiId })));
  ok(none instanceof NoGraphql, `NotFoundException, got ${none.name}`);
});

await test("elastic-load-balancing-v2: a balancer", async () => {
  const client = new ElasticLoadBalancingV2Client({}), ec2 = new EC2Client({});
  const { Vpc: { VpcId } } = await ec2.send(new CreateVpcCommand({ CidrBlock: "10.9.0.0/16" }));
  const subnet = async (n, zone) => (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock: `10.9.${n}.0/24`, AvailabilityZone: zone }))).Subnet.SubnetId;
  const Subnets = [await subnet(1, "us-east-1a"), await subnet(2, "us-east-1b")];
  equal((await ec2.send(new DescribeSubnetsCommand({ SubnetIds: Subnets }))).Subnets.length, 2);
  const { LoadBalancers: [{ LoadBalancerArn }] } = await client.send(new CreateLoadBalancerCommand({ Name: "lb", Subnets }));
  equal((await waitUntilLoadBalancerExists({ client, maxWaitTime: 10, minDelay: 1 }, { Names: ["lb"] })).state, "SUCCESS");
  const { TargetGroups: [{ TargetGroupArn }] } = await client.send(new CreateTargetGroupCommand({ Name: "tg", Protocol: "HTTP", Port: 80, VpcId }));
  const { Listeners } = await client.send(new CreateListenerCommand({ LoadBalancerArn, Protocol: "HTTP", Port: 80, DefaultActions: [{ Type: "forward", TargetGroupArn }] }));
  equal([Listeners[0].Port, Listeners[0].DefaultActions[0].Type], [80, "forward"]);
  equal(await collect(paginateDescribeLoadBalancers({ client }, {}), (p) => p.LoadBalancers.map((l) => l.LoadBalancerName)), ["lb"]);
  await client.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
  equal((await waitUntilLoadBalancersDeleted({ client, maxWaitTime: 10, minDelay: 1 }, { LoadBalancerArns: [LoadBalancerArn] })).state, "SUCCESS");
  const none = await rejection(client.send(new DescribeLoadBalancersCommand({ Names: ["none"] })));
  ok(none instanceof LoadBalancerNotFoundException, `LoadBalancerNotFoundException, got ${none.name}`);
});

await test("polly: voices and lexicons", async () => {
  const client = new PollyClient({ requestHandler: new NodeHttpHandler() });
  const { Voices } = await client.send(new DescribeVoicesCommand({ LanguageCode: "en-US" }));
  ok(Voices.length > 3 && Voices.every((v) => v.LanguageCode === "en-US"), `${Voices.length} voices`);
  const Content = '<?xml version="1.0"?><lexicon/>';
  await client.send(new PutLexiconCommand({ Name: "lex", Content }));
  equal((await client.send(new GetLexiconCommand({ Name: "lex" }))).Lexicon.Content, Content);
  equal((await client.send(new ListLexiconsCommand({}))).Lexicons.map((l) => l.Name), ["lex"]);
  await client.send(new DeleteLexiconCommand({ Name: "lex" }));
  const none = await rejection(client.send(new GetLexiconCommand({ Name: "lex" })));
  ok(none instanceof LexiconNotFoundException, `LexiconNotFoundException, got ${none.name}`);
});

await test("rekognition: labels, faces, a job", async () => {
  const client = new RekognitionClient({});
  const Bytes = new Uint8Array(64);
  const { Labels } = await client.send(new DetectLabelsCommand({ Image: { Bytes }, MaxLabels: 3 }));
  ok(Labels.length > 0 && typeof Labels[0].Confidence === "number", "labels with confidence");
  ok((await client.send(new CompareFacesCommand({ SourceImage: { Bytes }, TargetImage: { Bytes } }))).FaceMatches.length > 0, "faces");
  const { JobId } = await client.send(new StartTextDetectionCommand({ Video: { S3Object: { Bucket: "b", Name: "v" } } }));
  equal((await client.send(new GetTextDetectionCommand({ JobId }))).JobStatus, "SUCCEEDED");
});

await test("textract: a document, a job", async () => {
  const client = new TextractClient({});
  ok((await client.send(new DetectDocumentTextCommand({ Document: { Bytes: new Uint8Array(64) } }))).Blocks, "blocks");
  const { JobId } = await client.send(new StartDocumentTextDetectionCommand({ DocumentLocation: { S3Object: { Bucket: "b", Name: "d" } } }));
  equal((await client.send(new GetDocumentTextDetectionCommand({ JobId }))).JobStatus, "SUCCEEDED");
  const none = await rejection(client.send(new GetDocumentTextDetectionCommand({ JobId: "none" })));
  ok(none instanceof InvalidJobIdException, `InvalidJobIdException, got ${none.name}`);
});

await test("bedrock: customization jobs", async () => {
  const client = new BedrockClient({});
  await client.send(new PutModelInvocationLoggingConfigurationCommand({ loggingConfig: { textDataDeliveryEnabled: true, s3Config: { bucketName: "logs" } } }));
  equal((await client.send(new GetModelInvocationLoggingConfigurationCommand({}))).loggingConfig.s3Config, { bucketName: "logs" });
  equal(await collect(paginateListModelCustomizationJobs({ client }, {}), (p) => p.modelCustomizationJobSummaries ?? []), []);
  const none = await rejection(client.send(new GetModelCustomizationJobCommand({ jobIdentifier: "none" })));
  ok(none instanceof NoJob, `ResourceNotFoundException, got ${none.name}`);
  ok(typeof CreateModelCustomizationJobCommand === "function", "the command");
});

await test("bedrock-agent: agents", async () => {
  const client = new BedrockAgentClient({});
  // moto's answer has a number for a time, which the client does not take.
  const create = new CreateAgentCommand({ agentName: "a", foundationModel: "m", agentResourceRoleArn: "arn:aws:iam::123456789012:role/r", instruction: "i".repeat(40) });
  const error = await rejection(client.send(create));
  equal([error.name, error.message.split("\n")[0]], ["TypeError", "RFC-3339 date-times must be expressed as strings"]);
  equal(error.$response.statusCode, 200);
  const none = await rejection(client.send(new GetAgentCommand({ agentId: "none" })));
  ok(none instanceof NoAgent, `ResourceNotFoundException, got ${none.name}`);
});
