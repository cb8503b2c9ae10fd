import { createRequire } from "node:module";
import { Logger } from "@aws-lambda-powertools/logger";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";

// It writes by the global console then.
process.env.POWERTOOLS_DEV = "true";
const cjs = createRequire(import.meta.url)("@aws-lambda-powertools/logger");
console.log(typeof cjs.Logger);
const lines = [];
const print = console.info;
for (const method of ["debug", "info", "warn", "error"]) console[method] = (text) => lines.push(JSON.parse(text));
const logger = new Logger({ serviceName: "shop", logLevel: "DEBUG", persistentKeys: { environment: "prod" } });
const context = { functionName: "f", functionVersion: "1", invokedFunctionArn: "arn:f", memoryLimitInMB: "128", awsRequestId: "r-1", getRemainingTimeInMillis: () => 1000 };
const handler = middy().use(injectLambdaContext(logger, { logEvent: true, resetKeys: true })).handler(async (event) => {
  logger.appendKeys({ user: event.user });
  logger.info("working", { step: 1, big: 10n, map: new Map([["a", 1]]) });
  logger.error("failed", new TypeError("bad", { cause: new Error("root") }));
  return logger.getLevelName();
});
const result = await handler({ user: "u" }, context);
logger.createChild({ serviceName: "child" }).warn("from a child", "extra");
logger.setLogLevel("ERROR");
logger.info("not seen");
for (const method of ["debug", "info", "warn", "error"]) console[method] = print;
const plain = ({ timestamp, ...rest }) => ({ ...rest, timestamp: typeof timestamp, ...(rest.error && { error: { name: rest.error.name, message: rest.error.message, cause: rest.error.cause?.message } }) });
print(result, lines.map(plain));
print("done");
