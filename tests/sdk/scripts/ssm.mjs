import {
  DeleteParameterCommand, GetParameterCommand, GetParametersByPathCommand, GetParametersCommand, ParameterAlreadyExists, ParameterNotFound, PutParameterCommand, SSMClient,
} from "@aws-sdk/client-ssm";
import { equal, ok, rejection, test } from "./check.mjs";

const client = new SSMClient({});

await test("put and get a parameter", async () => {
  equal((await client.send(new PutParameterCommand({ Name: "/app/one", Value: "v1", Type: "String" }))).Version, 1);
  const { Parameter } = await client.send(new GetParameterCommand({ Name: "/app/one" }));
  equal([Parameter.Name, Parameter.Value, Parameter.Type, Parameter.Version], ["/app/one", "v1", "String", 1]);
  ok(Parameter.LastModifiedDate instanceof Date, "LastModifiedDate is a Date");
});

await test("an encrypted parameter", async () => {
  await client.send(new PutParameterCommand({ Name: "/app/secret", Value: "s\u00e9cret", Type: "SecureString" }));
  equal((await client.send(new GetParameterCommand({ Name: "/app/secret", WithDecryption: true }))).Parameter.Value, "s\u00e9cret");
});

await test("overwriting", async () => {
  const error = await rejection(client.send(new PutParameterCommand({ Name: "/app/one", Value: "v2", Type: "String" })));
  ok(error instanceof ParameterAlreadyExists, `instanceof ParameterAlreadyExists, got ${error.name}`);
  equal((await client.send(new PutParameterCommand({ Name: "/app/one", Value: "v2", Type: "String", Overwrite: true }))).Version, 2);
});

await test("several parameters, and those of a path", async () => {
  const { Parameters, InvalidParameters } = await client.send(new GetParametersCommand({ Names: ["/app/one", "/none"] }));
  equal([Parameters.map((p) => p.Value), InvalidParameters], [["v2"], ["/none"]]);
  equal((await client.send(new GetParametersByPathCommand({ Path: "/app" }))).Parameters.map((p) => p.Name).sort(), ["/app/one", "/app/secret"]);
});

await test("a missing parameter is a typed exception", async () => {
  await client.send(new DeleteParameterCommand({ Name: "/app/one" }));
  const error = await rejection(client.send(new GetParameterCommand({ Name: "/app/one" })));
  ok(error instanceof ParameterNotFound, `instanceof ParameterNotFound, got ${error.name}`);
});
