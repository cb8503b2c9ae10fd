// Firehose, Glue, Athena, OpenSearch, DynamoDB Streams, RDS, ElastiCache, EFS.
import {
  AthenaClient, CreateNamedQueryCommand, CreateWorkGroupCommand, GetNamedQueryCommand, GetQueryExecutionCommand, InvalidRequestException, StartQueryExecutionCommand, paginateListWorkGroups, GetWorkGroupCommand,
} from "@aws-sdk/client-athena";
import { CreateTableCommand as CreateDynamo, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeStreamCommand, DynamoDBStreamsClient, GetRecordsCommand, GetShardIteratorCommand, ListStreamsCommand, ResourceNotFoundException as NoStream } from "@aws-sdk/client-dynamodb-streams";
import {
  CreateFileSystemCommand, DeleteFileSystemCommand, DescribeFileSystemsCommand, EFSClient, FileSystemNotFound, paginateDescribeFileSystems, DescribeMountTargetsCommand,
} from "@aws-sdk/client-efs";
import {
  CacheClusterNotFoundFault, CreateCacheClusterCommand, DeleteCacheClusterCommand, ElastiCacheClient, paginateDescribeCacheClusters, waitUntilCacheClusterAvailable,
} from "@aws-sdk/client-elasticache";
import {
  CreateDeliveryStreamCommand, DeleteDeliveryStreamCommand, DescribeDeliveryStreamCommand, FirehoseClient, ListDeliveryStreamsCommand, PutRecordBatchCommand, PutRecordCommand,
  ResourceNotFoundException as NoDelivery,
} from "@aws-sdk/client-firehose";
import {
  AlreadyExistsException, CreateDatabaseCommand, CreateTableCommand, DeleteDatabaseCommand, EntityNotFoundException, GetDatabaseCommand, GetTableCommand, GlueClient, UpdateTableCommand,
  paginateGetDatabases, paginateGetTables,
} from "@aws-sdk/client-glue";
import { CreateDomainCommand, DeleteDomainCommand, DescribeDomainCommand, ListDomainNamesCommand, OpenSearchClient, ResourceNotFoundException as NoDomain } from "@aws-sdk/client-opensearch";
import {
  CreateDBInstanceCommand, CreateDBSnapshotCommand, DBInstanceAlreadyExistsFault, DBInstanceNotFoundFault, DeleteDBInstanceCommand, ModifyDBInstanceCommand, RDSClient, paginateDescribeDBInstances,
  waitUntilDBInstanceAvailable, waitUntilDBSnapshotAvailable, DescribeDBInstancesCommand,
} from "@aws-sdk/client-rds";
import { CreateBucketCommand, ListObjectsV2Command, GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { equal, ok, rejection, test } from "../check.mjs";

const collect = async (pages, pick) => {
  const all = [];
  for await (const page of pages) all.push(...pick(page));
  return all;
};
const utf8 = new TextEncoder();
const wait = (client) => ({ client, maxWaitTime: 20, minDelay: 1 });

await test("firehose delivers to S3", async () => {
  const client = new FirehoseClient({}), s3 = new S3Client({ forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: "delivered" }));
  const DeliveryStreamName = "pipe";
  await client.send(new CreateDeliveryStreamCommand({ DeliveryStreamName, ExtendedS3DestinationConfiguration: { RoleARN: "arn:aws:iam::123456789012:role/r", BucketARN: "arn:aws:s3:::delivered" } }));
  equal((await client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName }))).DeliveryStreamDescription.DeliveryStreamStatus, "ACTIVE");
  equal((await client.send(new ListDeliveryStreamsCommand({}))).DeliveryStreamNames, [DeliveryStreamName]);
  ok((await client.send(new PutRecordCommand({ DeliveryStreamName, Record: { Data: utf8.encode("one\n") } }))).RecordId, "an id");
  equal((await client.send(new PutRecordBatchCommand({ DeliveryStreamName, Records: [{ Data: utf8.encode("two\n") }, { Data: utf8.encode("three\n") }] }))).FailedPutCount, 0);
  const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: "delivered" }));
  const texts = [];
  for (const { Key } of Contents) texts.push(await (await s3.send(new GetObjectCommand({ Bucket: "delivered", Key }))).Body.transformToString());
  equal(texts.join("").split("\n").filter(Boolean).sort(), ["one", "three", "two"]);
  await client.send(new DeleteDeliveryStreamCommand({ DeliveryStreamName }));
  const error = await rejection(client.send(new DescribeDeliveryStreamCommand({ DeliveryStreamName })));
  ok(error instanceof NoDelivery, `ResourceNotFoundException, got ${error.name}`);
});

