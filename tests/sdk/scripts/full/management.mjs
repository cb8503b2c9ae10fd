// CloudFormation, CloudWatch, AppConfig, Service Catalog, Scheduler, Batch, Auto Scaling, ACM, SSO Admin, SESv2.
import {
  ACMClient, DeleteCertificateCommand, DescribeCertificateCommand, ListTagsForCertificateCommand, RequestCertificateCommand, ResourceNotFoundException as NoCertificate, paginateListCertificates,
} from "@aws-sdk/client-acm";
import {
  AppConfigClient, CreateApplicationCommand, CreateConfigurationProfileCommand, CreateHostedConfigurationVersionCommand, DeleteApplicationCommand, GetApplicationCommand,
  GetHostedConfigurationVersionCommand, ResourceNotFoundException as NoApplication, UpdateApplicationCommand,
} from "@aws-sdk/client-appconfig";
import {
  AutoScalingClient, AutoScalingServiceException, CreateAutoScalingGroupCommand, CreateLaunchConfigurationCommand, DeleteAutoScalingGroupCommand, SetDesiredCapacityCommand,
  paginateDescribeAutoScalingGroups,
} from "@aws-sdk/client-auto-scaling";
import { BatchClient, ClientException, CreateComputeEnvironmentCommand, CreateJobQueueCommand, RegisterJobDefinitionCommand, paginateDescribeComputeEnvironments, DescribeJobDefinitionsCommand } from "@aws-sdk/client-batch";
import {
  AlreadyExistsException as StackExists, CloudFormationClient, CreateStackCommand, DeleteStackCommand, DescribeStacksCommand, GetTemplateCommand, paginateListStackResources, paginateListStacks,
  waitUntilStackCreateComplete, waitUntilStackDeleteComplete,
} from "@aws-sdk/client-cloudformation";
import {
  CloudWatchClient, DeleteAlarmsCommand, GetMetricDataCommand, GetMetricStatisticsCommand, PutDashboardCommand, GetDashboardCommand, PutMetricAlarmCommand, PutMetricDataCommand, ResourceNotFound, DashboardNotFoundError,
  SetAlarmStateCommand, paginateDescribeAlarms, paginateListMetrics, waitUntilAlarmExists,
} from "@aws-sdk/client-cloudwatch";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { CreateScheduleCommand, CreateScheduleGroupCommand, DeleteScheduleCommand, GetScheduleCommand, ResourceNotFoundException as NoSchedule, SchedulerClient, UpdateScheduleCommand, paginateListSchedules, ConflictException } from "@aws-sdk/client-scheduler";
import { CreatePortfolioCommand, DescribePortfolioCommand, DeletePortfolioCommand, ServiceCatalogClient, paginateListPortfolios } from "@aws-sdk/client-service-catalog";
import { CreateEmailIdentityCommand, CreateContactListCommand, DeleteEmailIdentityCommand, GetContactListCommand, GetEmailIdentityCommand, NotFoundException, SESv2Client, SendEmailCommand, paginateListEmailIdentities, MessageRejected } from "@aws-sdk/client-sesv2";
import { CreatePermissionSetCommand, DeletePermissionSetCommand, DescribePermissionSetCommand, ListInstancesCommand, ResourceNotFoundException as NoPermissionSet, SSOAdminClient, paginateListPermissionSets } from "@aws-sdk/client-sso-admin";
import { equal, ok, rejection, test } from "../check.mjs";

const collect = async (pages, pick) => {
  const all = [];
  for await (const page of pages) all.push(...pick(page));
  return all;
};
const utf8 = new TextEncoder();
const wait = (client) => ({ client, maxWaitTime: 20, minDelay: 1 });

await test("cloudformation: a stack", async () => {
  const client = new CloudFormationClient({});
  const TemplateBody = JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "from-stack" } } }, Outputs: { Url: { Value: { Ref: "Queue" } } } });
  const { StackId } = await client.send(new CreateStackCommand({ StackName: "stack", TemplateBody, Tags: [{ Key: "k", Value: "<v>" }] }));
  equal((await waitUntilStackCreateComplete(wait(client), { StackName: "stack" })).state, "SUCCESS");
  const again = await rejection(client.send(new CreateStackCommand({ StackName: "stack", TemplateBody })));
  ok(again instanceof StackExists, `AlreadyExistsException, got ${again.name}`);
  const { Stacks: [stack] } = await client.send(new DescribeStacksCommand({ StackName: "stack" }));
  ok(stack.Outputs[0].OutputValue.endsWith("/from-stack") && stack.CreationTime instanceof Date, JSON.stringify(stack.Outputs));
  equal(stack.Tags, [{ Key: "k", Value: "<v>" }]);
  equal(JSON.parse((await client.send(new GetTemplateCommand({ StackName: "stack" }))).TemplateBody), JSON.parse(TemplateBody));
  equal(await collect(paginateListStackResources({ client }, { StackName: "stack" }), (p) => p.StackResourceSummaries.map((r) => r.LogicalResourceId)), ["Queue"]);
  ok((await collect(paginateListStacks({ client }, {}), (p) => p.StackSummaries.map((s) => s.StackId))).includes(StackId), "listed");
  await client.send(new DeleteStackCommand({ StackName: "stack" }));
  equal((await waitUntilStackDeleteComplete(wait(client), { StackName: StackId })).state, "SUCCESS");
  equal((await rejection(client.send(new DescribeStacksCommand({ StackName: "stack" })))).name, "ValidationError");
});

