// A client's settings are a hundred properties, which the package copies here for each request: an object that inherits them reads the same.
import { getSmithyContext } from "@smithy/core/transport";
import { bindGetEndpointFromInstructions } from "./adaptors/getEndpointFromInstructions";
function setFeature(context, feature, value) {
  if (!context.__smithy_context) {
    context.__smithy_context = { features: {} };
  }
  else if (!context.__smithy_context.features) {
    context.__smithy_context.features = {};
  }
  context.__smithy_context.features[feature] = value;
}
/** Where no instructions say which settings are parameters, all are, and are looked for on the object itself. */
const parametersOf = (config, instructions) =>
  instructions && Object.keys(instructions).length > 0 ? { __proto__: config } : { ...config };

export function bindEndpointMiddleware(getEndpointFromConfig) {
  const getEndpointFromInstructions = bindGetEndpointFromInstructions(getEndpointFromConfig);
  return ({ config, instructions, }) => {
    return (next, context) => async (args) => {
      if (config.isCustomEndpoint) {
        setFeature(context, "ENDPOINT_OVERRIDE", "N");
      }
      const endpoint = await getEndpointFromInstructions(args.input, {
        getEndpointParameterInstructions() {
          return instructions;
        },
      }, parametersOf(config, instructions), context);
      context.endpointV2 = endpoint;
      context.authSchemes = endpoint.properties?.authSchemes;
      const authScheme = context.authSchemes?.[0];
      if (authScheme) {
        context["signing_region"] = authScheme.signingRegion;
        context["signing_service"] = authScheme.signingName;
        const smithyContext = getSmithyContext(context);
        const httpAuthOption = smithyContext?.selectedHttpAuthScheme?.httpAuthOption;
        if (httpAuthOption) {
          httpAuthOption.signingProperties = Object.assign(httpAuthOption.signingProperties || {}, {
            signing_region: authScheme.signingRegion,
            signingRegion: authScheme.signingRegion,
            signing_service: authScheme.signingName,
            signingName: authScheme.signingName,
            signingRegionSet: authScheme.signingRegionSet,
          }, authScheme.properties);
        }
      }
      return next({
        ...args,
      });
    };
  };
}
