// ECR, ECS, EKS, Cloud Map.
import {
  BatchGetImageCommand, CreateRepositoryCommand, DeleteRepositoryCommand, ECRClient, GetAuthorizationTokenCommand, PutImageCommand, RepositoryAlreadyExistsException,
  RepositoryNotFoundException, paginateDescribeRepositories, paginateListImages,
} from "@aws-sdk/client-ecr";
import {
  ClusterNotFoundException, CreateClusterCommand, CreateServiceCommand, DeleteClusterCommand, DescribeClustersCommand, ECSClient, ListTagsForResourceCommand, RegisterTaskDefinitionCommand,
  DescribeTaskDefinitionCommand, paginateListClusters, paginateListTaskDefinitions,
} from "@aws-sdk/client-ecs";
import {
  CreateClusterCommand as CreateEks, CreateNodegroupCommand, DeleteClusterCommand as DeleteEks, DeleteNodegroupCommand, DescribeClusterCommand, EKSClient, ResourceInUseException,
  ResourceNotFoundException, paginateListClusters as paginateEks, waitUntilClusterActive,
} from "@aws-sdk/client-eks";
import {
  CreateHttpNamespaceCommand, CreateServiceCommand as CreateDiscovery, DeleteNamespaceCommand, GetNamespaceCommand, NamespaceNotFound, RegisterInstanceCommand, ServiceDiscoveryClient, GetOperationCommand,
  paginateListInstances, paginateListNamespaces,
} from "@aws-sdk/client-servicediscovery";
import { equal, ok, rejection, test } from "../check.mjs";

const ecr = new ECRClient({}), ecs = new ECSClient({}), eks = new EKSClient({}), map = new ServiceDiscoveryClient({});
const collect = async (pages, pick) => {
  const all = [];
  for await (const page of pages) all.push(...pick(page));
  return all;
};

await test("ecr: repositories and images", async () => {
  for (const repositoryName of ["app/a", "app/b", "app/c"]) await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  const again = await rejection(ecr.send(new CreateRepositoryCommand({ repositoryName: "app/a" })));
  ok(again instanceof RepositoryAlreadyExistsException, `RepositoryAlreadyExistsException, got ${again.name}`);
  equal((await collect(paginateDescribeRepositories({ client: ecr, pageSize: 2 }, {}), (p) => p.repositories.map((r) => r.repositoryName))).sort(), ["app/a", "app/b", "app/c"]);
  const imageManifest = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.docker.distribution.manifest.v2+json", config: { digest: `sha256:${"0".repeat(64)}`, size: 1, mediaType: "x" }, layers: [] });
  const { image } = await ecr.send(new PutImageCommand({ repositoryName: "app/a", imageManifest, imageTag: "v1" }));
  equal(image.imageId.imageTag, "v1");
  equal((await collect(paginateListImages({ client: ecr }, { repositoryName: "app/a" }), (p) => p.imageIds)).map((i) => i.imageTag), ["v1"]);
  const { images, failures } = await ecr.send(new BatchGetImageCommand({ repositoryName: "app/a", imageIds: [{ imageTag: "v1" }, { imageTag: "none" }] }));
  equal([images[0].imageManifest, failures.length], [imageManifest, 1]);
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  ok(atob(authorizationData[0].authorizationToken).startsWith("AWS:") && authorizationData[0].expiresAt instanceof Date, "a token");
  await ecr.send(new DeleteRepositoryCommand({ repositoryName: "app/b" }));
  const none = await rejection(ecr.send(new DeleteRepositoryCommand({ repositoryName: "app/b" })));
  ok(none instanceof RepositoryNotFoundException, `RepositoryNotFoundException, got ${none.name}`);
});