await test("cloudwatch: metrics and alarms", async () => {
  const client = new CloudWatchClient({});
  const Timestamp = new Date(Math.floor(Date.now() / 60000) * 60000);
  const MetricData = [1, 2, 3].map((Value) => ({ MetricName: "m", Value, Unit: "Count", Timestamp, Dimensions: [{ Name: "d", Value: "x" }] }));
  await client.send(new PutMetricDataCommand({ Namespace: "Tests/A", MetricData }));
  equal(await collect(paginateListMetrics({ client }, { Namespace: "Tests/A" }), (p) => p.Metrics.map((m) => m.MetricName)), ["m"]);
  const window = { StartTime: new Date(+Timestamp - 60000), EndTime: new Date(+Timestamp + 120000) };
  const { Datapoints } = await client.send(new GetMetricStatisticsCommand({ Namespace: "Tests/A", MetricName: "m", Dimensions: MetricData[0].Dimensions, Period: 60, Statistics: ["Sum", "Maximum"], ...window }));
  equal([Datapoints.length, Datapoints[0].Sum, Datapoints[0].Maximum, Datapoints[0].Timestamp instanceof Date], [1, 6, 3, true]);
  const { MetricDataResults } = await client.send(new GetMetricDataCommand({
    ...window, MetricDataQueries: [{ Id: "a", MetricStat: { Metric: { Namespace: "Tests/A", MetricName: "m", Dimensions: MetricData[0].Dimensions }, Period: 60, Stat: "Sum" } }],
  }));
  equal([MetricDataResults[0].Values, MetricDataResults[0].Timestamps[0] instanceof Date], [[6], true]);
  const alarm = (AlarmName) => new PutMetricAlarmCommand({ AlarmName, Namespace: "Tests/A", MetricName: "m", Statistic: "Sum", Period: 60, EvaluationPeriods: 1, Threshold: 1.5, ComparisonOperator: "GreaterThanThreshold" });
  for (const name of ["a1", "a2", "a3"]) await client.send(alarm(name));
  equal((await waitUntilAlarmExists(wait(client), { AlarmNames: ["a1"] })).state, "SUCCESS");
  await client.send(new SetAlarmStateCommand({ AlarmName: "a1", StateValue: "ALARM", StateReason: "test" }));
  equal((await collect(paginateDescribeAlarms({ client, pageSize: 2 }, {}), (p) => p.MetricAlarms.map((a) => [a.AlarmName, a.StateValue, a.Threshold]))).sort(), [["a1", "ALARM", 1.5], ["a2", "OK", 1.5], ["a3", "OK", 1.5]]);
  await client.send(new DeleteAlarmsCommand({ AlarmNames: ["a1", "a2", "a3"] }));
  await client.send(new PutDashboardCommand({ DashboardName: "d", DashboardBody: '{"widgets":[]}' }));
  equal((await client.send(new GetDashboardCommand({ DashboardName: "d" }))).DashboardBody, '{"widgets":[]}');
  const none = await rejection(client.send(new GetDashboardCommand({ DashboardName: "none" })));
  ok(none instanceof DashboardNotFoundError || none instanceof ResourceNotFound, `typed: ${none.name}`);
});

