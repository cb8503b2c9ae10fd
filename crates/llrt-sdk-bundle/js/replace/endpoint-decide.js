// The package describes each condition for a logger's `debug`, the one that does nothing too, and wraps each in four objects and arrays: half of what finding an
// endpoint costs.
import { debugId, toDebugString } from "./debug";
import { EndpointError } from "./types";
import { callFunction, evaluateExpression } from "./utils/evaluateExpression";
import { getEndpointHeaders } from "./utils/getEndpointHeaders";
import { getEndpointProperties } from "./utils/getEndpointProperties";
import { getEndpointUrl } from "./utils/getEndpointUrl";
import { isSilent } from "own:silent-logger";

const RESULT = 100_000_000;

export const decideEndpoint = ({ nodes, root, results, conditions }, { endpointParams, logger }) => {
  const referenceRecord = {};
  const options = { referenceRecord, endpointParams, logger };
  const silent = isSilent(logger);
  let ref = root;
  while ((ref > 1 && ref < RESULT) || ref < -1) {
    const at = 3 * (ref < 0 ? -1 - ref : ref - 1);
    const condition = conditions[nodes[at]];
    const assign = condition[2];
    if (assign && assign in referenceRecord) throw new EndpointError(`'${assign}' is already defined in Reference Record.`);
    const call = { fn: condition[0], argv: condition[1] };
    const value = callFunction(call, options);
    if (!silent) logger.debug(`${debugId} evaluateCondition: ${toDebugString(call)} = ${toDebugString(value)}`);
    if (assign != null) referenceRecord[assign] = value;
    ref = nodes[at + (ref >= 0 === (value === "" || !!value) ? 1 : 2)];
  }
  if (ref < RESULT) throw new EndpointError(`No matching endpoint.`);
  const result = results[ref - RESULT];
  if (result[0] === -1) throw new EndpointError(evaluateExpression(result[1], "Error", options));
  return {
    url: getEndpointUrl(result[0], options),
    properties: getEndpointProperties(result[1], options),
    headers: getEndpointHeaders(result[2] ?? {}, options),
  };
};