await test("ecs: clusters, tasks, services", async () => {
  for (const clusterName of ["one", "two", "three"]) await ecs.send(new CreateClusterCommand({ clusterName, tags: [{ key: "k", value: "v" }] }));
  const arns = await collect(paginateListClusters({ client: ecs, pageSize: 2 }, {}), (p) => p.clusterArns);
  ok(["one", "two", "three"].every((name) => arns.some((arn) => arn.endsWith(`/${name}`))), arns.join());
  equal((await ecs.send(new ListTagsForResourceCommand({ resourceArn: arns.find((arn) => arn.endsWith("/one")) }))).tags, [{ key: "k", value: "v" }]);
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand({ family: "web", containerDefinitions: [{ name: "web", image: "nginx", memory: 64, environment: [{ name: "A", value: "b" }] }] }));
  equal((await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: "web:1" }))).taskDefinition.containerDefinitions[0].environment, [{ name: "A", value: "b" }]);
  equal(await collect(paginateListTaskDefinitions({ client: ecs }, { familyPrefix: "web" }), (p) => p.taskDefinitionArns), [taskDefinition.taskDefinitionArn]);
  const { service } = await ecs.send(new CreateServiceCommand({ cluster: "one", serviceName: "s", taskDefinition: "web", desiredCount: 2 }));
  equal([service.serviceName, service.desiredCount], ["s", 2]);
  equal((await ecs.send(new DescribeClustersCommand({ clusters: ["two"] }))).clusters[0].status, "ACTIVE");
  await ecs.send(new DeleteClusterCommand({ cluster: "two" }));
  const error = await rejection(ecs.send(new CreateServiceCommand({ cluster: "none", serviceName: "s", taskDefinition: "web" })));
  ok(error instanceof ClusterNotFoundException, `ClusterNotFoundException, got ${error.name}`);
});

await test("eks: clusters and node groups", async () => {
  const roleArn = "arn:aws:iam::123456789012:role/eks";
  const cluster = (name) => eks.send(new CreateEks({ name, roleArn, resourcesVpcConfig: { subnetIds: ["subnet-1"] }, version: "1.29" }));
  for (const name of ["k1", "k2", "k3"]) await cluster(name);
  const again = await rejection(cluster("k1"));
  ok(again instanceof ResourceInUseException, `ResourceInUseException, got ${again.name}`);
  equal((await waitUntilClusterActive({ client: eks, maxWaitTime: 10, minDelay: 1 }, { name: "k1" })).state, "SUCCESS");
  equal((await collect(paginateEks({ client: eks, pageSize: 2 }, {}), (p) => p.clusters)).sort(), ["k1", "k2", "k3"]);
  const { nodegroup } = await eks.send(new CreateNodegroupCommand({ clusterName: "k1", nodegroupName: "n", subnets: ["subnet-1"], nodeRole: roleArn, scalingConfig: { minSize: 1, maxSize: 3, desiredSize: 2 } }));
  equal([nodegroup.nodegroupName, nodegroup.scalingConfig.maxSize], ["n", 3]);
  await eks.send(new DeleteNodegroupCommand({ clusterName: "k1", nodegroupName: "n" }));
  await eks.send(new DeleteEks({ name: "k1" }));
  const none = await rejection(eks.send(new DescribeClusterCommand({ name: "k1" })));
  ok(none instanceof ResourceNotFoundException, `ResourceNotFoundException, got ${none.name}`);
});

await test("servicediscovery: namespaces and instances", async () => {
  const { OperationId } = await map.send(new CreateHttpNamespaceCommand({ Name: "local.test" }));
  const { Operation } = await map.send(new GetOperationCommand({ OperationId }));
  const Id = Operation.Targets.NAMESPACE;
  equal((await map.send(new GetNamespaceCommand({ Id }))).Namespace.Name, "local.test");
  equal(await collect(paginateListNamespaces({ client: map }, {}), (p) => p.Namespaces.map((n) => n.Name)), ["local.test"]);
  const { Service } = await map.send(new CreateDiscovery({ Name: "svc", NamespaceId: Id }));
  await map.send(new RegisterInstanceCommand({ ServiceId: Service.Id, InstanceId: "i1", Attributes: { AWS_INSTANCE_IPV4: "10.0.0.1", k: "v" } }));
  equal(await collect(paginateListInstances({ client: map }, { ServiceId: Service.Id }), (p) => p.Instances.map((i) => [i.Id, i.Attributes.k])), [["i1", "v"]]);
  const none = await rejection(map.send(new DeleteNamespaceCommand({ Id: "ns-none" })));
  ok(none instanceof NamespaceNotFound, `NamespaceNotFound, got ${none.name}`);
});