await test("glue: databases and tables", async () => {
  const client = new GlueClient({});
  for (const Name of ["db1", "db2", "db3"]) await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name, Parameters: { a: "b" } } }));
  const again = await rejection(client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: "db1" } })));
  ok(again instanceof AlreadyExistsException, `AlreadyExistsException, got ${again.name}`);
  equal((await client.send(new GetDatabaseCommand({ Name: "db1" }))).Database.Parameters, { a: "b" });
  equal((await collect(paginateGetDatabases({ client, pageSize: 2 }, {}), (p) => p.DatabaseList.map((d) => d.Name))).sort(), ["db1", "db2", "db3"]);
  const TableInput = { Name: "t", StorageDescriptor: { Columns: [{ Name: "id", Type: "bigint" }] } };
  await client.send(new CreateTableCommand({ DatabaseName: "db1", TableInput }));
  await client.send(new UpdateTableCommand({ DatabaseName: "db1", TableInput: { ...TableInput, Description: "changed" } }));
  equal((await client.send(new GetTableCommand({ DatabaseName: "db1", Name: "t" }))).Table.Description, "changed");
  equal(await collect(paginateGetTables({ client }, { DatabaseName: "db1" }), (p) => p.TableList.map((t) => t.StorageDescriptor.Columns[0].Type)), ["bigint"]);
  await client.send(new DeleteDatabaseCommand({ Name: "db3" }));
  const none = await rejection(client.send(new GetDatabaseCommand({ Name: "db3" })));
  ok(none instanceof EntityNotFoundException, `EntityNotFoundException, got ${none.name}`);
});

await test("athena: work groups and queries", async () => {
  const client = new AthenaClient({});
  await client.send(new CreateWorkGroupCommand({ Name: "mine", Configuration: { ResultConfiguration: { OutputLocation: "s3://results/" } } }));
  equal((await collect(paginateListWorkGroups({ client }, {}), (p) => p.WorkGroups.map((w) => w.Name))).includes("mine"), true);
  equal((await client.send(new GetWorkGroupCommand({ WorkGroup: "mine" }))).WorkGroup.State, "ENABLED");
  const { NamedQueryId } = await client.send(new CreateNamedQueryCommand({ Name: "q", Database: "d", QueryString: "SELECT 1" }));
  equal((await client.send(new GetNamedQueryCommand({ NamedQueryId }))).NamedQuery.QueryString, "SELECT 1");
  const { QueryExecutionId } = await client.send(new StartQueryExecutionCommand({ QueryString: "SELECT 1", QueryExecutionContext: { Database: "d" }, ResultConfiguration: { OutputLocation: "s3://results/" } }));
  const { QueryExecution } = await client.send(new GetQueryExecutionCommand({ QueryExecutionId }));
  ok(["QUEUED", "SUCCEEDED"].includes(QueryExecution.Status.State) && QueryExecution.Status.SubmissionDateTime instanceof Date, QueryExecution.Status.State);
  const error = await rejection(client.send(new CreateWorkGroupCommand({ Name: "mine" })));
  ok(error instanceof InvalidRequestException, `InvalidRequestException, got ${error.name}`);
});

await test("opensearch: a domain", async () => {
  const client = new OpenSearchClient({});
  const DomainName = "search";
  const { DomainStatus } = await client.send(new CreateDomainCommand({ DomainName, ClusterConfig: { InstanceType: "t3.small.search", InstanceCount: 1 } }));
  ok(DomainStatus.ARN.endsWith("domain/search"), DomainStatus.ARN);
  equal((await client.send(new DescribeDomainCommand({ DomainName }))).DomainStatus.ClusterConfig.InstanceCount, 1);
  equal((await client.send(new ListDomainNamesCommand({}))).DomainNames.map((d) => d.DomainName), [DomainName]);
  await client.send(new DeleteDomainCommand({ DomainName }));
  const error = await rejection(client.send(new DescribeDomainCommand({ DomainName })));
  ok(error instanceof NoDomain, `ResourceNotFoundException, got ${error.name}`);
});

