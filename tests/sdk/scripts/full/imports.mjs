// Every client of the full tier is made and is one.
import { equal, ok, test } from "../check.mjs";

const clients = {
  acm: "ACM", amplify: "Amplify", "api-gateway": "APIGateway", apigatewayv2: "ApiGatewayV2", appconfig: "AppConfig", appconfigdata: "AppConfigData", appsync: "AppSync",
  athena: "Athena", "auto-scaling": "AutoScaling", batch: "Batch", bedrock: "Bedrock", "bedrock-agent": "BedrockAgent", "bedrock-agent-runtime": "BedrockAgentRuntime",
  "bedrock-runtime": "BedrockRuntime", cloudformation: "CloudFormation", cloudwatch: "CloudWatch", "dynamodb-streams": "DynamoDBStreams", ec2: "EC2", ecr: "ECR", ecs: "ECS",
  efs: "EFS", eks: "EKS", "elastic-load-balancing-v2": "ElasticLoadBalancingV2", elasticache: "ElastiCache", firehose: "Firehose", glue: "Glue", iam: "IAM", kinesis: "Kinesis",
  lambda: "Lambda", location: "Location", mediaconvert: "MediaConvert", opensearch: "OpenSearch", opensearchserverless: "OpenSearchServerless", polly: "Polly", rds: "RDS",
  "rds-data": "RDSData", rekognition: "Rekognition", scheduler: "Scheduler", "service-catalog": "ServiceCatalog", servicediscovery: "ServiceDiscovery", sesv2: "SESv2", sso: "SSO",
  "sso-admin": "SSOAdmin", "sso-oidc": "SSOOIDC", textract: "Textract", translate: "Translate", verifiedpermissions: "VerifiedPermissions",
};

for (const [specifier, name] of Object.entries(clients))
  await test(`@aws-sdk/client-${specifier}`, async () => {
    const exports = await import(`@aws-sdk/client-${specifier}`);
    const client = new exports[`${name}Client`]({});
    equal(await client.config.region(), "us-east-1");
    ok(typeof new exports[name]({}).send === "function", `${name} is a client`);
    const commands = Object.keys(exports).filter((key) => key.endsWith("Command"));
    ok(commands.length > 0 && commands.every((key) => typeof exports[key] === "function"), "has commands");
    client.destroy();
  });
