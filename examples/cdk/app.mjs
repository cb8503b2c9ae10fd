// A table, and a function that writes to it. `node app.mjs` writes the stack's template into cdk.out, as `cdk synth` does.
import path from "node:path";
import { App, CfnOutput, Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table } from "aws-cdk-lib/aws-dynamodb";
import { Architecture, FunctionUrlAuthType } from "aws-cdk-lib/aws-lambda";
import { LlrtFunction, LlrtLayer } from "./llrt-function.mjs";

const here = import.meta.dirname;
const architecture = Architecture.ARM_64;

const app = new App();
const stack = new Stack(app, "LlrtExample");
const table = new Table(stack, "Visits", {
  partitionKey: { name: "id", type: AttributeType.STRING },
  billingMode: BillingMode.PAY_PER_REQUEST,
  removalPolicy: RemovalPolicy.DESTROY,
});
const layer = new LlrtLayer(stack, "Llrt", {
  zip: process.env.LLRT_LAYER ?? path.join(here, "llrt-layer-arm64.zip"),
  architecture,
});
const { function: visit } = new LlrtFunction(stack, "Visit", {
  entry: path.join(here, "function/visit.ts"),
  layer,
  architecture,
  timeout: Duration.seconds(5),
  environment: { TABLE: table.tableName },
});
table.grantWriteData(visit);
const url = visit.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
new CfnOutput(stack, "Url", { value: url.url });
app.synth();