await test("dynamodb-streams: changes of a table", async () => {
  const dynamodb = new DynamoDBClient({}), client = new DynamoDBStreamsClient({});
  const TableName = "streamed";
  await dynamodb.send(new CreateDynamo({
    TableName, BillingMode: "PAY_PER_REQUEST", KeySchema: [{ AttributeName: "id", KeyType: "HASH" }], AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  }));
  await dynamodb.send(new PutItemCommand({ TableName, Item: { id: { S: "1" }, n: { N: "5" } } }));
  const { Streams } = await client.send(new ListStreamsCommand({ TableName }));
  const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: Streams[0].StreamArn }));
  const { ShardIterator } = await client.send(new GetShardIteratorCommand({ StreamArn: Streams[0].StreamArn, ShardId: StreamDescription.Shards[0].ShardId, ShardIteratorType: "TRIM_HORIZON" }));
  const { Records } = await client.send(new GetRecordsCommand({ ShardIterator }));
  equal(Records.map(({ eventName, dynamodb: { NewImage } }) => [eventName, NewImage]), [["INSERT", { id: { S: "1" }, n: { N: "5" } }]]);
  const error = await rejection(client.send(new DescribeStreamCommand({ StreamArn: Streams[0].StreamArn.replace("streamed", "nothing") })));
  ok(error instanceof NoStream, `ResourceNotFoundException, got ${error.name}`);
});

await test("rds: instances and a snapshot", async () => {
  const client = new RDSClient({});
  const make = (DBInstanceIdentifier) => client.send(new CreateDBInstanceCommand({ DBInstanceIdentifier, Engine: "postgres", DBInstanceClass: "db.t3.micro", AllocatedStorage: 20, MasterUsername: "u", MasterUserPassword: "passw0rd" }));
  for (const name of ["pg1", "pg2"]) await make(name);
  const again = await rejection(make("pg1"));
  ok(again instanceof DBInstanceAlreadyExistsFault, `DBInstanceAlreadyExistsFault, got ${again.name}`);
  equal((await waitUntilDBInstanceAvailable(wait(client), { DBInstanceIdentifier: "pg1" })).state, "SUCCESS");
  await client.send(new ModifyDBInstanceCommand({ DBInstanceIdentifier: "pg1", AllocatedStorage: 30, ApplyImmediately: true }));
  equal((await collect(paginateDescribeDBInstances({ client }, {}), (p) => p.DBInstances.map((d) => [d.DBInstanceIdentifier, d.AllocatedStorage]))).sort(), [["pg1", 30], ["pg2", 20]]);
  await client.send(new CreateDBSnapshotCommand({ DBInstanceIdentifier: "pg1", DBSnapshotIdentifier: "snap" }));
  equal((await waitUntilDBSnapshotAvailable(wait(client), { DBSnapshotIdentifier: "snap" })).state, "SUCCESS");
  await client.send(new DeleteDBInstanceCommand({ DBInstanceIdentifier: "pg1", SkipFinalSnapshot: true }));
  const none = await rejection(client.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: "pg1" })));
  ok(none instanceof DBInstanceNotFoundFault, `DBInstanceNotFoundFault, got ${none.name}`);
});

await test("elasticache: a cluster", async () => {
  const client = new ElastiCacheClient({});
  const CacheClusterId = "cache";
  const { CacheCluster } = await client.send(new CreateCacheClusterCommand({ CacheClusterId, Engine: "memcached", CacheNodeType: "cache.t3.micro", NumCacheNodes: 2 }));
  equal(CacheCluster.NumCacheNodes, 2);
  equal((await waitUntilCacheClusterAvailable(wait(client), { CacheClusterId })).state, "SUCCESS");
  equal(await collect(paginateDescribeCacheClusters({ client }, {}), (p) => p.CacheClusters.map((c) => c.CacheClusterId)), [CacheClusterId]);
  await client.send(new DeleteCacheClusterCommand({ CacheClusterId }));
  const none = await rejection(client.send(new DeleteCacheClusterCommand({ CacheClusterId: "none" })));
  ok(none instanceof CacheClusterNotFoundFault, `CacheClusterNotFoundFault, got ${none.name}`);
});

await test("efs: a file system", async () => {
  const client = new EFSClient({});
  const { FileSystemId, CreationTime } = await client.send(new CreateFileSystemCommand({ CreationToken: "one", Encrypted: true, Tags: [{ Key: "k", Value: "v" }] }));
  ok(CreationTime instanceof Date, "CreationTime is a Date");
  await client.send(new CreateFileSystemCommand({ CreationToken: "two" }));
  const all = await collect(paginateDescribeFileSystems({ client, pageSize: 1 }, {}), (p) => p.FileSystems.map((f) => f.CreationToken));
  equal(all.sort(), ["one", "two"]);
  equal((await client.send(new DescribeMountTargetsCommand({ FileSystemId }))).MountTargets, []);
  await client.send(new DeleteFileSystemCommand({ FileSystemId }));
  const none = await rejection(client.send(new DescribeFileSystemsCommand({ FileSystemId: "fs-00000000" })));
  ok(none instanceof FileSystemNotFound, `FileSystemNotFound, got ${none.name}`);
});
