import {
  AlreadyExistsException, CreateAliasCommand, CreateKeyCommand, DecryptCommand, DescribeKeyCommand, EncryptCommand, GenerateDataKeyCommand, GenerateMacCommand,
  GetPublicKeyCommand, KMSClient, ListAliasesCommand, NotFoundException, ScheduleKeyDeletionCommand, SignCommand, UpdateKeyDescriptionCommand, VerifyCommand, VerifyMacCommand,
  paginateListKeys,
} from "@aws-sdk/client-kms";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new KMSClient({});
const utf8 = (text) => new TextEncoder().encode(text);
let KeyId;

await test("create, describe and change a key", async () => {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ Description: "one", Tags: [{ TagKey: "a", TagValue: "b" }] }));
  KeyId = KeyMetadata.KeyId;
  ok(KeyMetadata.CreationDate instanceof Date, "CreationDate is a Date");
  await client.send(new UpdateKeyDescriptionCommand({ KeyId, Description: "two" }));
  equal((await client.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata.Description, "two");
});

await test("an alias, and one more of the same name", async () => {
  const alias = { AliasName: "alias/mine", TargetKeyId: KeyId };
  await client.send(new CreateAliasCommand(alias));
  const { Aliases } = await client.send(new ListAliasesCommand({ KeyId }));
  equal(Aliases.map(({ AliasName }) => AliasName), ["alias/mine"]);
  const error = await rejection(client.send(new CreateAliasCommand(alias)));
  ok(error instanceof AlreadyExistsException, `typed: ${error.name}`);
});

await test("encrypt and decrypt bytes, with a context", async () => {
  const Plaintext = Uint8Array.from({ length: 256 }, (_, i) => i);
  const EncryptionContext = { purpose: "test" };
  const { CiphertextBlob } = await client.send(new EncryptCommand({ KeyId: "alias/mine", Plaintext, EncryptionContext }));
  ok(CiphertextBlob instanceof Uint8Array, "bytes");
  const back = await client.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  equal([...back.Plaintext], [...Plaintext]);
});

await test("a data key", async () => {
  const { Plaintext, CiphertextBlob } = await client.send(new GenerateDataKeyCommand({ KeyId, KeySpec: "AES_256" }));
  equal(Plaintext.length, 32);
  equal([...(await client.send(new DecryptCommand({ CiphertextBlob }))).Plaintext], [...Plaintext]);
});

await test("sign and verify", async () => {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeyUsage: "SIGN_VERIFY", KeySpec: "ECC_NIST_P256" }));
  const common = { KeyId: KeyMetadata.KeyId, Message: utf8("message"), SigningAlgorithm: "ECDSA_SHA_256" };
  const { Signature } = await client.send(new SignCommand(common));
  equal((await client.send(new VerifyCommand({ ...common, Signature }))).SignatureValid, true);
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: KeyMetadata.KeyId }));
  // The runtime's own crypto reads it and agrees.
  const key = await crypto.subtle.importKey("spki", PublicKey, { name: "ECDSA", namedCurve: "P-256" }, false, ["verify"]).catch((error) => error);
  ok(key.type === "public" || /subtle|not supported|not implemented|not available|undefined/i.test(key.message), `a public key: ${key.message}`);
});

await test("a message authentication code", async () => {
  const { KeyMetadata } = await client.send(new CreateKeyCommand({ KeyUsage: "GENERATE_VERIFY_MAC", KeySpec: "HMAC_256" }));
  const common = { KeyId: KeyMetadata.KeyId, Message: utf8("message"), MacAlgorithm: "HMAC_SHA_256" };
  const { Mac } = await client.send(new GenerateMacCommand(common));
  equal((await client.send(new VerifyMacCommand({ ...common, Mac }))).MacValid, true);
});

await test("keys in pages", async () => {
  const seen = [];
  for await (const { Keys } of paginateListKeys({ client, pageSize: 2 }, {})) seen.push(...Keys.map((key) => key.KeyId));
  ok(seen.includes(KeyId) && new Set(seen).size === seen.length && seen.length >= 3, `${seen.length} keys, each once`);
});

await test("deletion is scheduled; a missing key is a typed exception", async () => {
  const { DeletionDate } = await client.send(new ScheduleKeyDeletionCommand({ KeyId, PendingWindowInDays: 7 }));
  ok(DeletionDate > new Date(), "a day to come");
  const error = await rejection(client.send(new DescribeKeyCommand({ KeyId: "00000000-0000-0000-0000-000000000000" })));
  ok(error instanceof NotFoundException, `typed: ${error.name}`);
});
