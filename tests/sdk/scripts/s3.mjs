import { Upload } from "@aws-sdk/lib-storage";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import {
  CopyObjectCommand, CreateBucketCommand, DeleteObjectCommand, DeleteObjectsCommand, GetObjectCommand, HeadBucketCommand, HeadObjectCommand, ListBucketsCommand,
  ListObjectsV2Command, NoSuchKey, PutObjectCommand, S3Client, S3ServiceException, paginateListObjectsV2,
} from "@aws-sdk/client-s3";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new S3Client({ forcePathStyle: true });
const Bucket = "box";

await test("create a bucket", async () => {
  const { Location } = await client.send(new CreateBucketCommand({ Bucket }));
  equal(Location, "/box");
  const { Buckets } = await client.send(new ListBucketsCommand({}));
  const found = Buckets.find((b) => b.Name === Bucket); // other scripts have buckets too
  ok(found.CreationDate instanceof Date, "CreationDate is a Date");
});

await test("put text and read it as a string", async () => {
  const text = "caf\u00e9 \u{1f600}\n";
  const { ETag, ChecksumCRC32 } = await client.send(new PutObjectCommand({ Bucket, Key: "text", Body: text, ContentType: "text/plain", Metadata: { a: "1" } }));
  ok(/^"[0-9a-f]{32}"$/.test(ETag), `ETag ${ETag}`);
  ok(ChecksumCRC32, "a CRC32 checksum by default");
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "text" }));
  equal([got.ContentType, got.ContentLength, got.Metadata], ["text/plain", 11, { a: "1" }]);
  ok(got.LastModified instanceof Date, "LastModified is a Date");
  equal(await got.Body.transformToString(), text);
});

await test("put bytes and read them as bytes", async () => {
  const bytes = Uint8Array.from({ length: 100000 }, (_, i) => (i * 7) % 256);
  await client.send(new PutObjectCommand({ Bucket, Key: "bytes", Body: bytes }));
  const got = await (await client.send(new GetObjectCommand({ Bucket, Key: "bytes" }))).Body.transformToByteArray();
  ok(got instanceof Uint8Array, "Uint8Array");
  equal(got.length, bytes.length);
  ok(got.every((b, i) => b === bytes[i]), "the same bytes");
});

await test("a body is read once", async () => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "text" }));
  await Body.transformToString();
  await rejection(Body.transformToString());
});

await test("read a range", async () => {
  const got = await client.send(new GetObjectCommand({ Bucket, Key: "bytes", Range: "bytes=2-4" }));
  equal([got.$metadata.httpStatusCode, got.ContentRange, [...(await got.Body.transformToByteArray())]], [206, "bytes 2-4/100000", [14, 21, 28]]);
});

await test("read a body as a web stream", async () => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: "bytes" }));
  let length = 0;
  const reader = Body.transformToWebStream().getReader();
  for (let part; !(part = await reader.read()).done; ) length += part.value.length;
  equal(length, 100000);
});

for (const ChecksumAlgorithm of ["CRC32", "CRC32C", "SHA1", "SHA256"])
  await test(`checksum ${ChecksumAlgorithm}`, async () => {
    const put = await client.send(new PutObjectCommand({ Bucket, Key: `sum/${ChecksumAlgorithm}`, Body: "123456789", ChecksumAlgorithm }));
    const expected = { CRC32: "y/Q5Jg==", CRC32C: "4waSgw==", SHA1: "98O8HYCOBHMq32eZZczDTKeuNEE=", SHA256: "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=" }[ChecksumAlgorithm];
    equal(put[`Checksum${ChecksumAlgorithm}`], expected);
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `sum/${ChecksumAlgorithm}`, ChecksumMode: "ENABLED" }));
    equal(await Body.transformToString(), "123456789");
  });

await test("list with prefix and delimiter, in pages", async () => {
  const { Contents, CommonPrefixes } = await client.send(new ListObjectsV2Command({ Bucket, Delimiter: "/" }));
  equal(Contents.map((c) => [c.Key, c.Size]), [["bytes", 100000], ["text", 11]]);
  equal(CommonPrefixes, [{ Prefix: "sum/" }]);
  const pages = [];
  for await (const page of paginateListObjectsV2({ client, pageSize: 2 }, { Bucket, Prefix: "sum/" })) pages.push(page.Contents.length);
  equal(pages, [2, 2]);
});

await test("keys with odd characters", async () => {
  const Key = "a b/+%~\u00e9\u{1f600}'()*!.txt";
  await client.send(new PutObjectCommand({ Bucket, Key, Body: "odd" }));
  equal(await (await client.send(new GetObjectCommand({ Bucket, Key }))).Body.transformToString(), "odd");
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket, Prefix: "a b/" }));
  equal(Contents.map((c) => c.Key), [Key]);
  await client.send(new DeleteObjectCommand({ Bucket, Key }));
});

await test("copy and head", async () => {
  await client.send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/text` }));
  const head = await client.send(new HeadObjectCommand({ Bucket, Key: "copy" }));
  equal([head.ContentLength, head.ContentType], [11, "text/plain"]);
});

await test("a missing key is NoSuchKey", async () => {
  const error = await rejection(client.send(new GetObjectCommand({ Bucket, Key: "nothing" })));
  ok(error instanceof NoSuchKey, `instanceof NoSuchKey, got ${error.name}`);
  ok(error instanceof S3ServiceException, "instanceof S3ServiceException");
  equal([error.$metadata.httpStatusCode, error.Code], [404, "NoSuchKey"]);
});

await test("a missing key by head is NotFound", async () => {
  const error = await rejection(client.send(new HeadObjectCommand({ Bucket, Key: "nothing" })));
  equal([error.name, error.$metadata.httpStatusCode], ["NotFound", 404]);
});

await test("a missing bucket", async () => {
  equal((await rejection(client.send(new HeadBucketCommand({ Bucket: "no-such-bucket" })))).$metadata.httpStatusCode, 404);
  equal((await rejection(client.send(new ListObjectsV2Command({ Bucket: "no-such-bucket" })))).name, "NoSuchBucket");
});

await test("a presigned URL works with fetch", async () => {
  const url = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "text" }), { expiresIn: 60 });
  ok(/X-Amz-Signature=[0-9a-f]{64}/.test(url), url);
  const response = await fetch(url);
  equal([response.status, (await response.arrayBuffer()).byteLength], [200, 11]);
});

await test("a presigned POST has its fields", async () => {
  const { url, fields } = await createPresignedPost(client, { Bucket, Key: "posted", Expires: 60 });
  ok(url.endsWith("/box"), url);
  equal(Object.keys(fields).sort(), ["Policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature", "bucket", "key"]);
});

await test("multipart upload", async () => {
  const body = new Uint8Array(11 * 1024 * 1024).fill(65);
  const upload = new Upload({ client, params: { Bucket, Key: "large", Body: body }, partSize: 5 * 1024 * 1024 });
  const { ETag } = await upload.done();
  ok(/-3"$/.test(ETag), `three parts: ${ETag}`);
  equal((await client.send(new HeadObjectCommand({ Bucket, Key: "large" }))).ContentLength, body.length);
});

await test("delete many", async () => {
  const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
  const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: Contents.map(({ Key }) => ({ Key })) } }));
  equal(Deleted.length, Contents.length);
  equal((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount, 0);
});
