import {
  CreateSecurityGroupCommand, CreateSubnetCommand, CreateTagsCommand, CreateVpcCommand, DeleteVpcCommand, DescribeImagesCommand, DescribeInstancesCommand, DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand, EC2Client, EC2ServiceException, AuthorizeSecurityGroupIngressCommand, RunInstancesCommand, StopInstancesCommand, TerminateInstancesCommand,
  paginateDescribeInstanceTypes, paginateDescribeVpcs, waitUntilInstanceRunning, waitUntilInstanceStopped, waitUntilInstanceTerminated, waitUntilVpcAvailable,
} from "@aws-sdk/client-ec2";
import { equal, ok, rejection, test } from "../check.mjs";

const client = new EC2Client({});
const wait = { client, maxWaitTime: 10, minDelay: 1 };
let VpcId, SubnetId, GroupId, InstanceId;

await test("a network", async () => {
  const { Vpc } = await client.send(new CreateVpcCommand({ CidrBlock: "10.1.0.0/16", TagSpecifications: [{ ResourceType: "vpc", Tags: [{ Key: "Name", Value: "net <1> & co" }] }] }));
  ({ VpcId } = Vpc);
  equal((await waitUntilVpcAvailable(wait, { VpcIds: [VpcId] })).state, "SUCCESS");
  ({ Subnet: { SubnetId } } = await client.send(new CreateSubnetCommand({ VpcId, CidrBlock: "10.1.1.0/24" })));
  const { Subnets } = await client.send(new DescribeSubnetsCommand({ Filters: [{ Name: "vpc-id", Values: [VpcId] }] }));
  equal(Subnets.map((s) => [s.SubnetId, s.CidrBlock, s.AvailableIpAddressCount]), [[SubnetId, "10.1.1.0/24", 251]]);
});

await test("a security group with rules", async () => {
  ({ GroupId } = await client.send(new CreateSecurityGroupCommand({ GroupName: "web", Description: "web", VpcId })));
  await client.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [{ IpProtocol: "tcp", FromPort: 80, ToPort: 81, IpRanges: [{ CidrIp: "10.0.0.0/8" }] }] }));
  const { SecurityGroups } = await client.send(new DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  const [{ FromPort, ToPort, IpRanges }] = SecurityGroups[0].IpPermissions;
  equal([FromPort, ToPort, IpRanges[0].CidrIp], [80, 81, "10.0.0.0/8"]);
});

await test("an instance from start to end", async () => {
  const { Images } = await client.send(new DescribeImagesCommand({ Owners: ["amazon"] }));
  const { Instances } = await client.send(new RunInstancesCommand({ ImageId: Images[0].ImageId, InstanceType: "t3.micro", MinCount: 1, MaxCount: 1, SubnetId, SecurityGroupIds: [GroupId], UserData: btoa("hi") }));
  ({ InstanceId } = Instances[0]);
  ok(Instances[0].LaunchTime instanceof Date, "LaunchTime is a Date");
  equal((await waitUntilInstanceRunning(wait, { InstanceIds: [InstanceId] })).state, "SUCCESS");
  await client.send(new CreateTagsCommand({ Resources: [InstanceId], Tags: [{ Key: "k", Value: "v" }] }));
  const { Reservations } = await client.send(new DescribeInstancesCommand({ Filters: [{ Name: "tag:k", Values: ["v"] }] }));
  equal(Reservations.flatMap((r) => r.Instances.map((i) => [i.InstanceId, i.VpcId])), [[InstanceId, VpcId]]);
  await client.send(new StopInstancesCommand({ InstanceIds: [InstanceId] }));
  equal((await waitUntilInstanceStopped(wait, { InstanceIds: [InstanceId] })).state, "SUCCESS");
  await client.send(new TerminateInstancesCommand({ InstanceIds: [InstanceId] }));
  equal((await waitUntilInstanceTerminated(wait, { InstanceIds: [InstanceId] })).state, "SUCCESS");
});

await test("long answers in pages", async () => {
  let types = 0, pages = 0;
  for await (const page of paginateDescribeInstanceTypes({ client, pageSize: 100 }, { Filters: [{ Name: "instance-type", Values: ["m5.*", "c5.*", "t3.*"] }] })) {
    pages++;
    types += page.InstanceTypes.length;
  }
  ok(types >= 20 && pages >= 1, `${types} types on ${pages} pages`);
  const vpcs = [];
  for await (const page of paginateDescribeVpcs({ client }, { Filters: [{ Name: "tag:Name", Values: ["net <1> & co"] }] })) vpcs.push(...page.Vpcs.map((v) => v.VpcId));
  equal(vpcs, [VpcId]);
});

await test("errors", async () => {
  const used = await rejection(client.send(new DeleteVpcCommand({ VpcId })));
  equal([used.name, used instanceof EC2ServiceException], ["DependencyViolation", true]);
  const none = await rejection(client.send(new DescribeInstancesCommand({ InstanceIds: ["i-00000000000000000"] })));
  equal([none.name, none.$metadata.httpStatusCode], ["InvalidInstanceID.NotFound", 400]);
});
