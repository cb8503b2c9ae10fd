// The package describes each condition for a logger's `debug`, the one that does nothing too: half of what finding an endpoint costs.
import { debugId, toDebugString } from "../debug";
import { EndpointError } from "../types";
import { callFunction } from "./callFunction";

export const evaluateCondition = (condition, options) => {
  const { assign } = condition;
  if (assign && assign in options.referenceRecord) throw new EndpointError(`'${assign}' is already defined in Reference Record.`);
  const value = callFunction(condition, options);
  const { logger } = options;
  if (logger?.debug && logger.constructor?.name !== "NoOpLogger")
    logger.debug(`${debugId} evaluateCondition: ${toDebugString(condition)} = ${toDebugString(value)}`);
  const result = value === "" ? true : !!value;
  return assign != null ? { result, toAssign: { name: assign, value } } : { result };
};