await test("appconfig: applications and hosted configurations", async () => {
  const client = new AppConfigClient({});
  const { Id: ApplicationId } = await client.send(new CreateApplicationCommand({ Name: "app", Description: "d" }));
  equal((await client.send(new UpdateApplicationCommand({ ApplicationId, Description: "e" }))).Description, "e");
  const { Id: ConfigurationProfileId } = await client.send(new CreateConfigurationProfileCommand({ ApplicationId, Name: "p", LocationUri: "hosted" }));
  const { VersionNumber } = await client.send(new CreateHostedConfigurationVersionCommand({ ApplicationId, ConfigurationProfileId, Content: utf8.encode('{"a":1}'), ContentType: "application/json" }));
  const { Content, ContentType } = await client.send(new GetHostedConfigurationVersionCommand({ ApplicationId, ConfigurationProfileId, VersionNumber }));
  equal([new TextDecoder().decode(Content), ContentType], ['{"a":1}', "application/json"]);
  await client.send(new DeleteApplicationCommand({ ApplicationId }));
  const none = await rejection(client.send(new GetApplicationCommand({ ApplicationId })));
  ok(none instanceof NoApplication, `ResourceNotFoundException, got ${none.name}`);
});

await test("service-catalog: portfolios", async () => {
  const client = new ServiceCatalogClient({});
  const { PortfolioDetail } = await client.send(new CreatePortfolioCommand({ DisplayName: "one", ProviderName: "me", IdempotencyToken: "t" }));
  equal((await client.send(new DescribePortfolioCommand({ Id: PortfolioDetail.Id }))).PortfolioDetail.DisplayName, "one");
  equal(await collect(paginateListPortfolios({ client }, {}), (p) => p.PortfolioDetails.map((d) => d.DisplayName)), ["one"]);
  equal((await client.send(new DeletePortfolioCommand({ Id: PortfolioDetail.Id }))).$metadata.httpStatusCode, 200);
});

await test("scheduler: schedules", async () => {
  const client = new SchedulerClient({});
  const schedule = (Name, more) => ({ Name, ScheduleExpression: "rate(1 hour)", FlexibleTimeWindow: { Mode: "OFF" }, Target: { Arn: "arn:aws:sqs:us-east-1:123456789012:q", RoleArn: "arn:aws:iam::123456789012:role/r", Input: "{}" }, ...more });
  await client.send(new CreateScheduleGroupCommand({ Name: "group" }));
  for (const name of ["s1", "s2"]) await client.send(new CreateScheduleCommand(schedule(name, { GroupName: "group", StartDate: new Date(4e12) })));
  const again = await rejection(client.send(new CreateScheduleCommand(schedule("s1", { GroupName: "group" }))));
  ok(again instanceof ConflictException, `ConflictException, got ${again.name}`);
  await client.send(new UpdateScheduleCommand(schedule("s1", { GroupName: "group", ScheduleExpression: "rate(2 hours)" })));
  equal((await client.send(new GetScheduleCommand({ Name: "s1", GroupName: "group" }))).ScheduleExpression, "rate(2 hours)");
  equal((await collect(paginateListSchedules({ client }, { GroupName: "group" }), (p) => p.Schedules.map((s) => s.Name))).sort(), ["s1", "s2"]);
  await client.send(new DeleteScheduleCommand({ Name: "s1", GroupName: "group" }));
  const none = await rejection(client.send(new GetScheduleCommand({ Name: "s1", GroupName: "group" })));
  ok(none instanceof NoSchedule, `ResourceNotFoundException, got ${none.name}`);
});

await test("batch: environments, queues, job definitions", async () => {
  const client = new BatchClient({});
  const { Role } = await new IAMClient({}).send(new CreateRoleCommand({ RoleName: "batch-role", AssumeRolePolicyDocument: "{}" }));
  const { computeEnvironmentArn } = await client.send(new CreateComputeEnvironmentCommand({ computeEnvironmentName: "env", type: "UNMANAGED", state: "ENABLED", serviceRole: Role.Arn }));
  equal(await collect(paginateDescribeComputeEnvironments({ client }, {}), (p) => p.computeEnvironments.map((e) => e.computeEnvironmentArn)), [computeEnvironmentArn]);
  const { revision } = await client.send(new RegisterJobDefinitionCommand({ jobDefinitionName: "job", type: "container", containerProperties: { image: "busybox", vcpus: 1, memory: 64, command: ["true"] } }));
  equal(revision, 1);
  equal((await client.send(new DescribeJobDefinitionsCommand({ jobDefinitionName: "job" }))).jobDefinitions[0].containerProperties.command, ["true"]);
  const none = await rejection(client.send(new CreateJobQueueCommand({ jobQueueName: "q", priority: 1, state: "ENABLED", computeEnvironmentOrder: [{ order: 1, computeEnvironment: "none" }] })));
  ok(none instanceof ClientException, `ClientException, got ${none.name}`);
});

