// Most functions of the endpoint rules take one or two values: they need no array of them.
import { EndpointError } from "../types";
import { customEndpointFunctions } from "./customEndpointFunctions";
import { endpointFunctions } from "./endpointFunctions";
import { evaluateTemplate } from "./evaluateTemplate";

export const evaluateExpression = (obj, keyName, options) => {
  if (typeof obj === "string") return evaluateTemplate(obj, options);
  if (obj.fn) return callFunction(obj, options);
  const ref = obj.ref;
  if (ref) return options.referenceRecord[ref] ?? options.endpointParams[ref];
  throw new EndpointError(`'${keyName}': ${String(obj)} is not a string, function or reference.`);
};

export const callFunction = (call, options) => {
  const argv = call.argv;
  switch (argv.length) {
    case 1: {
      const only = argument(argv[0], options);
      return callable(call.fn)(only);
    }
    case 2: {
      const first = argument(argv[0], options);
      const second = argument(argv[1], options);
      return callable(call.fn)(first, second);
    }
  }
  const values = argv.map((arg) => argument(arg, options));
  return callable(call.fn)(...values);
};

function argument(arg, options) {
  const ref = arg.ref;
  if (ref && !arg.fn) return options.referenceRecord[ref] ?? options.endpointParams[ref];
  return typeof arg === "boolean" || typeof arg === "number" ? arg : evaluateExpression(arg, "arg", options);
}

/** The function of that name; a caller's own has a dot in its name, one of the package's has not. */
function callable(name) {
  let found = endpointFunctions[name];
  if (typeof found === "function") return found;
  const dot = name.indexOf(".");
  if (dot !== -1) found = customEndpointFunctions[name.slice(0, dot)]?.[name.slice(dot + 1)];
  if (typeof found === "function") return found;
  throw new Error(`function ${name} not loaded in endpointFunctions.`);
}

export const group = { evaluateExpression, callFunction };
