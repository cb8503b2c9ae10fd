// The package makes two functions, and waits, for each parameter of an endpoint, of which most are plain values.
import { resolveParamsForS3 } from "../service-customizations";
import { toEndpointV1 } from "./toEndpointV1";

export function bindGetEndpointFromInstructions(getEndpointFromConfig) {
  return async (commandInput, instructionsSupplier, clientConfig, context) => {
    if (!clientConfig.isCustomEndpoint && !clientConfig.ignoreConfiguredEndpointUrls) {
      const configured = await (clientConfig.serviceConfiguredEndpoint
        ? clientConfig.serviceConfiguredEndpoint()
        : getEndpointFromConfig(clientConfig.serviceId));
      if (configured) {
        clientConfig.endpoint = () => Promise.resolve(toEndpointV1(configured));
        clientConfig.isCustomEndpoint = true;
        context?.logger?.debug?.(`@smithy/core/endpoints - resolved endpoint from config: ${configured}`);
      }
    }
    const params = await resolveParams(commandInput, instructionsSupplier, clientConfig);
    if (typeof clientConfig.endpointProvider !== "function") throw new Error("config.endpointProvider is not set.");
    const endpoint = clientConfig.endpointProvider(params, context);
    if (clientConfig.isCustomEndpoint && clientConfig.endpoint) {
      const { headers } = (await clientConfig.endpoint()) ?? {};
      if (headers) {
        endpoint.headers ??= {};
        for (const [name, value] of Object.entries(headers)) endpoint.headers[name] = Array.isArray(value) ? value : [value];
      }
    }
    return endpoint;
  };
}

export const resolveParams = async (commandInput, instructionsSupplier, clientConfig) => {
  const params = {};
  const instructions = instructionsSupplier?.getEndpointParameterInstructions?.() || {};
  const names = Object.keys(instructions);
  for (const name of names) {
    const instruction = instructions[name];
    const type = instruction.type;
    let value;
    if (type === "builtInParams" || type === "clientContextParams") {
      value = configured(instruction.name, name, clientConfig, type === "clientContextParams" ? clientConfig.clientContextParams : undefined);
      if (typeof value === "object" && value !== null) value = await value;
    } else if (type === "staticContextParams") value = instruction.value;
    else if (type === "contextParams") value = commandInput[instruction.name];
    else if (type === "operationContextParams") value = instruction.get(commandInput);
    else throw new Error("Unrecognized endpoint parameter instruction: " + JSON.stringify(instruction));
    params[name] = value;
  }
  if (names.length === 0) Object.assign(params, clientConfig);
  if (String(clientConfig.serviceId).toLowerCase() === "s3") await resolveParamsForS3(params);
  return params;
};

/** What a client's settings say of a parameter, or the promise of it. */
function configured(key, name, config, nested) {
  if (key === "credentialScope" || name === "CredentialScope") return ofCredentials(config, "credentialScope", "CredentialScope");
  if (key === "accountId" || name === "AccountId") return ofCredentials(config, "accountId", "AccountId");
  const isEndpoint = key === "endpoint" || name === "endpoint";
  if (isEndpoint && config.isCustomEndpoint === false) return undefined;
  let value = nested?.[key] ?? config[key] ?? config[name];
  if (typeof value === "function") value = value();
  return isEndpoint ? urlOf(value) : value;
}

async function ofCredentials(config, key, name) {
  const credentials = typeof config.credentials === "function" ? await config.credentials() : config.credentials;
  return credentials?.[key] ?? credentials?.[name];
}

async function urlOf(value) {
  const endpoint = await value;
  if (!endpoint || typeof endpoint !== "object") return endpoint;
  if ("url" in endpoint) return endpoint.url.href;
  if (!("hostname" in endpoint)) return endpoint;
  const { protocol, hostname, port, path } = endpoint;
  return `${protocol}//${hostname}${port ? ":" + port : ""}${path}`;
}
