import { NoOpLogger } from "@smithy/core/client";

/** What a client logs to that was given no logger: what would be logged need not be made. */
const isSilent = (logger) => logger?.constructor === NoOpLogger && logger.info === NoOpLogger.prototype.info && logger.error === NoOpLogger.prototype.error;

export const loggerMiddleware = () => (next, context) => async (args) => {
  const log = (level, outcome) => {
    const { clientName, commandName, logger, dynamoDbDocumentClientOptions = {} } = context;
    const filter = dynamoDbDocumentClientOptions.overrideInputFilterSensitiveLog ?? context.inputFilterSensitiveLog;
    logger?.[level]?.({ clientName, commandName, input: filter(args.input), ...outcome });
  };
  try {
    const response = await next(args);
    if (isSilent(context.logger)) return response;
    const { $metadata, ...output } = response.output;
    const filter = context.dynamoDbDocumentClientOptions?.overrideOutputFilterSensitiveLog ?? context.outputFilterSensitiveLog;
    log("info", { output: filter(output), metadata: $metadata });
    return response;
  } catch (error) {
    if (!isSilent(context.logger)) log("error", { error, metadata: error.$metadata });
    throw error;
  }
};

export const loggerMiddlewareOptions = { name: "loggerMiddleware", tags: ["LOGGER"], step: "initialize", override: true };

export const getLoggerPlugin = () => ({
  applyToStack(clientStack) {
    clientStack.add(loggerMiddleware(), loggerMiddlewareOptions);
  },
});