await test("auto-scaling: a group", async () => {
  const client = new AutoScalingClient({});
  await client.send(new CreateLaunchConfigurationCommand({ LaunchConfigurationName: "lc", ImageId: "ami-1234abcd", InstanceType: "t3.micro" }));
  const group = { AutoScalingGroupName: "asg", LaunchConfigurationName: "lc", MinSize: 0, MaxSize: 4, AvailabilityZones: ["us-east-1a"] };
  await client.send(new CreateAutoScalingGroupCommand({ ...group, DesiredCapacity: 1 }));
  await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: "asg", DesiredCapacity: 2 }));
  equal(await collect(paginateDescribeAutoScalingGroups({ client }, {}), (p) => p.AutoScalingGroups.map((g) => [g.AutoScalingGroupName, g.DesiredCapacity, g.Instances.length, g.CreatedTime instanceof Date])), [["asg", 2, 2, true]]);
  const none = await rejection(client.send(new CreateAutoScalingGroupCommand({ AutoScalingGroupName: "none", MinSize: 0, MaxSize: 1, AvailabilityZones: ["us-east-1a"] })));
  ok(none instanceof AutoScalingServiceException && none.name === "ValidationError", `ValidationError, got ${none.name}`);
  await client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: "asg", ForceDelete: true }));
});

await test("acm: a certificate", async () => {
  const client = new ACMClient({});
  const { CertificateArn } = await client.send(new RequestCertificateCommand({ DomainName: "example.com", SubjectAlternativeNames: ["www.example.com"], ValidationMethod: "DNS", Tags: [{ Key: "k", Value: "v" }] }));
  const { Certificate } = await client.send(new DescribeCertificateCommand({ CertificateArn }));
  equal([Certificate.DomainName, Certificate.SubjectAlternativeNames.includes("www.example.com"), Certificate.CreatedAt instanceof Date], ["example.com", true, true]);
  equal((await client.send(new ListTagsForCertificateCommand({ CertificateArn }))).Tags, [{ Key: "k", Value: "v" }]);
  equal(await collect(paginateListCertificates({ client }, {}), (p) => p.CertificateSummaryList.map((c) => c.CertificateArn)), [CertificateArn]);
  await client.send(new DeleteCertificateCommand({ CertificateArn }));
  const none = await rejection(client.send(new DescribeCertificateCommand({ CertificateArn })));
  ok(none instanceof NoCertificate, `ResourceNotFoundException, got ${none.name}`);
});

await test("sso-admin: permission sets", async () => {
  const client = new SSOAdminClient({});
  const { Instances } = await client.send(new ListInstancesCommand({}));
  const InstanceArn = Instances?.[0]?.InstanceArn ?? "arn:aws:sso:::instance/ssoins-aaaabbbbccccdddd";
  const { PermissionSet } = await client.send(new CreatePermissionSetCommand({ InstanceArn, Name: "admins", SessionDuration: "PT1H" }));
  const { PermissionSetArn } = PermissionSet;
  equal((await client.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn }))).PermissionSet.SessionDuration, "PT1H");
  equal(await collect(paginateListPermissionSets({ client }, { InstanceArn }), (p) => p.PermissionSets), [PermissionSetArn]);
  await client.send(new DeletePermissionSetCommand({ InstanceArn, PermissionSetArn }));
  const none = await rejection(client.send(new DescribePermissionSetCommand({ InstanceArn, PermissionSetArn })));
  ok(none instanceof NoPermissionSet, `ResourceNotFoundException, got ${none.name}`);
});

await test("sesv2: identities, lists, sending", async () => {
  const client = new SESv2Client({});
  const message = { FromEmailAddress: "v2@example.com", Destination: { ToAddresses: ["you@example.com"] }, Content: { Simple: { Subject: { Data: "s" }, Body: { Text: { Data: "t" } } } } };
  const rejected = await rejection(client.send(new SendEmailCommand(message)));
  ok(rejected instanceof MessageRejected, `MessageRejected, got ${rejected.name}`);
  await client.send(new CreateEmailIdentityCommand({ EmailIdentity: "v2@example.com" }));
  ok((await client.send(new GetEmailIdentityCommand({ EmailIdentity: "v2@example.com" }))).IdentityType, "it is there");
  ok((await collect(paginateListEmailIdentities({ client }, {}), (p) => p.EmailIdentities.map((i) => i.IdentityName))).includes("v2@example.com"), "listed");
  ok((await client.send(new SendEmailCommand(message))).MessageId, "an id");
  await client.send(new CreateContactListCommand({ ContactListName: "people", Description: "d" }));
  await client.send(new DeleteEmailIdentityCommand({ EmailIdentity: "v2@example.com" }));
  const none = await rejection(client.send(new GetContactListCommand({ ContactListName: "none" })));
  ok(none instanceof NotFoundException, `NotFoundException, got ${none.name}`);
});
