// A client's settings are a hundred properties, which the package copies here for each request: an object that inherits them reads the same.
import { getSmithyContext, HttpResponse } from "@smithy/core/transport";
import { operation } from "../schemas/operation";

const hint = "Deserialization error: to see the raw response, inspect the hidden field {error}.$response on this object.";

export const schemaDeserializationMiddleware = (config) => (next, context) => async (args) => {
  const { response } = await next(args);
  const { operationSchema } = getSmithyContext(context);
  const [, ns, n, t, i, o] = operationSchema ?? [];
  try {
    const output = await config.protocol.deserializeResponse(operation(ns, n, t, i, o), { __proto__: config, ...context }, response);
    return { response, output };
  } catch (error) {
    throw explain(error, response, context);
  }
};

function explain(error, response, context) {
  Object.defineProperty(error, "$response", { value: response, enumerable: false, writable: false, configurable: false });
  if ("$metadata" in error) return error;
  try {
    error.message += `\n  ${hint}`;
  } catch {
    if (!context.logger || context.logger?.constructor?.name === "NoOpLogger") console.warn(hint);
    else context.logger?.warn?.(hint);
  }
  if (typeof error.$responseBodyText !== "undefined" && error.$response) error.$response.body = error.$responseBodyText;
  try {
    if (HttpResponse.isInstance(response)) {
      const { headers = {}, statusCode } = response;
      const entries = Object.entries(headers);
      error.$metadata = {
        httpStatusCode: statusCode,
        requestId: findHeader(/^x-[\w-]+-request-?id$/, entries),
        extendedRequestId: findHeader(/^x-[\w-]+-id-2$/, entries),
        cfId: findHeader(/^x-[\w-]+-cf-id$/, entries),
      };
    }
  } catch {
    // As in the package: what cannot be told is not told.
  }
  return error;
}

const findHeader = (pattern, headers) => headers.find(([name]) => name.match(pattern))?.[1];
